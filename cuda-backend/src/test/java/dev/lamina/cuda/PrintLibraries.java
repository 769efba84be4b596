package dev.lamina.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Prints what is said about the toolkit's libraries and then what loading cuBLAS gives, each with whether
/// cuBLAS is in memory after it: run in a JVM of its own.
final class PrintLibraries {
    private PrintLibraries() {}

    static void main() throws IOException {
        Cuda.found(); // the simulated library needs the driver, as NVIDIA's does
        System.out.println(Libraries.here().describe(System.getenv(Cublas.SWITCH)));
        System.out.println(inMemory());
        System.out.println(Cublas.library());
        System.out.println(inMemory());
    }

    private static boolean inMemory() throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains("libcublas");
    }
}
