package dev.lamina.cuda;

import dev.lamina.Device;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What the launches of one kernel and grid did, as the simulated driver counts it.
///
/// @param conflicts lines of PTX whose lanes meet in banks of shared memory
record KernelCounts(String kernel, Map<String, Long> counts, Map<Integer, Conflict> conflicts) {
    /// @param accesses times that the line was executed by a warp
    /// @param passes extra ones that its lanes took
    record Conflict(long accesses, long passes) {}

    private static final int SECTOR = 32;
    private static final Pattern KERNEL = Pattern.compile("\"(\\w+ \\d+x\\d+)\":\\{(.*?)\\{(.*?)\\}\\}");
    private static final Pattern COUNT = Pattern.compile("\"(\\w+)\":(\\d+)");
    private static final Pattern CONFLICT = Pattern.compile("\"(-?\\d+)\":\\[(\\d+),(\\d+)\\]");

    /// Of everything that `work` launches.
    static List<KernelCounts> of(Device device, Runnable work) {
        device.sync();
        Cudasim.counters();
        Cudasim.set("count", "1");
        try {
            work.run();
            device.sync();
        } finally {
            Cudasim.set("count", "0");
        }
        return KERNEL.matcher(Cudasim.counters())
                .results()
                .map(m -> new KernelCounts(m.group(1), counts(m.group(2)), conflicts(m.group(3))))
                .sorted(Comparator.comparing(KernelCounts::touched).reversed())
                .toList();
    }

    private static Map<String, Long> counts(String text) {
        var all = new HashMap<String, Long>();
        COUNT.matcher(text).results().forEach(m -> all.put(m.group(1), Long.valueOf(m.group(2))));
        return all;
    }

    private static Map<Integer, Conflict> conflicts(String text) {
        var all = new TreeMap<Integer, Conflict>();
        CONFLICT.matcher(text)
                .results()
                .forEach(m -> all.put(
                        Integer.valueOf(m.group(1)),
                        new Conflict(Long.parseLong(m.group(2)), Long.parseLong(m.group(3)))));
        return all;
    }

    long count(String name) {
        return counts.get(name);
    }

    /// Bytes of the sectors that a launch touches, each once: what no cache can spare.
    long touched() {
        return SECTOR * count("distinct_sectors");
    }

    /// Bytes that threads store.
    long stored() {
        return count("store_bytes");
    }

    /// Of the bytes that loads ask for, those that threads use; at most 1, as lanes may share.
    double loads() {
        return efficiency("load");
    }

    double stores() {
        return efficiency("store");
    }

    private double efficiency(String what) {
        long sectors = count(what + "_sectors");
        return sectors == 0 ? 1 : Math.min(1, (double) count(what + "_bytes") / (SECTOR * sectors));
    }

    /// Extra passes over shared memory for each that there must be.
    double extraPasses() {
        long accesses = count("shared_accesses");
        return accesses == 0 ? 0 : (double) count("shared_passes") / accesses - 1;
    }
}
