package dev.lamina.kernels;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The tiles of a device: those that `Tuner` measured as best, otherwise what is good for its kind.
public record Tuning(Tiles product, Tiles convolution) {
    private static final String KEY = "tiles, version 1";

    static Tuning standard(GpuDriver.Limits limits) {
        Tiles first = Tiles.candidates(limits.cpu()).getFirst();
        Tiles t = first.within(Float.BYTES, Launcher.localBytes(limits), Launcher.groupSize(limits));
        return new Tuning(t, t);
    }

    /// What was kept for this device and driver version; a file that does not fit counts as absent.
    static Tuning of(GpuDriver driver, ProgramCache cache) {
        return cache.get(KEY).flatMap(Tuning::parse).orElseGet(() -> standard(driver.limits()));
    }

    void keep(ProgramCache cache) {
        cache.put(KEY, (product + " " + convolution).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<Tuning> parse(byte[] text) {
        String[] words = new String(text, StandardCharsets.UTF_8).split(" ", -1);
        if (words.length != 2) return Optional.empty();
        return Tiles.parse(words[0]).flatMap(p -> Tiles.parse(words[1]).map(c -> new Tuning(p, c)));
    }
}
