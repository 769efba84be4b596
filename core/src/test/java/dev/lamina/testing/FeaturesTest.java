package dev.lamina.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Tensor;
import dev.lamina.data.Augment;
import dev.lamina.data.Transforms;
import dev.lamina.nn.Activations;
import dev.lamina.nn.Initializer;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.optim.Clip;
import dev.lamina.optim.Optimizer;
import dev.lamina.optim.Schedule;
import dev.lamina.text.Tokenizer;
import dev.lamina.train.Callback;
import dev.lamina.train.Metric;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/features.md` lists what there is to build with, read off the classes: it can neither promise nor
/// forget.
class FeaturesTest {
    private static final Path PAGE = Path.of("..", "docs", "features.md");

    private static final String HEAD = """
            # Features

            What a model and its training can be made of, read off the classes by a test. All of it runs on every
            backend, since layers, losses and optimisers are made of the ops in [ops.md](ops.md).

            | kind | what there is |
            | --- | --- |
            """;

    @Test
    void thePageListsWhatThereIs() throws Exception {
        String page = HEAD
                + row("layers", classes("dev.lamina.nn", Layer.class))
                + row("activations", functions(Activations.class, Layer.class))
                + row("initialisers", functions(Initializer.class, Initializer.class))
                + row("losses", functions(Losses.class, Tensor.class))
                + row("optimisers", classes("dev.lamina.optim", Optimizer.class))
                + row("schedules", functions(Schedule.class, Schedule.class))
                + row("clipping", functions(Clip.class, Clip.class))
                + row("transforms of data", functions(Transforms.class, Object.class))
                + row("augmentation", functions(Augment.class, Object.class))
                + row("tokenisers", classes("dev.lamina.text", Tokenizer.class))
                + row("search", classes("dev.lamina.text", Record.class))
                + row("metrics", classes("dev.lamina.train", Metric.class))
                + row("callbacks", classes("dev.lamina.train", Callback.class));
        if ("write".equals(System.getProperty("lamina.docs"))) Files.writeString(PAGE, page);
        assertEquals(
                page,
                Files.readString(PAGE),
                "write it with: mvn test -pl core -Dlamina.docs=write -Dtest=FeaturesTest");
    }

    private static String row(String kind, List<String> names) {
        return names.isEmpty() ? "" : "| " + kind + " | " + String.join(", ", names) + " |\n";
    }

    /// Public classes of a package that can be made and are of a type.
    private static List<String> classes(String name, Class<?> type) throws Exception {
        var root = Path.of(
                Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        assertTrue(Files.isDirectory(root), "the classes of core lie in " + root);
        try (Stream<Path> files = Files.list(root.resolve(name.replace('.', '/')))) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".class") && !f.contains("$"))
                    .map(f -> load(name + "." + f.replace(".class", "")))
                    .filter(c -> type.isAssignableFrom(c) && Modifier.isPublic(c.getModifiers()))
                    .filter(c -> !Modifier.isAbstract(c.getModifiers()))
                    .map(Class::getSimpleName)
                    .sorted()
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /// Public static methods of a class that give a type.
    private static List<String> functions(Class<?> c, Class<?> type) {
        Predicate<Method> isOne = m -> Modifier.isPublic(m.getModifiers())
                && Modifier.isStatic(m.getModifiers())
                && type.isAssignableFrom(m.getReturnType());
        return Arrays.stream(c.getDeclaredMethods())
                .filter(isOne)
                .map(Method::getName)
                .distinct()
                .sorted()
                .toList();
    }
}
