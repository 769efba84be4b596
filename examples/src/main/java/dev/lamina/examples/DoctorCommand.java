package dev.lamina.examples;

import dev.lamina.Device;
import dev.lamina.backend.DeviceStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lamina doctor`.
@Command(
        name = "doctor",
        description = "Lists what Lamina can compute on here, and for what it cannot, why and what to do about it.")
final class DoctorCommand implements Runnable {
    private static final String VECTORS = "jdk.incubator.vector";

    @Option(names = "--json", description = "end standard output with one JSON object; text goes to standard error")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        var report = new Report(spec.commandLine(), json);
        report.put("lamina", Main.version());
        system(report);
        devices(report);
        report.end();
    }

    private static void system(Report report) {
        var runtime = Runtime.getRuntime();
        boolean vectors = ModuleLayer.boot().findModule(VECTORS).isPresent();
        boolean natives = Main.class.getModule().isNativeAccessEnabled();
        line(report, "lamina", Main.version());
        line(report, "java", Runtime.version() + ", " + System.getProperty("java.vendor"));
        line(report, "system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", " + System.getProperty("os.arch"));
        line(report, "processors", runtime.availableProcessors() + " for this process");
        line(report, "heap", bytes(runtime.maxMemory()) + " at most; change it with LAMINA_JAVA_OPTS=-Xmx8g");
        line(report, "vectors", vectors ? VECTORS + " is there" : "absent, so the CPU is slow: start Java with --add-modules " + VECTORS);
        line(report, "natives", natives ? "allowed" : "GPU libraries make Java warn: start it with --enable-native-access=ALL-UNNAMED");
        report.put("java", Runtime.version().toString());
        report.put("processors", runtime.availableProcessors());
        report.put("heap_bytes", runtime.maxMemory());
        report.put("vector_module", vectors);
        report.put("native_access", natives);
    }

    private static void devices(Report report) {
        var found = new ArrayList<Map<String, Object>>();
        report.say("%ndevices");
        for (DeviceStatus s : Device.list()) {
            report.say("  %-10s  %-10s  %s%s", s.id(), s.usable() ? "usable" : "not usable", s.name(), s.memory() > 0 ? ", " + bytes(s.memory()) : "");
            if (!s.usable()) report.say("  %-10s  %-10s  %s", "", "", s.problem());
            var device = new LinkedHashMap<String, Object>();
            device.put("id", s.id());
            device.put("name", s.name());
            device.put("kind", s.kind().name().toLowerCase(Locale.ROOT));
            device.put("usable", s.usable());
            device.put("memory_bytes", s.memory());
            device.put("problem", s.problem());
            found.add(device);
        }
        report.put("devices", found);
        boolean any = Device.list().stream().anyMatch(s -> s.usable() && s.kind() != DeviceStatus.Kind.EMULATED);
        String best = any ? Device.best().id() : null;
        report.say("%n%s", any ? "Without --device, " + best + " is used." : "No device is usable without asking for it.");
        report.put("best", best);
    }

    private static void line(Report report, String what, String text) {
        report.say("%-10s  %s", what, text);
    }

    private static String bytes(long n) {
        return String.format(Locale.ROOT, "%.1f GiB", n / 0x1p30);
    }
}
