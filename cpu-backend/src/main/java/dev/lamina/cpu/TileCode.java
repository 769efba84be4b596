package dev.lamina.cpu;

import static dev.lamina.cpu.VectorCode.FLOATS;
import static dev.lamina.cpu.VectorCode.INTS;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// Writes the code of a [Tile] of any height and width in vectors that the machine prefers: what a hand would write,
/// with a local variable for each accumulator.
final class TileCode {
    private final CodeBuilder code;
    private final VectorCode vectors;
    private final int rows;
    private final int wide;
    private final int lanes;
    /// Where the loop counts, from 0 to the first argument.
    private final int p;

    private TileCode(CodeBuilder code, int rows, int wide, int lanes) {
        this.code = code;
        this.vectors = new VectorCode(code);
        this.rows = rows;
        this.wide = wide;
        this.lanes = lanes;
        this.p = code.allocateLocal(TypeKind.INT);
    }

    /// @param wide vectors of a row
    /// @param lanes of the preferred vector
    static Tile make(int rows, int wide, int lanes) {
        return VectorCode.instance(Tile.class, "Tile" + rows + "x" + wide, c -> {
            constant(c, "rows", rows);
            constant(c, "columns", wide * lanes);
            method(
                    c,
                    "packed",
                    List.of(CD_int, FLOATS, CD_int, FLOATS, CD_int),
                    code -> new TileCode(code, rows, wide, lanes).packed());
            method(
                    c,
                    "at",
                    List.of(CD_int, FLOATS, CD_int, FLOATS, CD_int, INTS),
                    code -> new TileCode(code, rows, wide, lanes).at());
            method(
                    c,
                    "rows",
                    List.of(CD_int, FLOATS, CD_int, INTS, CD_int, FLOATS, CD_int),
                    code -> new TileCode(code, rows, wide, lanes).rows());
            method(
                    c,
                    "turned",
                    List.of(CD_int, FLOATS, CD_int, CD_int, FLOATS, CD_int),
                    code -> new TileCode(code, rows, wide, lanes).turned());
            method(
                    c,
                    "strided",
                    List.of(CD_int, FLOATS, CD_int, CD_int, CD_int, FLOATS, CD_int, CD_int),
                    code -> new TileCode(code, rows, wide, lanes).strided());
        });
    }

    private static void constant(ClassBuilder c, String name, int value) {
        c.withMethodBody(
                name,
                MethodTypeDesc.of(CD_int),
                ClassFile.ACC_PUBLIC,
                code -> code.loadConstant(value).ireturn());
    }

    /// A method with these arguments, S and C: each its array, offset and step.
    private static void method(ClassBuilder c, String name, List<ClassDesc> operands, Consumer<CodeBuilder> body) {
        ClassDesc[] all = operands.toArray(new ClassDesc[operands.size() + 6]);
        ClassDesc[] place = {FLOATS, CD_int, CD_int};
        System.arraycopy(place, 0, all, operands.size(), 3);
        System.arraycopy(place, 0, all, operands.size() + 3, 3);
        c.withMethodBody(name, MethodTypeDesc.of(CD_void, all), ClassFile.ACC_PUBLIC, body);
    }

    /// Arguments from 1 on: k, A and its offset, B and its offset.
    private void packed() {
        product(4, 6, 1, (i, more) -> stepping(3, rows, i), more -> stepping(5, wide * lanes, 0), () -> {});
    }

    /// Arguments from 1 on: k, A and its offset, B, its offset and its list of rows.
    private void at() {
        product(4, 7, 1, (i, more) -> stepping(3, rows, i), more -> listed(5, 6, p, 0), () -> {});
    }

    /// Arguments from 1 on: k, A, its offset, its list of rows and the first of them, B and its offset.
    private void rows() {
        int[] row = new int[rows];
        for (int i = 0; i < rows; i++) {
            listed(3, 4, 5, i);
            row[i] = vectors.keep(TypeKind.INT);
        }
        product(
                6,
                8,
                2,
                (i, more) ->
                        code.iload(row[i]).iload(p).iadd().loadConstant(more).iadd(),
                more -> stepping(7, wide * lanes, more * wide * lanes),
                () -> {});
    }

    /// Arguments from 1 on: k, A, its offset and its step, B and its offset.
    private void turned() {
        product(
                5,
                7,
                1,
                (i, more) -> code.iload(3)
                        .iload(p)
                        .iload(4)
                        .imul()
                        .iadd()
                        .loadConstant(i)
                        .iadd(),
                more -> stepping(6, wide * lanes, 0),
                () -> {});
    }

