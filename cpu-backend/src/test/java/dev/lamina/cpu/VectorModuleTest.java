package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.junit.jupiter.api.Test;

/// The build compiles against the Vector API and runs tests with it.
class VectorModuleTest {
    @Test
    void vectorsCompute() {
        var ones = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f);
        assertEquals(ones.length(), ones.reduceLanes(VectorOperators.ADD));
    }
}
