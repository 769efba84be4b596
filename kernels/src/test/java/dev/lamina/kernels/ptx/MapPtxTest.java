package dev.lamina.kernels.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.kernels.MapProgram;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The printed modules; what they compute is tested where they can run.
class MapPtxTest {
    private static final Expr X = Expr.in(0);

    private static long count(String text, String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }

    private static String print(Expr e, DType t, Programs.Shape shape, boolean vector) {
        var f = Elementwise.update("f", 2, List.of(e));
        return MapPtx.of(Programs.of(f, t, shape, vector));
    }

    private static String scalarF32(Expr e) {
        return print(e, DType.F32, Programs.Shape.FLAT, false);
    }

    @Test
    void aWholeModule() {
        var f = Elementwise.of("add half", 1, X.add(0.5));
        assertEquals("""
                .version 7.0
                .target sm_75
                .address_size 64

                .visible .entry map_add_half(
                	.param .u64 y0,
                	.param .u32 yo0,
                	.param .u64 p0,
                	.param .u32 po0,
                	.param .u32 n
                )
                {
                	.reg .f32 	%f<4>;
                	.reg .pred 	%p<3>;
                	.reg .b32 	%r<11>;
                	.reg .b64 	%rd<9>;

                	ld.param.u64 	%rd1, [y0];
                	cvta.to.global.u64 	%rd2, %rd1;
                	ld.param.u32 	%r1, [yo0];
                	mad.wide.s32 	%rd3, %r1, 4, %rd2;
                	ld.param.u64 	%rd4, [p0];
                	cvta.to.global.u64 	%rd5, %rd4;
                	ld.param.u32 	%r2, [po0];
                	mad.wide.s32 	%rd6, %r2, 4, %rd5;
                	ld.param.u32 	%r3, [n];
                	mov.u32 	%r4, %ntid.x;
                	mov.u32 	%r5, %ctaid.x;
                	mov.u32 	%r6, %tid.x;
                	mad.lo.s32 	%r7, %r5, %r4, %r6;
                	mov.u32 	%r8, %nctaid.x;
                	mul.lo.s32 	%r9, %r8, %r4;
                	mov.f32 	%f2, 0f3F000000;
                	mov.u32 	%r10, %r7;
                	setp.ge.u32 	%p1, %r10, %r3;
                	@%p1 bra 	$L2;
                $L1:
                	mad.wide.s32 	%rd7, %r10, 4, %rd6;
                	ld.global.f32 	%f1, [%rd7];
                	add.rn.f32 	%f3, %f1, %f2;
                	mad.wide.s32 	%rd8, %r10, 4, %rd3;
                	st.global.f32 	[%rd8], %f3;
                	add.s32 	%r10, %r10, %r9;
                	setp.lt.u32 	%p2, %r10, %r3;
                	@%p2 bra 	$L1;
                $L2:
                	ret;
                }
                """, MapPtx.of(Programs.of(f, DType.F32, Programs.Shape.FLAT, false)));
    }

    /// The parameters of the text in C, in the words of PTX.
    private static List<String> parametersInC(MapProgram p) {
        var c = Pattern.compile("KERNEL " + p.entry() + "\\((.*)\\) \\{")
                .matcher(p.text().source());
        assertTrue(c.find());
        return Stream.of(c.group(1).split(", "))
                .map(q -> q.startsWith("GLOBAL")
                        ? ".u64 " + q.substring(q.indexOf('*') + 1)
                        : q.startsWith("S ")
                                ? "." + Element.of(p.dtype()).parameter() + q.substring(1)
                                : q.replaceFirst("u?int", ".u32"))
                .toList();
    }

    @Test
    void everyProgramTakesTheParametersOfItsTextInC() {
        Programs.all().forEach(p -> {
            var parameters = Pattern.compile("\t\\.param (.*?),?\n")
                    .matcher(MapPtx.of(p))
                    .results();
            assertEquals(parametersInC(p), parameters.map(m -> m.group(1)).toList(), p::toString);
        });
    }

    @Test
    void theSameProgramGivesTheSameText() {
        Programs.all().forEach(p -> {
            var again = new MapProgram(p.f(), p.dtype(), p.structure(), p.vector());
            assertEquals(MapPtx.of(p), MapPtx.of(again), p::toString);
        });
    }

    @Test
    void whatOccursTwiceIsComputedOnce() {
        Expr e = X.mul(X);
        String text = scalarF32(e.add(e).max(e));
        assertEquals(1, count(text, "mul.rn.f32"));
        assertEquals(1, count(text, "add.rn.f32"));
    }

    @Test
    void comparisonsChooseWithoutANumberBetween() {
        String text = scalarF32(X.gt(0).where(X, X.mul(2)));
        assertEquals(1, count(text, "selp.f32"));
        assertEquals(1, count(text, "setp.gt.f32"));
    }

    @Test
    void scalarsAreCombinedBeforeTheLoop() {
        String text = scalarF32(X.mul(Expr.scalar(0).mul(Expr.scalar(1)).sqrt()));
        assertTrue(text.indexOf("sqrt.rn.f32") < text.indexOf("$L1:"), text);
    }

    @Test
    void whatNeighboursShareIsComputedOnceForThem() {
        // Input 1 is the same along the last axis.
        String text = print(X.mul(Expr.in(1).rsqrt()), DType.F32, Programs.Shape.ROWS, true);
        assertEquals(1, count(text, "rsqrt"));
        assertEquals(4, count(text, "mul.rn.f32"));
        assertEquals(1, count(text, "ld.global.v4.f32"));
        assertEquals(1, count(text, "ld.global.f32"));
        assertEquals(1, count(text, "st.global.v4.f32"));
        // Two axes: the number of elements is a multiple of 4, so nothing is left over.
        assertEquals(0, count(text, "st.global.f32"));
    }

    @Test
    void sumsAndProductsAreRoundedEach() {
        String text = scalarF32(X.mul(X).add(X));
        assertEquals(0, count(text, "fma"));
        assertEquals(1, count(text, "mul.rn.f32"));
    }

    @Test
    void constantsAreBitsOfTheType() {
        assertEquals("0f3DCCCCCD", Element.of(DType.F32).constant(0.1));
        assertEquals("0f7F800000", Element.of(DType.F32).constant(1e300));
        assertEquals("0f80000000", Element.of(DType.F32).constant(-0.0));
        assertEquals("0d3FB999999999999A", Element.of(DType.F64).constant(0.1));
        assertEquals("-2147483648", Element.of(DType.I32).constant(Integer.MIN_VALUE));
    }

    @Test
    void functionsOfRealsAreRefusedForIntegers() {
        for (var e : List.of(X.exp(), X.pow(Expr.in(1)))) {
            var p = Programs.of(Elementwise.update("f", 2, List.of(e)), DType.I32, Programs.Shape.FLAT, false);
            assertThrows(IllegalArgumentException.class, () -> MapPtx.of(p));
        }
    }

    @Test
    void bytesAreCutAfterEachStep() {
        String text = print(X.add(Expr.in(1)), DType.U8, Programs.Shape.FLAT, false);
        assertTrue(text.contains("and.b32"), text);
        assertEquals(2, count(text, "ld.global.u8"));
        assertEquals(1, count(text, "st.global.u8"));
        assertFalse(text.contains("ld.global.u32"));
    }
}
