package dev.lamina.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.data.Values;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Adam;
import dev.lamina.optim.Sgd;
import dev.lamina.testing.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
    @TempDir
    Path dir;

    private static SafeTensors example() {
        var tensors = new LinkedHashMap<String, Values>();
        tensors.put("a.weight", Values.of(new float[] {1.5f, -2, Float.MIN_VALUE, 4, 5, 6}, 2, 3));
        tensors.put("scalar", Values.of(new double[] {Math.PI}));
        tensors.put("odd \"name\" \u00e9\n", Values.of(new byte[] {1, (byte) 200, 3}, 3));
        tensors.put("none", Values.of(new float[0], 0, 4));
        tensors.put("labels", Values.of(new int[] {Integer.MIN_VALUE, 7}, 2));
        return new SafeTensors(tensors, new LinkedHashMap<>(Map.of("note", "a \\ b")));
    }

    private static void fails(String expected, Runnable r) {
        var e = assertThrows(DataException.class, r::run);
        assertTrue(e.getMessage().contains(expected), () -> "expected \"" + expected + "\" in " + e.getMessage());
    }

    /// A file as another program would write it.
    private Path foreign(String header, byte... data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        var out = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(
                dir.resolve("foreign"),
                out.putLong(json.length).put(json).put(data).array());
    }

    @Test
    void roundTrip() throws IOException {
        Path file = dir.resolve("x.safetensors");
        example().write(file);
        example().write(file);
        SafeTensors back = SafeTensors.read(file);
        assertEquals(
                List.copyOf(example().tensors().keySet()),
                List.copyOf(back.tensors().keySet()));
        assertEquals(Map.of("note", "a \\ b"), back.metadata());
        example().tensors().forEach((name, v) -> {
            Values w = back.tensors().get(name);
            assertEquals(v.spec(), w.spec());
            if (v.array() instanceof double[] d) assertArrayEquals(d, (double[]) w.array());
            else assertArrayEquals(v.floats(), w.floats());
        });
        try (var files = Files.list(dir)) {
            assertEquals(List.of(file), files.toList(), "no part is left behind");
        }
        assertEquals(
                0,
                ByteBuffer.wrap(Files.readAllBytes(file))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong()
                        % 8);
    }

    @Test
    void readsWhatOtherProgramsWrite() throws IOException {
        SafeTensors f = SafeTensors.read(foreign(
                " {\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]} , "
                        + "\"a\\u0041\":{\"shape\":[2],\"dtype\":\"U8\",\"data_offsets\":[0,2]}}  ",
                (byte) 9,
                (byte) 8,
                (byte) 0,
                (byte) 0,
                (byte) 0x80,
                (byte) 0x3F));
        assertArrayEquals(new float[] {1}, f.tensors().get("b").floats());
        assertArrayEquals(new int[] {9, 8}, f.tensors().get("aA").ints());
    }

    /// In every byte of a small file one bit is turned; none may pass unseen.
    @Test
    void everyDamageIsSeen() throws IOException {
        Path file = dir.resolve("x");
        var tensors = new LinkedHashMap<String, Values>();
        tensors.put("w", Values.of(new float[] {1, 2}));
        new SafeTensors(tensors, new LinkedHashMap<>(Map.of("epochs", "3"))).write(file);
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < 8 * whole.length; i += 7) {
            byte[] bad = whole.clone();
            bad[i / 8] ^= (byte) (1 << i % 8);
            Files.write(file, bad);
            int bit = i;
            SafeTensors read;
            try {
                read = SafeTensors.read(file);
            } catch (DataException e) {
                continue;
            }
            // Only where the name of the checksum itself is hit, the file looks like another program's.
            assertTrue(
                    read.metadata().size() == 2, () -> "bit " + bit % 8 + " of byte " + bit / 8 + " was turned unseen");
        }
    }

    @Test
    void truncatedAndForeignFiles() throws IOException {
        Path file = dir.resolve("x");
        example().write(file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 5));
        fails(
                "is truncated: expected " + whole.length + " bytes, found " + (whole.length - 5),
                () -> SafeTensors.read(file));
        Files.write(file, Arrays.copyOf(whole, 40));
        fails("is truncated", () -> SafeTensors.read(file));
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        fails("is too long", () -> SafeTensors.read(file));
        Files.write(file, new byte[3]);
        fails("is not a safetensors file: it has 3 bytes", () -> SafeTensors.read(file));
        Files.writeString(file, "PK\u0003\u0004 this is a zip file or so");
        fails("is not a safetensors file", () -> SafeTensors.read(file));
        fails("cannot read", () -> SafeTensors.read(dir.resolve("absent")));
        fails("cannot write", () -> example().write(dir.resolve("absent").resolve("x")));
    }

    @Test
    void headersAreReadStrictly() throws IOException {
        String[][] all = {
            {"[]", "the header is not an object"},
            {"{\"a\":1}", "a is not an object"},
            {"{\"a\":{}", "json: expected '}'"},
            {"{\"a\":{},\"a\":{}}", "no second key \"a\""},
            {"{} x", "nothing more"},
            {"{\"a\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[0,2]}}", "has type F16"},
            {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", "a begins at byte 1, expected 0"},
            {"{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,2]}}", "needs 3 bytes"},
            {"{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,-1]}}", "a size of -1"},
            {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1.5],\"data_offsets\":[0,1]}}", "json: expected"},
            {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", "a size of"},
            {"{\"a\":{\"dtype\":\"U8\",\"shape\":\"x\",\"data_offsets\":[0,1]}}", "not an array of numbers"},
            {"{\"__metadata__\":{\"k\":1}}", "metadata k is not a string"},
            {"[".repeat(5000), "less nesting"},
        };
        for (String[] c : all) {
            Path file = foreign(c[0], (byte) 0, (byte) 0);
            fails(c[1], () -> SafeTensors.read(file));
        }
    }

    private static Layer model(Device device, int hidden, long seed) {
        return device.with(() ->
                new Rng(seed).with(() -> new Sequential(new Dense(2, hidden), new Dense(hidden, 1).noBias())));
    }

    @Test
    void weightsThatDoNotFitAreListedAndTheModelIsUnchanged() {
        Device device = Reference.device();
        Path file = dir.resolve("w");
        Weights.save(model(device, 3, 1), file);
        Layer same = model(device, 3, 2);
        Weights.load(same, file);
        Layer original = model(device, 3, 1);
        original.parameters()
                .forEach((n, p) -> assertArrayEquals(
                        p.value().toFloats(), same.parameters().get(n).value().toFloats()));
        Layer other = device.with(() -> new Sequential(new Dense(2, 4), new Dense(3, 1), new Dense(1, 1)));
        float[] before = other.parameters().get("1.weight").value().toFloats();
        fails(
                "does not fit the model: missing [1.bias, 2.bias, 2.weight]; 0.weight is f32 [3, 2], expected f32 [4, 2]; "
                        + "0.bias is f32 [3], expected f32 [4]",
                () -> Weights.load(other, file));
        assertArrayEquals(before, other.parameters().get("1.weight").value().toFloats());
        fails("unexpected [1.weight]", () -> Weights.load(device.with(() -> new Sequential(new Dense(2, 3))), file));
        fails("is not a checkpoint of a trainer", () -> new Trainer(same, Losses::mse, new Sgd(same, 1)).resume(file));
    }

    @Test
    void aCheckpointOfAnotherOptimizerIsRefused() {
        Device device = Reference.device();
        Path file = dir.resolve("c");
        Layer model = model(device, 3, 1);
        var trainer = new Trainer(model, Losses::mse, new Sgd(model, 0.1, 0.9));
        trainer.fit(
                new dev.lamina.data.DataLoader(
                        dev.lamina.data.Dataset.of(new float[][] {{1, 2}}, new float[][] {{3}}), 1),
                1);
        trainer.save(file);
        Layer next = model(device, 3, 2);
        float[] before = next.parameters().get("1.weight").value().toFloats();
        fails(
                "does not fit the optimizer: adam: the state does not fit this optimizer: missing 0.weight.exp_avg",
                () -> new Trainer(next, Losses::mse, new Adam(next, 0.1)).resume(file));
        assertArrayEquals(before, next.parameters().get("1.weight").value().toFloats());
    }
}
