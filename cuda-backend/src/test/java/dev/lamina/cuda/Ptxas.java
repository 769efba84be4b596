package dev.lamina.cuda;

import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCompile;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCreate;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerDestroy;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLogSize;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLogSize;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/// NVIDIA's assembler, which JCuda's natives hold whole: it needs neither a driver nor a device.
record Ptxas(int registers, int shared, int stack, int spilled) {
    private static final Pattern KERNEL = Pattern.compile(
            "Compiling entry function '(\\w+)'"
                    + ".*?(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads"
                    + ".*?Used (\\d+) registers([^\n]*)",
            Pattern.DOTALL);
    private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

    /// What the only kernel of a module takes.
    static Ptxas of(String ptx, String arch) {
        return all(ptx, arch).values().iterator().next();
    }

    /// What the kernels of a module take, by entry.
    ///
    /// @param arch such as `sm_90`
    /// @throws AssertionError with the assembler's words if the text is wrong
    static Map<String, Ptxas> all(String ptx, String arch) {
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

    private static Map<String, Ptxas> read(String log) {
        var all = new TreeMap<String, Ptxas>();
        for (var k = KERNEL.matcher(log); k.find(); ) {
            var shared = SHARED.matcher(k.group(6));
            all.put(
                    k.group(1),
                    new Ptxas(
                            Integer.parseInt(k.group(5)),
                            shared.find() ? Integer.parseInt(shared.group(1)) : 0,
                            Integer.parseInt(k.group(2)),
                            Integer.parseInt(k.group(3)) + Integer.parseInt(k.group(4))));
        }
        if (all.isEmpty()) throw new AssertionError("not understood: " + log);
        return all;
    }

    private static void check(int result, String call) {
        if (result != 0) throw new AssertionError("nvPTXCompiler " + call + ": error " + result);
    }
}
