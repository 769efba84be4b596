package dev.lamina;

/// Element type of a tensor. Storage-only types (half precision) join here; a backend switches over all of
/// them.
public enum DType {
    /// IEEE 754 binary32, the type that layers compute in.
    F32(4, true),
    /// IEEE 754 binary64, for checks and for numerically delicate statistics.
    F64(8, true),
    /// 32-bit two's complement: indices, labels, counts.
    I32(4, false),
    /// Unsigned byte 0..255: pixels and masks.
    U8(1, false);

    private final int bytes;
    private final boolean floating;

    DType(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /// Size of one element in bytes.
    public int bytes() {
        return bytes;
    }

    /// True for types that have gradients.
    public boolean floating() {
        return floating;
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
