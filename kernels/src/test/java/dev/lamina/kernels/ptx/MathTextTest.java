package dev.lamina.kernels.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The shipped instructions of mathematical functions, and their way into a kernel.
class MathTextTest {
    private static String resource(String name) throws Exception {
        try (var in = MathText.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shippedIsWhatTheCompilerMakes() throws Exception {
        var nvcc = Nvcc.find();
        assumeTrue(nvcc.isPresent(), "no nvcc on the path, so math.ptx cannot be made again and compared");
        assumeTrue(
                nvcc.get().release().equals("13.0"),
                "math.ptx is of nvcc 13.0, here is " + nvcc.get().release());
        assertEquals(resource("math.ptx"), nvcc.get().math(resource("math.c")));
    }

    @ParameterizedTest
    @CsvSource({
        "exp, 1",
        "log, 1",
        "log1p, 1",
        "expm1, 1",
        "tanh, 1",
        "erf, 1",
        "sin, 1",
        "cos, 1",
        "pow, 2",
    })
    void everyFunctionIsPutInWithoutCallsOrScopes(String name, int arguments) {
        for (String type : List.of("f32", "f64")) {
            String kind = type.equals("f32") ? "f" : "fd";
            var registers = new Registers();
            var code = new Code(registers);
            var maths = new Maths();
            var args = new String[arguments];
            for (int i = 0; i < arguments; i++) args[i] = registers.next(kind);
            String result = maths.call(code, name + "_" + type, args);
            String text = code.toString();
            assertTrue(text.contains("mov." + type + " \t" + result + ", "), text);
            for (String arg : args) assertTrue(text.contains(", " + arg + ";"), text);
            for (String left : List.of("param", "call", "ret;", "retval", ".reg", "\t{;", ".local", "$L__"))
                assertFalse(text.contains(left), left + " in\n" + text);
            text.lines()
                    .filter(l -> l.contains("bra"))
                    .map(l -> l.substring(l.indexOf('$'), l.indexOf(';')))
                    .forEach(label -> assertTrue(text.contains("\n" + label + ":\n"), label));
        }
    }

    @Test
    void registersOfAnInnerScopeAreTheirOwn() {
        var text = new MathText("""
                .func (.param .b32 func_retval0) twice_f32(
                .param .b32 twice_f32_param_0
                )
                {
                .reg .b32 %r<3>;
                ld.param.f32 %r1, [twice_f32_param_0];
                {
                .reg .u32 %r1;
                mov.u32 %r1, 5;
                }
                add.f32 %r2, %r1, %r1;
                st.param.f32 [func_retval0+0], %r2;
                ret;
                }
                """);
        var registers = new Registers();
        var code = new Code(registers);
        var maths = new Maths(() -> text);
        assertEquals("%f1", maths.call(code, "twice_f32", "%f9"));
        assertEquals("""
                \tmov.f32 \t%r1, %f9;
                \tmov.u32 %r2, 5;
                \tadd.f32 %r3, %r1, %r1;
                \tmov.f32 \t%f1, %r3;
                """, code.toString());
    }

    @Test
    void tablesComeWithTheFunction() {
        var maths = new Maths();
        var code = new Code(new Registers());
        maths.call(code, "exp_f32", "%f1");
        assertEquals("", maths.tables());
        maths.call(code, "sin_f32", "%f1");
        maths.call(code, "cos_f32", "%f1");
        assertEquals(1, maths.tables().lines().count());
        assertTrue(maths.tables().startsWith(".global .align 4 .b8 two_over_pi_f32[28] = {"), maths.tables());
    }

    @Test
    void unknownTextIsNamed() {
        var text = new MathText("""
                .func (.param .b32 func_retval0) f(
                )
                {
                ld.param.f32 %f1, [nothing];
                }
                """);
        var maths = new Maths(() -> text);
        var code = new Code(new Registers());
        assertTrue(assertThrows(IllegalStateException.class, () -> maths.call(code, "f"))
                .getMessage()
                .contains("not understood: ld.param.f32 %f1, [nothing];"));
        assertTrue(assertThrows(IllegalStateException.class, () -> maths.call(code, "g"))
                .getMessage()
                .contains("math.ptx has no function g"));
    }
}
