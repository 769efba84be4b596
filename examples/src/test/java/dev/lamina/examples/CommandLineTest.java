package dev.lamina.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandLineTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        train                        | Missing required parameter: 'NAME'
        train minst                  | there is no example minst; there are logistic, shallow, mlp, mnist, mnist-fast, crime, sine, sentiment, seq2seq, shakespeare
        train mnist --epochs 0       | --epochs must be 1 or more, got 0
        train mnist --batch -5       | --batch must be 1 or more, got -5
        train mnist --lr 0           | --lr must be above 0, got 0.0
        train mnist --lr NaN         | --lr must be above 0, got NaN
        train mnist --lr Infinity    | --lr must be above 0, got Infinity
        train mnist --limit 1        | --limit must be 2 or more, got 1
        train mnist --test-limit 0   | --test-limit must be 1 or more, got 0
        train mnist --until 0        | --until must be above 0 and at most 1, got 0.0
        train mnist --until 1.01     | --until must be above 0 and at most 1, got 1.01
        train mnist --until NaN      | --until must be above 0 and at most 1, got NaN
        train sine --until 0.9       | sine has no test accuracy after each epoch: leave --until out
        train mnist --seed one       | 'one' is not a long
        train logistic --batch 8     | logistic takes all its data in every step: leave --batch out
        train shallow --data .       | shallow makes its own data: leave --data out
        train mnist --model gru      | mnist has one kind of network: leave --model out
        train shakespeare --model cnn | --model must be one of lstm, gru, rnn, transformer, got cnn
        sample --length 0            | --length must be 1 or more, got 0
        sample --temperature -1      | --temperature must be 0 or more, got -1.0
        sample --top-p 2             | --top-p must be above 0 and at most 1, got 2.0
        train mnist --speed 3        | Unknown options: '--speed', '3'
        bench abacus                 | there is no training step or benchmark abacus; there are [cnn, mlp, resnet18, lstm]
        bench [                      | not a pattern
        bench gemm --batch 2         | go with the training steps, not with benchmarks
        bench cnn --quick            | cnn is a training step
        bench cnn --batch 0          | --batch must be 1 or more, got 0
        bench cnn --seconds 0        | --seconds must be above 0 and at most 3600, got 0.0
        bench cnn --seconds NaN      | --seconds must be above 0 and at most 3600, got NaN
        summary mnist --batch 0      | --batch must be 1 or more, got 0
        doktor                       | Unmatched argument at index 0: 'doktor'
        """)
    void wrongArgumentsAreExplained(String line, String message) {
        Cli run = Cli.run(line.split(" "));
        assertEquals(2, run.exit(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertEquals("", run.out());
    }

    @Test
    void anUnknownDeviceIsAnErrorThatListsTheOthers() {
        Cli run = Cli.run("train", "logistic", "--device", "abacus");
        assertEquals(1, run.exit());
        assertTrue(run.err().startsWith("lamina: device abacus is not known; there are "), run.err());
        assertTrue(run.err().contains("cpu"), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        Cli run = Cli.run("--version");
        assertEquals(0, run.exit());
        assertTrue(run.out().matches("(?s)lamina \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R.*Java 2\\d.*"), run.out());
    }

    @Test
    void helpNamesEveryExample() {
        Cli run = Cli.run("train", "--help");
        assertEquals(0, run.exit());
        for (Example e : Example.all()) assertTrue(run.out().contains(e.name() + " "), run.out());
        assertTrue(run.out().contains("--epochs 1500 --lr 1.0"), run.out());
    }

    @Test
    void aloneItPrintsTheCommands() {
        Cli run = Cli.run();
        assertEquals(0, run.exit());
        for (String c : List.of("train", "sample", "summary", "bench", "doctor"))
            assertTrue(run.out().contains("  " + c), run.out());
    }

    @Test
    void summaryCountsParametersAndMultiplyAdds() throws Exception {
        Cli run = Cli.run("summary", "mnist", "--batch", "3", "--json");
        assertEquals(0, run.exit(), run.err());
        assertEquals(160 + 4_640 + 200_832 + 1_290, run.number("parameters"));
        assertEquals(3 * (28 * 28 * 16 * 9 + 14 * 14 * 32 * 144 + 1_568 * 128 + 1_280), run.number("multiply_adds"));
        assertTrue(run.err().contains("[3, 32, 14, 14]"), run.err());
    }

    @Test
    void benchReportsWhatItMeasured() throws Exception {
        Cli run = Cli.run("bench", "cnn", "--batch", "2", "--seconds", "0.2", "--device", "cpu", "--json");
        assertEquals(0, run.exit(), run.err());
        assertEquals("cpu", run.json().get("device"));
        double millis = run.number("step_ms");
        assertEquals(2e3 / millis, run.number("images_per_second"), 1e-4 * 2e3 / millis);
        double flops = 6.0 * 2 * (26 * 26 * 32 * 9 + 24 * 24 * 64 * 288 + 9_216 * 128 + 1_280);
        assertEquals(flops / millis * 1e-6, run.number("gflops"), 1e-4 * flops / millis * 1e-6);
        assertTrue(run.number("images_per_second_min") <= run.number("images_per_second"));
        assertTrue(run.number("images_per_second_max") >= run.number("images_per_second"));
        assertTrue(run.number("steps") >= 5);
        // At least the parameters, 4.9 MB, and their gradients.
        assertTrue(run.number("peak_memory_bytes") > 9e6, run.out());
    }
}
