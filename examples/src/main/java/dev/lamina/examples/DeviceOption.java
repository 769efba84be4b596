package dev.lamina.examples;

import dev.lamina.Device;
import dev.lamina.backend.DeviceStatus;
import picocli.CommandLine.Option;

/// `--device`, and the lines that say what was chosen and what could not be.
final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "ID",
            defaultValue = "best",
            description = "cpu, cuda:0, opencl:0, ... as lamina doctor lists them (default: the first usable GPU, else the CPU)")
    private String id;

    /// @throws dev.lamina.DeviceException if the device that was asked for cannot be used
    Device open(Report report) {
        Device device = Device.require(id);
        for (DeviceStatus s : Device.list()) {
            if (s.id().equals(device.id()))
                report.say("device %s: %s (%s)", s.id(), s.name(), id.equals("best") ? "the best that is usable" : "asked for");
            else if (!s.usable()) report.say("not usable: %s: %s", s.id(), s.problem());
        }
        report.put("device", device.id());
        return device;
    }
}
