package dev.lamina.examples;

import dev.lamina.DeviceException;
import dev.lamina.backend.Backend;
import dev.lamina.backend.BackendProvider;
import dev.lamina.backend.DeviceStatus;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.kernels.Tuner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lamina tune --device ID`.
@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures which tile sizes a GPU runs fastest and keeps them for every later program on this machine.")
final class TuneCommand implements Runnable {
    @Option(
            names = "--device",
            paramLabel = "ID",
            required = true,
            description = "cuda:0, opencl:0, ... as lamina doctor lists them")
    private String id;

    @Option(names = "--json", description = "end standard output with one JSON object; text goes to standard error")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        var report = new Report(spec.commandLine(), json);
        try (Backend backend = open(id)) {
            if (!(backend instanceof KernelBackend gpu))
                throw new DeviceException(
                        "tune: " + id + " has no tile sizes to choose; name a GPU, as lamina doctor lists them");
            report.say("%-28s %14s %14s", "tiles", "product", "convolution");
            Tuner.Result result = gpu.tune(
                    m -> report.say("%-28s %8.1f GFLOP/s %6.1f GFLOP/s", m.tiles(), m.product(), m.convolution()));
            report.say(
                    "chosen for products %s, for convolutions %s",
                    result.chosen().product(), result.chosen().convolution());
            report.put("device", id);
            report.put("product", result.chosen().product().toString());
            report.put("convolution", result.chosen().convolution().toString());
            report.put("measured", measured(result.measured()));
        }
        report.end();
    }

    private static List<Map<String, Object>> measured(List<Tuner.Measured> all) {
        var rows = new ArrayList<Map<String, Object>>();
        for (Tuner.Measured m : all) {
            var row = new LinkedHashMap<String, Object>();
            row.put("tiles", m.tiles().toString());
            row.put("product_gflops", m.product());
            row.put("convolution_gflops", m.convolution());
            rows.add(row);
        }
        return rows;
    }

    /// A backend of its own: tiles are chosen when one is opened.
    private static Backend open(String id) {
        for (BackendProvider p : ServiceLoader.load(BackendProvider.class)) {
            List<DeviceStatus> statuses = p.probe();
            for (int i = 0; i < statuses.size(); i++) {
                DeviceStatus s = statuses.get(i);
                if (!s.id().equals(id)) continue;
                if (!s.usable()) throw new DeviceException("tune: " + id + " cannot be used: " + s.problem());
                return p.open(i);
            }
        }
        throw new DeviceException("tune: device " + id + " is not known; lamina doctor lists what there is");
    }
}
