package dev.lamina.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainTest {
    @TempDir
    private Path out;

    @BeforeAll
    static void noDisplay() {
        System.setProperty("java.awt.headless", "true");
    }

    /// With `--json`, on the CPU, pictures into a folder that does not exist yet.
    private Cli train(String... arguments) {
        var all = new ArrayList<>(List.of("train"));
        all.addAll(List.of(arguments));
        all.addAll(List.of(
                "--json", "--device", "cpu", "--out", out.resolve("pictures").toString()));
        Cli run = Cli.run(all.toArray(String[]::new));
        assertEquals(0, run.exit(), run.err());
        assertEquals(1, run.out().lines().count(), "only the JSON object goes to standard output");
        return run;
    }

    /// A drawn picture has many colours and is mostly background.
    private void assertDrawn(Cli run, String name, int width, int height) throws IOException {
        Path file = out.resolve("pictures").resolve(name);
        assertTrue(run.err().contains("wrote " + file), run.err());
        BufferedImage picture = ImageIO.read(file.toFile());
        assertEquals(width, picture.getWidth());
        assertTrue(picture.getHeight() >= height, "height " + picture.getHeight());
        var colours = new HashSet<Integer>();
        for (int y = 0; y < picture.getHeight(); y++)
            for (int x = 0; x < picture.getWidth(); x++) colours.add(picture.getRGB(x, y));
        assertTrue(colours.size() > 20, name + " has only " + colours.size() + " colours");
    }

    @Test
    void oneNeuronSeparatesTwoClouds() throws Exception {
        Cli run = train("logistic", "--epochs", "60");
        assertEquals("logistic", run.json().get("example"));
        assertEquals("cpu", run.json().get("device"));
        assertEquals(3, run.number("parameters"));
        // The best line is right for Phi(1.5) = 93.3 % of the points.
        assertTrue(run.number("test_accuracy") > 0.9, run.out());
        assertTrue(run.number("cost") < 0.25, run.out());
        assertTrue(run.err().contains("cost 0.6931"), "zeros predict one half: " + run.err());
        assertTrue(run.number("seconds_to_first_step") > 0);
        assertDrawn(run, "plane.png", 1600, 600);
    }

    @Test
    void aHiddenLayerSeparatesTwoMoonsBetterThanALineCan() throws Exception {
        Cli run = train("shallow", "--epochs", "700");
        assertTrue(run.number("test_accuracy") > 0.95, run.out());
        assertDrawn(run, "plane.png", 1600, 600);
    }

    @Test
    void theLimitTakesTheFirstExamples() throws Exception {
        Cli run = train("shallow", "--epochs", "2", "--limit", "50");
        assertTrue(run.err().contains("all of 50 points"), run.err());
    }

    @Test
    void crimeIsPredictedBetterThanByTheMean() throws Exception {
        Cli run = train("crime", "--epochs", "8");
        assertEquals(1_993, run.number("rows"));
        assertEquals(1, run.number("rows_with_missing_values"));
        assertTrue(run.number("test_mse") < 0.5 * run.number("mean_mse"), run.out());
        assertTrue(run.number("test_mae") < run.number("mean_mae"), run.out());
        assertTrue(run.number("test_r2") > 0.5, run.out());
        assertEquals(0, run.number("mean_r2"), 0.05);
        assertDrawn(run, "learning.png", 1600, 600);
    }

    @Test
    void aSeriesIsForecastBetterThanByItsLastSeason() throws Exception {
        Cli run = train("sine", "--epochs", "4", "--limit", "1000");
        assertTrue(run.number("test_mse") < 0.8 * run.number("naive_mse"), run.out());
        assertTrue(run.number("coverage") > 0.75 && run.number("coverage") < 0.99, run.out());
        assertDrawn(run, "forecast.png", 1600, 600);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lstm", "gru", "rnn", "transformer"})
    void aTextIsLearnedAndWrittenOn(String kind) throws Exception {
        Path text = Files.writeString(out.resolve("text"), "to be or not to be, that is the question\n".repeat(80));
        Cli run = train("shakespeare", "--data", text.toString(), "--model", kind, "--epochs", "1", "--batch", "2");
        assertEquals(kind, run.json().get("model"));
        long characters = Files.readString(text).chars().distinct().count();
        assertTrue(run.number("validation_loss") < Math.log(characters), run.out());
        assertDrawn(run, "learning.png", 800, 600);
        String[] sample = {
            "sample",
            "--from",
            out.resolve("pictures").toString(),
            "--device",
            "cpu",
            "--json",
            "--length",
            "150",
            "--beginning",
            "to be",
            "--top-k",
            "5"
        };
        Cli written = Cli.run(sample);
        assertEquals(0, written.exit(), written.err());
        String first = (String) written.json().get("text");
        assertTrue(first.startsWith("to be") && first.length() == 155, first);
        assertEquals(first, Cli.run(sample).json().get("text"));
    }

    @Test
    void aModelThatIsNotThereOrDamagedIsAnError() throws IOException {
        Cli none = Cli.run("sample", "--from", out.toString(), "--device", "cpu");
        assertEquals(1, none.exit());
        assertTrue(none.err().contains("there is no model in " + out), none.err());
        Files.writeString(out.resolve("model.json"), "{\"model\": \"abacus\"}");
        Cli other = Cli.run("sample", "--from", out.toString(), "--device", "cpu");
        assertEquals(1, other.exit());
        assertTrue(other.err().contains("got abacus"), other.err());
    }

    @Test
    void datesAreWrittenCharacterByCharacter() throws Exception {
        Cli run = train("seq2seq", "--limit", "256", "--test-limit", "256", "--epochs", "2");
        assertEquals(0, run.number("exact_match"), 0.05, "eight steps are too few to write dates");
        assertTrue(run.err().lines().filter(l -> l.contains(" -> ")).count() >= 4, run.err());
        assertLearns(run, 2, 1);
    }

    /// The loss of the last epoch is below a share of the first one's.
    private static void assertLearns(Cli run, int epochs, double share) {
        var lines = run.err().lines().filter(l -> l.startsWith("epoch ")).toList();
        assertEquals(epochs, lines.size());
        assertTrue(loss(lines.getLast()) < share * loss(lines.getFirst()), lines.toString());
    }

    private static double loss(String line) {
        return Double.parseDouble(line.replaceFirst(".*  loss ([0-9.]+).*", "$1"));
    }

    @Test
    void sentencesOfAnyLengthAreJudged() throws Exception {
        Cli run = train("sentiment", "--limit", "32", "--test-limit", "32", "--epochs", "40");
        assertLearns(run, 40, 0.5);
        for (String key : List.of("test_accuracy", "bag_of_words_accuracy"))
            assertEquals(0.5, run.number(key), 0.4, "32 sentences do not teach the language: " + key);
    }

    @Test
    void digitsFromStartToPictures() throws Exception {
        Cli run = train("mnist", "--limit", "500", "--epochs", "1", "--batch", "25", "--seed", "3");
        assertEquals(206_922, run.number("parameters"));
        assertTrue(run.number("test_accuracy") > 0.5, run.out());
        assertTrue(run.number("images_per_second") > 0);
        assertTrue(run.err().contains("epoch 1/1  loss "), run.err());
        assertDrawn(run, "learning.png", 1600, 600);
        assertDrawn(run, "confusion.png", 900, 800);
        assertDrawn(run, "mistakes.png", 1160, 600);
    }

    @Test
    void denseLayersLearnDigitsAndTheSameSeedGivesTheSameDigits() throws Exception {
        String[] arguments = "mlp --limit 1000 --test-limit 2000 --epochs 2 --batch 25 --seed 3".split(" ");
        Cli run = train(arguments);
        assertTrue(run.err().contains("training on 1,000 images, testing on 2,000"), run.err());
        assertTrue(run.number("test_accuracy") > 0.7, run.out());
        Cli again = train(arguments);
        assertEquals(run.json().get("test_accuracy"), again.json().get("test_accuracy"));
        assertEquals(run.json().get("test_loss"), again.json().get("test_loss"));
    }

    @Test
    void trainingEndsOnceTheAccuracyIsReached() throws Exception {
        Cli run = train("mnist-fast", "--limit", "2000", "--test-limit", "500", "--epochs", "9", "--until", "0.5");
        double epochs = run.number("epochs_to_target");
        assertTrue(epochs < 9, run.out());
        assertEquals(
                epochs, run.err().lines().filter(l -> l.startsWith("epoch ")).count());
        assertTrue(run.number("test_accuracy") >= 0.5, run.out());
        assertTrue(run.number("seconds_to_target") > run.number("seconds_to_first_step"), run.out());
        assertTrue(run.number("seconds_to_target") <= run.number("seconds_in_all"), run.out());
    }

    @Test
    void anAccuracyThatIsNotReachedEndsNothing() throws Exception {
        Cli run = train("mnist-fast", "--limit", "200", "--test-limit", "200", "--epochs", "2", "--until", "1");
        assertEquals(2, run.err().lines().filter(l -> l.startsWith("epoch ")).count());
        assertFalse(run.json().containsKey("seconds_to_target"), run.out());
    }

    @Test
    void aFolderThatCannotBeMadeIsAnError() throws IOException {
        Path file = Files.writeString(out.resolve("file"), "");
        Cli run = Cli.run("train", "logistic", "--epochs", "2", "--device", "cpu", "--out", file.toString());
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("cannot write the picture " + file), run.err());
        assertTrue(run.err().contains("--out"), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }
}
