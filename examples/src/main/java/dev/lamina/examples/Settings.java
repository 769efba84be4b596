package dev.lamina.examples;

import java.nio.file.Path;

/// The options of a training run, complete.
///
/// @param model the kind of network, null where there is one kind
/// @param batch 0 for an example that always takes the whole set at once
/// @param limit the most training examples to use
/// @param testLimit the most examples to test on
/// @param until the accuracy on test data that ends training, infinite if none does
/// @param data null for the embedded copy
/// @param out folder for pictures and models
record Settings(
        String model,
        int epochs,
        int batch,
        double learningRate,
        long seed,
        int limit,
        int testLimit,
        double until,
        Path data,
        Path out) {}
