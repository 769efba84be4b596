package dev.lamina.opencl;

import dev.lamina.backend.DeviceStatus;

/// Probes twice and prints what it found: run in a JVM of its own.
final class PrintDevices {
    private PrintDevices() {}

    static void main() {
        var first = new OpenClProvider().probe();
        var second = new OpenClProvider().probe();
        if (!first.equals(second)) throw new AssertionError(first + " then " + second);
        for (DeviceStatus s : first)
            System.out.println(s.id() + " | " + s.kind() + " | " + s.name() + " | " + s.problem());
    }
}
