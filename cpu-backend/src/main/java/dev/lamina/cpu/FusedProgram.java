package dev.lamina.cpu;

import dev.lamina.cpu.BlockProgram.Apply1;
import dev.lamina.cpu.BlockProgram.Apply2;
import dev.lamina.cpu.BlockProgram.Select;
import dev.lamina.cpu.BlockProgram.Step;
import dev.lamina.cpu.FusedLine.Kind;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// A [BlockProgram] as a few loops of bytecode: each loads a value once, keeps what it computes in registers, and
/// stores once. C2 expands some sixty calls of the Vector API in a method and leaves the rest as calls, every one of
/// which then takes an object, so that long functions are cut; what goes from loop to loop waits in the blocks of
/// scratch that the steps use. Functions with no short form in vectors stay steps.
final class FusedProgram {
    /// Calls of the Vector API in one loop.
    private static final int CALLS = 56;

    sealed interface Part {}

    /// A step that is a loop of its own over the block.
    record Plain(Step step, int value) implements Part {}

    /// `loads` and `stores` are values; `results`, in the last loop alone, those of the outputs.
    record Loop(int[] loads, int[] stores, int[] results, MethodHandle code) implements Part {
        /// @param n of whole vectors
        /// @param arrays of loads, stores and results, each from its offset on
        /// @return the elements done: fewer than n before a vector that the loop cannot do
        int run(int n, float[][] arrays, int[] offsets, float[] uniform) {
            try {
                return (int) code.invokeExact(n, arrays, offsets, uniform);
            } catch (Throwable e) {
                throw VectorTable.rethrow(e);
            }
        }
    }

    private final BlockProgram program;
    private final int lanes;
    private final List<FusedLine> lines = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();

    private FusedProgram(BlockProgram program, int lanes) {
        this.program = program;
        this.lanes = lanes;
    }

    /// Null for a function that one step computes as well, or an output of which does not vary.
    static FusedProgram of(BlockProgram program, int lanes) {
        if (program.steps().size() < 2 || IntStream.of(program.outputs()).anyMatch(v -> v < 0)) return null;
        var fused = new FusedProgram(program, lanes);
        fused.lower();
        fused.cut();
        return fused;
    }

    List<Part> parts() {
        return parts;
    }

    /// One loop, which needs no scratch.
    boolean direct() {
        return parts.size() == 1 && parts.getFirst() instanceof Loop;
    }

    /// Elements of a vector.
    int lanes() {
        return lanes;
    }

    private void lower() {
        int value = program.inputs();
        for (var step : program.steps()) {
            switch (step) {
                case Apply1(var fn, int x) -> lines.add(new FusedLine(Kind.of(fn), fn, value, x));
                case Apply2(var fn, int a, int b) -> lines.add(new FusedLine(Kind.of(fn), fn, value, a, b));
                case Select(int c, int y, int n) -> lines.add(new FusedLine(Kind.WHERE, null, value, c, y, n));
            }
            value++;
        }
    }

    private void cut() {
        int first = 0;
        for (int i = 0; i < lines.size(); i++) {
            boolean alone = lines.get(i).kind() == Kind.ALONE;
            if (i > first && (alone || calls(first, i + 1) > CALLS)) {
                loop(first, i);
                first = i;
            }
            if (alone) {
                int value = lines.get(i).value();
                parts.add(new Plain(program.steps().get(value - program.inputs()), value));
                first = i + 1;
            }
        }
        loop(first, lines.size());
    }

    private int calls(int first, int end) {
        return lines.subList(first, end).stream().mapToInt(FusedLine::calls).sum()
                + operands(first, end).size()
                + 1;
    }

    /// Values, uniform ones too, that lines need from before.
    private Set<Integer> operands(int first, int end) {
        var made = new LinkedHashSet<Integer>();
        var needed = new LinkedHashSet<Integer>();
        for (var line : lines.subList(first, end)) {
            for (int v : line.operands()) if (!made.contains(v)) needed.add(v);
            made.add(line.value());
        }
        return needed;
    }

    private void loop(int first, int end) {
        boolean last = end == lines.size();
        int[] results = last ? program.outputs() : new int[0];
        var body = lines.subList(first, end);
        var made = body.stream().map(FusedLine::value).toList();
        var needed = new LinkedHashSet<>(operands(first, end));
        for (int v : results) if (!made.contains(v)) needed.add(v);
        Set<Integer> later = operands(end, lines.size());
        for (int v : program.outputs()) later.add(v);
        int[] loads = needed.stream().filter(v -> v >= 0).mapToInt(v -> v).toArray();
        int[] uniforms = needed.stream().filter(v -> v < 0).mapToInt(v -> v).toArray();
        int[] stores = made.stream()
                .filter(v -> !last && later.contains(v))
                .mapToInt(v -> v)
                .toArray();
        parts.add(new Loop(loads, stores, results, FusedCode.make(body, loads, uniforms, stores, results, lanes)));
    }
}
