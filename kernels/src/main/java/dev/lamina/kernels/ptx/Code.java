package dev.lamina.kernels.ptx;

/// A stretch of instructions over the registers of a kernel.
final class Code {
    private final Registers registers;
    private final StringBuilder text = new StringBuilder();

    Code(Registers registers) {
        this.registers = registers;
    }

    Registers registers() {
        return registers;
    }

    void line(String instruction) {
        text.append('\t').append(instruction).append(";\n");
    }

    /// An instruction without a result.
    void put(String opcode, String... operands) {
        line(opcode + " \t" + String.join(", ", operands));
    }

    /// An instruction whose result is a new register of `kind`, which is returned.
    String set(String kind, String opcode, String... operands) {
        String to = registers.next(kind);
        line(opcode + " \t" + to + ", " + String.join(", ", operands));
        return to;
    }

    /// Jumps to `label` where `predicate` holds.
    void jumpIf(String predicate, String label) {
        line("@" + predicate + " bra \t" + label);
    }

    void label(String label) {
        text.append(label).append(":\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
