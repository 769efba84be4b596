package dev.lamina.peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes TorchScript archives: PyTorch runs an expression in its own operators, without a call across the
/// language border for each of them. The archive holds a module without attributes but `training`.
final class Script {
    private Script() {}

    /// A module whose `forward` takes `inputs` and returns `result`.
    ///
    /// @param body statements, each on a line of its own, in the subset of Python that PyTorch saves
    static void write(Path file, String inputs, String body, String resultType, String result) throws IOException {
        var code = new StringBuilder("class Call(Module):\n");
        code.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        code.append("  def forward(self: __torch__.Call");
        for (String in : inputs.split(" ")) code.append(",\n    ").append(in).append(": Tensor");
        code.append(") -> ").append(resultType).append(":\n");
        body.lines().forEach(line -> code.append("    ").append(line).append('\n'));
        code.append("    return ").append(result).append('\n');
        String name = file.getFileName().toString().replaceFirst("\\.pt$", "");
        try (OutputStream out = Files.newOutputStream(file);
                var zip = new ZipOutputStream(out)) {
            entry(zip, name + "/data.pkl", module());
            entry(zip, name + "/code/__torch__.py", code.toString().getBytes(StandardCharsets.UTF_8));
            entry(zip, name + "/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            // Below 10, PyTorch reads calls as those of its older operators.
            entry(zip, name + "/version", "10\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Pickled `Call()` with `training` false: protocol, class, no arguments, new object, its state, stop.
    private static byte[] module() {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x80, 2});
        out.writeBytes("c__torch__\nCall\n".getBytes(StandardCharsets.UTF_8));
        out.writeBytes(")\u0081}".getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes("(X".getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[] {8, 0, 0, 0});
        out.writeBytes("training".getBytes(StandardCharsets.UTF_8));
        out.write(0x89);
        out.writeBytes("ub.".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /// PyTorch reads entries in place, so they are not compressed.
    private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        var entry = new ZipEntry(name);
        var crc = new CRC32();
        crc.update(bytes);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
