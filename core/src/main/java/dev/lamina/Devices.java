package dev.lamina;

import dev.lamina.backend.BackendProvider;
import dev.lamina.backend.DeviceStatus;
import dev.lamina.backend.DeviceStatus.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Finds backends on the class path, probes each once and opens each device once.
final class Devices {
    private static final System.Logger LOG = System.getLogger("dev.lamina");

    private record Found(BackendProvider provider, int index, DeviceStatus status) {}

    private static final Map<String, Device> OPEN = new ConcurrentHashMap<>();

    private Devices() {}

    private static final class Probed {
        static final List<Found> ALL = probe();
    }

    private static List<Found> probe() {
        var found = new ArrayList<Found>();
        for (BackendProvider p : ServiceLoader.load(BackendProvider.class, Devices.class.getClassLoader())) {
            var statuses = p.probe();
            for (int i = 0; i < statuses.size(); i++) found.add(new Found(p, i, statuses.get(i)));
        }
        found.sort((a, b) -> a.status.kind().compareTo(b.status.kind()));
        return List.copyOf(found);
    }

    static List<DeviceStatus> list() {
        return Probed.ALL.stream().map(Found::status).toList();
    }

    static Device require(String id) {
        for (Found f : Probed.ALL) {
            if (!f.status.id().equals(id)) continue;
            if (!f.status.usable())
                throw new DeviceException("device " + id + " cannot be used: " + f.status.problem());
            return open(f);
        }
        throw new DeviceException("device " + id + " is not known; there are " + describe(list())
                + (list().isEmpty() ? "none: put a backend such as lamina-cpu on the class path" : ""));
    }

    static Device best() {
        for (Found f : Probed.ALL) if (f.status.usable() && f.status.kind() != Kind.EMULATED) return openBest(f);
        throw new DeviceException("no usable device: "
                + (list().isEmpty() ? "put a backend such as lamina-cpu on the class path" : describe(list())));
    }

    private static Device openBest(Found best) {
        Device open = OPEN.get(best.status.id());
        if (open != null) return open;
        var unusable = list().stream().filter(s -> !s.usable()).toList();
        // Never silently: a GPU that could have been used is worth a line on the console.
        boolean fallback = best.status.kind() == Kind.CPU && !unusable.isEmpty();
        LOG.log(
                fallback ? System.Logger.Level.INFO : System.Logger.Level.DEBUG,
                () -> "using " + best.status.id() + " (" + best.status.name() + ")"
                        + (unusable.isEmpty() ? "" : "; not usable: " + describe(unusable)));
        return open(best);
    }

    private static Device open(Found f) {
        String id = f.status.id();
        try {
            return OPEN.computeIfAbsent(id, _ -> Device.of(id, f.provider.open(f.index)));
        } catch (RuntimeException e) {
            throw new DeviceException("device " + id + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static String describe(List<DeviceStatus> statuses) {
        return statuses.stream()
                .map(s -> s.id() + (s.usable() ? "" : " (" + s.problem() + ")"))
                .collect(Collectors.joining(", "));
    }
}
