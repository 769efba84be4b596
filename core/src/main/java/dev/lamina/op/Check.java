package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import java.util.List;

/// The checks that shape rules share.
final class Check {
    private Check() {}

    static void count(String op, List<Spec> in, int expected) {
        if (in.size() != expected) throw new ShapeException(op + ": takes " + expected + " inputs, got " + in.size());
    }

    /// The element type that all inputs share.
    static DType same(String op, List<Spec> in) {
        DType t = in.getFirst().dtype();
        for (Spec s : in)
            if (s.dtype() != t)
                throw new DTypeException(op + ": element types differ: " + in + "; convert one with cast");
        return t;
    }

    static DType floating(String op, List<Spec> in) {
        DType t = same(op, in);
        if (!t.floating())
            throw new DTypeException(
                    op + ": needs a floating-point type, got " + in + "; convert with cast(DType.F32)");
        return t;
    }

    static void indices(String op, Spec index) {
        if (index.dtype() != DType.I32)
            throw new DTypeException(op + ": indices must be i32, got " + index + "; convert with cast(DType.I32)");
    }

    static void rank(String op, String layout, Shape s) {
        int expected = layout.split(",").length;
        if (s.rank() != expected) throw new ShapeException(op + ": expected [" + layout + "], got " + s);
    }

    static void equal(String op, String what, Shape expected, Shape got) {
        if (!expected.equals(got)) throw new ShapeException(op + ": " + what + " must be " + expected + ", got " + got);
    }
}
