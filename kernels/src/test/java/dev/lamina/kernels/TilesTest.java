package dev.lamina.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TilesTest {
    private static final int LOCAL = 48 * 1024;
    private static final Tiles BIG = new Tiles(128, 128, 16, 8, 8, 4, 2);

    @Test
    void everyCandidateIsWithinTheLimitsOrIsMadeSo() {
        for (boolean processor : new boolean[] {false, true})
            for (Tiles t : Tiles.candidates(processor))
                for (int bytes : new int[] {Float.BYTES, Double.BYTES})
                    for (int groupSize : new int[] {64, 256, 1024}) {
                        Tiles fit = t.within(bytes, LOCAL, groupSize);
                        assertTrue(fit.localBytes(bytes) <= LOCAL, fit + " of " + bytes);
                        assertTrue(fit.items() <= groupSize, fit + " in groups of " + groupSize);
                    }
    }

    @Test
    void aSmallProductGetsMoreAndSmallerGroups() {
        assertEquals(BIG, BIG.fitted(4096, 4096, 1, 108));
        assertEquals(new Tiles(64, 128, 16, 8, 8, 4, 2), BIG.fitted(1024, 1024, 1, 108));
        assertEquals(new Tiles(32, 128, 16, 8, 8, 4, 2), BIG.fitted(10, 4096, 64, 108));
        assertEquals(64, BIG.fitted(64, 64, 1, 1).m());
    }

    @Test
    void aLongSumIsCutIntoWholeSlabsThatCostLittle() {
        int groups = 1;
        int slice = BIG.slice(100_000, groups, 64, 1000, 1_000_000);
        assertEquals(0, slice % BIG.k());
        assertEquals(64, Math.ceilDiv(100_000, slice));
        assertTrue(Math.ceilDiv(100_000, BIG.slice(100_000, groups, 64, 1000, 10_000)) <= 5, "parts within spare");
        assertTrue(BIG.slice(64, groups, 64, 1000, 1_000_000) >= 64, "too short to cut");
        assertTrue(BIG.slice(100_000, 64, 64, 1000, 1_000_000) >= 100_000, "enough groups already");
    }

    @Test
    void textIsReadBackAndNonsenseIsNot() {
        assertEquals(Optional.of(BIG), Tiles.parse(BIG.toString()));
        for (String bad : List.of("", "128", "128x128x16/8x8/4/3", "128x128x16/7x8/4/2", "99999999999x1x1/1x1/1/1"))
            assertEquals(Optional.empty(), Tiles.parse(bad), bad);
        assertThrows(IllegalArgumentException.class, () -> new Tiles(30, 32, 8, 4, 4, 4, 1));
    }

    /// No less than the largest of their kernels declares, in docs/cuda-kernels.md: a convolution with its tables.
    @Test
    void tilesOfTensorCoresTakeWhatTheirKernelsDeclare() {
        var declared = List.of(42496, 22272, 43008, 22784);
        var taken = MmaTiles.all().stream().map(t -> t.localBytes(Float.BYTES)).toList();
        assertEquals(List.of(46464, 24192, 47360, 25088), taken);
        for (int i = 0; i < taken.size(); i++) assertTrue(declared.get(i) <= taken.get(i) && taken.get(i) <= LOCAL);
    }
}
