package dev.lamina.cuda;

import static jcuda.nvrtc.JNvrtc.nvrtcCompileProgram;
import static jcuda.nvrtc.JNvrtc.nvrtcCreateProgram;
import static jcuda.nvrtc.JNvrtc.nvrtcDestroyProgram;
import static jcuda.nvrtc.JNvrtc.nvrtcGetPTX;
import static jcuda.nvrtc.JNvrtc.nvrtcGetProgramLog;
import static jcuda.nvrtc.JNvrtc.nvrtcVersion;

import dev.lamina.kernels.KernelException;
import dev.lamina.kernels.KernelText;
import dev.lamina.kernels.ProgramCache;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jcuda.LogLevel;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/// NVIDIA's compiler as a library, for the kernels that were not shipped: those on tiles that a tuner chose.
final class Nvrtc {
    static final String FILE = "libnvrtc.so.12";

    /// It opens one of these by its name, beside itself or wherever the loader looks.
    private static final List<String> BEFORE =
            IntStream.range(0, 10).mapToObj(i -> "libnvrtc-builtins.so.12." + i).toList();

    /// Architectures that every release knows, and that it knows from 12.8 on. A device runs those below its
    /// own.
    private static final List<Integer> ARCHITECTURES = List.of(75, 80, 86, 89, 90);

    private static final List<Integer> LATER = List.of(100, 120);
    private static final int LATER_SINCE = 12080;

    private static final class Once {
        static final Library FOUND = load(Libraries.here());
    }

    private Nvrtc() {}

    /// That of this machine, loaded by the first call.
    static Library library() {
        return Once.FOUND;
    }

    static Library load(Libraries in) {
        return Library.load(in, FILE, BEFORE, () -> JNvrtc.setLogLevel(LogLevel.LOG_QUIET));
    }

    /// The PTX of a text, kept in `cache` for later programs.
    ///
    /// @throws KernelException with the build log, or with why there is no compiler
    static String ptx(Library library, KernelText text, CudaDevice device, ProgramCache cache) {
        if (!library.usable())
            throw new KernelException("kernel " + text.entry()
                    + " is not among those that were compiled ahead of time, as with tiles that a tuner chose, and"
                    + " NVRTC cannot compile it: " + library.problem()
                    + "; install it, or remove the tuning from the cache folder (LAMINA_CACHE)");
        int release = release();
        int architecture = architecture(device.capability(), release);
        String key = "NVRTC " + release + " compute_" + architecture + "\n" + ShippedPtx.source(text);
        String ptx = cache.get(key)
                .map(b -> new String(b, StandardCharsets.UTF_8))
                .orElseGet(() -> {
                    String made = compile(text, architecture);
                    cache.put(key, made.getBytes(StandardCharsets.UTF_8));
                    return made;
                });
        return release > device.driver() ? lowered(ptx, architecture) : ptx;
    }

    /// The newest that both the device and the compiler know.
    static int architecture(int capability, int release) {
        var known =
                release < LATER_SINCE ? ARCHITECTURES.stream() : Stream.concat(ARCHITECTURES.stream(), LATER.stream());
        return known.filter(a -> a <= capability).reduce(Math::max).orElse(capability);
    }

    /// Such as 12060.
    private static int release() {
        int[] major = new int[1];
        int[] minor = new int[1];
        check(nvrtcVersion(major, minor), "nvrtcVersion");
        return major[0] * 1000 + minor[0] * 10;
    }

    /// The compiler marks its output with its own version, which older drivers refuse; the instructions are
    /// those of the oldest version that has the architecture.
    static String lowered(String ptx, int architecture) {
        String version = architecture <= 80 ? "7.0" : architecture <= 86 ? "7.1" : architecture <= 90 ? "7.8" : null;
        return version == null ? ptx : ptx.replaceFirst("(?m)^\\.version .*$", ".version " + version);
    }

    private static String compile(KernelText text, int architecture) {
        var program = new nvrtcProgram();
        String what = "kernel " + text.entry();
        check(nvrtcCreateProgram(program, ShippedPtx.source(text), text.entry() + ".cu", 0, null, null), what);
        try {
            String[] options = {"--gpu-architecture=compute_" + architecture};
            int result = nvrtcCompileProgram(program, options.length, options);
            if (result != nvrtcResult.NVRTC_SUCCESS) {
                String[] log = {""};
                nvrtcGetProgramLog(program, log);
                throw new KernelException(
                        what + " does not compile (" + nvrtcResult.stringFor(result) + "):\n" + log[0]);
            }
            String[] ptx = new String[1];
            check(nvrtcGetPTX(program, ptx), what);
            return ptx[0];
        } finally {
            nvrtcDestroyProgram(program);
        }
    }

    private static void check(int result, String what) {
        if (result != nvrtcResult.NVRTC_SUCCESS)
            throw new KernelException("NVRTC: " + what + ": " + nvrtcResult.stringFor(result));
    }
}
