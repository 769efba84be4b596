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
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// Writes the code of a [Tile] of any height by two of the vectors that the machine prefers: what a hand would write,
/// with a local variable for each accumulator.
///
/// Sums begin as zeros in one method and as what C holds in another. With both in one, or an addition for each
/// accumulator at the end, C2 meets its limit of nodes, leaves the last stores as calls, and makes their accumulators
/// objects in every round of the loop.
final class TileCode {
    private final CodeBuilder code;
    private final VectorCode vectors;
    private final int rows;
    private final int lanes;
    private final boolean add;
    /// Where the loop counts, from 0 to the first argument.
    private final int p;

    private TileCode(CodeBuilder code, int rows, int lanes, boolean add) {
        this.code = code;
        this.vectors = new VectorCode(code);
        this.rows = rows;
        this.lanes = lanes;
        this.add = add;
        this.p = code.allocateLocal(TypeKind.INT);
    }

    /// @param lanes of the preferred vector
    static Tile make(int rows, int lanes) {
        return VectorCode.instance(Tile.class, "Tile" + rows + "x2", c -> {
            constant(c, "rows", rows);
            constant(c, "columns", 2 * lanes);
            for (boolean add : new boolean[] {false, true}) {
                method(
                        c,
                        add ? "addPacked" : "packed",
                        List.of(CD_int, FLOATS, CD_int, FLOATS, CD_int),
                        code -> new TileCode(code, rows, lanes, add).packed());
                method(
                        c,
                        add ? "addAt" : "at",
                        List.of(CD_int, FLOATS, CD_int, FLOATS, CD_int, INTS),
                        code -> new TileCode(code, rows, lanes, add).at());
                method(
                        c,
                        add ? "addRows" : "rows",
                        List.of(CD_int, FLOATS, CD_int, INTS, CD_int, FLOATS, CD_int),
                        code -> new TileCode(code, rows, lanes, add).rows());
            }
        });
    }

    private static void constant(ClassBuilder c, String name, int value) {
        c.withMethodBody(
                name,
                MethodTypeDesc.of(CD_int),
                ClassFile.ACC_PUBLIC,
                code -> code.loadConstant(value).ireturn());
    }

    /// A method with these arguments and C: its array, offset and step.
    private static void method(ClassBuilder c, String name, List<ClassDesc> operands, Consumer<CodeBuilder> body) {
        ClassDesc[] all = operands.toArray(new ClassDesc[operands.size() + 3]);
        System.arraycopy(new ClassDesc[] {FLOATS, CD_int, CD_int}, 0, all, operands.size(), 3);
        c.withMethodBody(name, MethodTypeDesc.of(CD_void, all), ClassFile.ACC_PUBLIC, body);
    }

    /// Arguments from 1 on: k, A and its offset, B and its offset.
    private void packed() {
        product(4, 6, i -> stepping(3, rows, i), () -> stepping(5, 2 * lanes, 0));
    }

    /// Arguments from 1 on: k, A and its offset, B, its offset and its list of rows.
    private void at() {
        product(4, 7, i -> stepping(3, rows, i), () -> listed(5, 6, p, 0));
    }

    /// Arguments from 1 on: k, A, its offset, its list of rows and the first of them, B and its offset.
    private void rows() {
        int[] row = new int[rows];
        for (int i = 0; i < rows; i++) {
            listed(3, 4, 5, i);
            row[i] = vectors.keep(TypeKind.INT);
        }
        product(6, 8, i -> code.iload(row[i]).iload(p).iadd(), () -> stepping(7, 2 * lanes, 0));
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
    /// @param c the argument that is C, followed by its offset and its step
    /// @param left puts on the stack where in A, argument 2, the number of row i lies
    /// @param right puts on the stack where in B the two vectors lie
    private void product(int b, int c, IntConsumer left, Runnable right) {
        int[][] sums = new int[rows][2];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < 2; j++) {
                int at = i;
                int lane = j * lanes;
                if (add) vectors.load(c, () -> element(c, at, lane));
                else vectors.zero();
                sums[i][j] = vectors.keep(TypeKind.REFERENCE);
            }
        Label next = code.newLabel();
        Label done = code.newLabel();
        code.iconst_0().istore(p).labelBinding(next).iload(p).iload(1).if_icmpge(done);
        right.run();
        int at = vectors.keep(TypeKind.INT);
        int[] y = new int[2];
        for (int j = 0; j < 2; j++) {
            int lane = j * lanes;
            vectors.load(b, () -> code.iload(at).loadConstant(lane).iadd());
            y[j] = vectors.keep(TypeKind.REFERENCE);
        }
        for (int i = 0; i < rows; i++) {
            int row = i;
            vectors.broadcast(2, () -> left.accept(row));
            int x = vectors.keep(TypeKind.REFERENCE);
            for (int j = 0; j < 2; j++) {
                vectors.fma(x, y[j], sums[i][j]);
                code.astore(sums[i][j]);
            }
        }
        code.iinc(p, 1).goto_(next).labelBinding(done);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < 2; j++) {
                int row = i;
                int lane = j * lanes;
                vectors.store(sums[i][j], c, () -> element(c, row, lane));
            }
        code.return_();
    }

    /// Where in C the number of a row and a column lies.
    private void element(int c, int row, int column) {
        code.iload(c + 1)
                .iload(c + 2)
                .loadConstant(row)
                .imul()
                .iadd()
                .loadConstant(column)
                .iadd();
    }
}
