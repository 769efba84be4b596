package dev.lamina.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The model in the README compiles as it stands there.
class ReadmeTest {
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void theModelCompiles(@TempDir Path folder) throws IOException {
        var snippet = JAVA.matcher(Files.readString(Path.of("..", "README.md")));
        int found = 0;
        while (snippet.find()) {
            Path file = Files.writeString(folder.resolve("Readme" + found++ + ".java"), snippet.group(1));
            assertEquals(List.of(), problems(file, folder), file.toString());
        }
        assertEquals(1, found);
    }

    private static List<String> problems(Path source, Path output) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var problems = new DiagnosticCollector<JavaFileObject>();
        try (var files = compiler.getStandardFileManager(problems, null, null)) {
            var options = List.of("-cp", System.getProperty("java.class.path"), "-d", output.toString());
            compiler.getTask(null, files, problems, options, null, files.getJavaFileObjects(source))
                    .call();
        }
        return problems.getDiagnostics().stream().map(Object::toString).toList();
    }
}
