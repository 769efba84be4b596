package dev.lamina.kernels.ptx;

import dev.lamina.DType;
import java.util.HexFormat;

/// How elements of a type are held: bytes are computed with in 32 bits and cut after each step.
///
/// @param dtype the type in memory
/// @param register kind of register
/// @param memory type of a load, a store
/// @param compute type of an instruction
/// @param parameter type of a scalar argument
record Element(DType dtype, String register, String memory, String compute, String parameter) {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    static Element of(DType t) {
        return switch (t) {
            case F32 -> new Element(t, "f", "f32", "f32", "f32");
            case F64 -> new Element(t, "fd", "f64", "f64", "f64");
            case I32 -> new Element(t, "r", "u32", "s32", "u32");
            case U8 -> new Element(t, "r", "u8", "s32", "u32");
        };
    }

    boolean floating() {
        return dtype.floating();
    }

    /// A literal, rounded to the type.
    String constant(double v) {
        return switch (dtype) {
            case F32 -> "0f" + HEX.toHexDigits(Float.floatToIntBits((float) v));
            case F64 -> "0d" + HEX.toHexDigits(Double.doubleToLongBits(v));
            case I32, U8 -> Integer.toString((int) v);
        };
    }
}
