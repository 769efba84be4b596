package dev.lamina.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunerTest {
    private static final List<Tiles> CANDIDATES = Tiles.candidates(false);

    @TempDir
    Path folder;

    private ProgramCache cache(String device) {
        return new ProgramCache(folder, device);
    }

    @Test
    void theFastestForEachUseIsChosen() {
        var a = new Tuner.Measured(CANDIDATES.get(0), 10, 30);
        var b = new Tuner.Measured(CANDIDATES.get(1), 20, 20);
        var c = new Tuner.Measured(CANDIDATES.get(2), 20, 30);
        assertEquals(new Tuning(b.tiles(), a.tiles()), Tuner.choose(List.of(a, b, c)));
    }

    @Test
    void theResultIsKeptForThisDeviceOnly() {
        var driver = new FakeDriver();
        var seen = new ArrayList<Tuner.Measured>();
        Tuner.Result r = Tuner.run(driver, cache(driver.name()), seen::add);
        assertEquals(seen, r.measured());
        assertTrue(seen.size() > 3, seen::toString);
        assertEquals(0, driver.live, "memory that was not freed");
        assertEquals(r.chosen(), Tuning.of(driver, cache(driver.name())));
        assertEquals(Tuning.standard(driver.limits()), Tuning.of(driver, cache("another")));
    }

    @Test
    void whatIsNotATuningCountsAsAbsent() {
        var driver = new FakeDriver();
        for (String text : List.of("", "64x64", "1x2x3 4x5x6", CANDIDATES.get(1) + " x")) {
            cache("d").put("tiles, version 1", text.getBytes(StandardCharsets.UTF_8));
            assertEquals(Tuning.standard(driver.limits()), Tuning.of(driver, cache("d")), text);
        }
        new Tuning(CANDIDATES.get(1), CANDIDATES.get(2)).keep(cache("d"));
        assertEquals(new Tuning(CANDIDATES.get(1), CANDIDATES.get(2)), Tuning.of(driver, cache("d")));
    }
}