    /// Arguments from 1 on: k, A, its offset and its steps down and along, B, its offset and its step. The offsets run.
    private void strided() {
        int[] row = new int[rows];
        for (int i = 1; i < rows; i++) {
            code.iload(4);
            if (i > 1) code.iload(row[i - 1]).iadd();
            row[i] = vectors.keep(TypeKind.INT);
        }
        product(
                6,
                9,
                1,
                (i, more) -> {
                    code.iload(3);
                    if (i > 0) code.iload(row[i]).iadd();
                },
                more -> code.iload(7),
                () -> advance(3, 5).advance(7, 8));
    }

    private TileCode advance(int offset, int by) {
        code.iload(offset).iload(by).iadd().istore(offset);
        return this;
    }

    /// `from + p * step + more`.
    private void stepping(int from, int step, int more) {
        code.iload(from)
                .iload(p)
                .loadConstant(step)
                .imul()
                .iadd()
                .loadConstant(more)
                .iadd();
    }

    /// `from + list[index + more]`.
    private void listed(int from, int list, int index, int more) {
        code.iload(from)
                .aload(list)
                .iload(index)
                .loadConstant(more)
                .iadd()
                .iaload()
                .iadd();
    }

    /// @param b the argument that is B
    /// @param s the argument that is S or null, followed by its offset and its step, and by those of C
    /// @param unroll steps of k in a round of the loop, where they share the computation of indices
    /// @param left puts on the stack where in A, argument 2, the number of row i lies, so many steps further on
    /// @param right puts on the stack where in B the vectors lie, so many steps further on
    /// @param after what ends a step
    private void product(int b, int s, int unroll, BiIntConsumer left, IntConsumer right, Runnable after) {
        int c = s + 3;
        int[][] sums = sums(s);
        code.iconst_0().istore(p);
        for (int steps = unroll; steps > 0; steps /= 2) loop(b, sums, steps, left, right, after);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < wide; j++) {
                int row = i;
                int lane = j * lanes;
                vectors.store(sums[i][j], c, () -> element(c, row, lane));
            }
        code.return_();
    }

    /// The variables of the sums, loaded from S or zero.
    private int[][] sums(int s) {
        int[][] sums = new int[rows][wide];
        for (int[] row : sums) Arrays.setAll(row, _ -> code.allocateLocal(TypeKind.REFERENCE));
        Label zero = code.newLabel();
        Label done = code.newLabel();
        code.aload(s).ifnull(zero);
        begin(sums, (i, j) -> vectors.load(s, () -> element(s, i, j * lanes)));
        code.goto_(done).labelBinding(zero);
        begin(sums, (i, j) -> vectors.zero());
        code.labelBinding(done);
        return sums;
    }

    /// @param sum puts what the sum of a row and a vector begins as on the stack
    private void begin(int[][] sums, BiIntConsumer sum) {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < wide; j++) {
                sum.accept(i, j);
                code.astore(sums[i][j]);
            }
    }

    /// As long as there are `steps` steps left.
    private void loop(int b, int[][] sums, int steps, BiIntConsumer left, IntConsumer right, Runnable after) {
        Label next = code.newLabel();
        Label done = code.newLabel();
        code.labelBinding(next).iload(p).iload(1).loadConstant(steps - 1).isub().if_icmpge(done);
        for (int step = 0; step < steps; step++) {
            step(b, sums, step, left, right);
            after.run();
        }
        code.iinc(p, steps).goto_(next).labelBinding(done);
    }

    private void step(int b, int[][] sums, int step, BiIntConsumer left, IntConsumer right) {
        right.accept(step);
        int at = vectors.keep(TypeKind.INT);
        int[] y = new int[wide];
        for (int j = 0; j < wide; j++) {
            int lane = j * lanes;
            vectors.load(b, () -> code.iload(at).loadConstant(lane).iadd());
            y[j] = vectors.keep(TypeKind.REFERENCE);
        }
        for (int i = 0; i < rows; i++) {
            int row = i;
            vectors.broadcast(2, () -> left.accept(row, step));
            int x = vectors.keep(TypeKind.REFERENCE);
            for (int j = 0; j < wide; j++) {
                vectors.fma(x, y[j], sums[i][j]);
                code.astore(sums[i][j]);
            }
        }
    }

    private interface BiIntConsumer {
        void accept(int i, int more);
    }

    /// Where the number of a row and a column lies in the array of an argument, which its offset and step follow.
    private void element(int array, int row, int column) {
        code.iload(array + 1)
                .iload(array + 2)
                .loadConstant(row)
                .imul()
                .iadd()
                .loadConstant(column)
                .iadd();
    }
}
