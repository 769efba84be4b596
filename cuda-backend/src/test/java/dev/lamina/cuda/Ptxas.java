package dev.lamina.cuda;

import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCompile;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCreate;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerDestroy;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLogSize;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLogSize;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/// NVIDIA's assembler, which JCuda's natives hold whole: it needs neither a driver nor a device.
record Ptxas(int registers, int stack, int spilled) {
    private static final Pattern MEMORY =
            Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");

    /// What a module with one kernel takes.
    ///
    /// @param arch such as `sm_90`
    /// @throws AssertionError with the assembler's words if the text is wrong
    static Ptxas of(String ptx, String arch) {
        byte[] text = (ptx + "\0").getBytes(StandardCharsets.UTF_8);
        var handle = new nvPTXCompilerHandle();
        check(nvPTXCompilerCreate(handle, text.length, text), "create");
        try {
            int result = nvPTXCompilerCompile(handle, 2, new String[] {"--gpu-name=" + arch, "--verbose"});
            var size = new long[1];
            if (result != 0) {
                nvPTXCompilerGetErrorLogSize(handle, size);
                var log = new byte[(int) size[0] + 1];
                nvPTXCompilerGetErrorLog(handle, log);
                throw new AssertionError(arch + ": " + new String(log, StandardCharsets.UTF_8).strip() + "\n" + ptx);
            }
            nvPTXCompilerGetInfoLogSize(handle, size);
            var log = new byte[(int) size[0] + 1];
            nvPTXCompilerGetInfoLog(handle, log);
            return read(new String(log, StandardCharsets.UTF_8));
        } finally {
            nvPTXCompilerDestroy(handle);
        }
    }

    private static Ptxas read(String log) {
        var memory = MEMORY.matcher(log);
        var registers = REGISTERS.matcher(log);
        if (!memory.find() || !registers.find()) throw new AssertionError("not understood: " + log);
        return new Ptxas(
                Integer.parseInt(registers.group(1)),
                Integer.parseInt(memory.group(1)),
                Integer.parseInt(memory.group(2)) + Integer.parseInt(memory.group(3)));
    }

    private static void check(int result, String call) {
        if (result != 0) throw new AssertionError("nvPTXCompiler " + call + ": error " + result);
    }
}
