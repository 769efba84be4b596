package dev.lamina.kernels.ptx;

import dev.lamina.kernels.MapProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// An elementwise kernel as a PTX module: what `MapProgram.text` is in C, with the same entry and
/// parameters. The same program gives the same bytes. Inputs are read by plain `ld.global`, as an update
/// may write where it reads; every element is read before its place is written.
public final class MapPtx {
    private static final int VECTOR = 4;
    /// The oldest version that every driver of CUDA 11 and later takes.
    private static final String HEADER = ".version 7.0\n.target sm_75\n.address_size 64\n\n";

    private final MapProgram program;
    private final Element element;
    private final Registers registers = new Registers();
    private final Code prologue = new Code(registers);
    private final Code loops = new Code(registers);
    private final Maths maths = new Maths();
    private final Expressions expressions;
    private final List<String> parameters = new ArrayList<>();
    private final Map<String, String> arguments = new HashMap<>();
    private final List<String> outputs = new ArrayList<>();
    private final Map<Integer, String> inputs = new HashMap<>();
    private final int[] used;

    private MapPtx(MapProgram program) {
        this.program = program;
        element = Element.of(program.dtype());
        expressions = new Expressions(element, prologue, loops, maths);
        used = program.inputs();
    }

    /// The module of `program`, for sm_75 and later.
    public static String of(MapProgram program) {
        return new MapPtx(program).print();
    }

    private String print() {
        for (int o = 0; o < program.f().outputs().size(); o++) outputs.add(tensor("y" + o, "yo" + o));
        for (int j : used) inputs.put(j, tensor("p" + j, "po" + j));
        for (int i = 0; i < program.f().scalars(); i++) expressions.scalar(i, scalar("s" + i));
        String n = integer("n");
        program.structure().names("").forEach(this::integer);
        program.structure().divisors().forEach(this::integer);
        String size = prologue.set("r", "mov.u32", "%ntid.x");
        String group = prologue.set("r", "mov.u32", "%ctaid.x");
        String local = prologue.set("r", "mov.u32", "%tid.x");
        String id = prologue.set("r", "mad.lo.s32", group, size, local);
        String groups = prologue.set("r", "mov.u32", "%nctaid.x");
        String step = prologue.set("r", "mul.lo.s32", groups, size);
        if (program.vector()) {
            String whole = prologue.set("r", "shr.u32", n, "2");
            loop(id, step, whole, this::four);
            // Only along a single axis can the number of elements be other than a multiple of 4.
            if (program.structure().rank() == 1) tail(id, n);
        } else loop(id, step, n, this::one);
        loops.line("ret");
        return HEADER + maths.tables() + ".visible .entry " + program.entry() + "(\n"
                + parameters.stream().map(p -> "\t.param " + p).collect(Collectors.joining(",\n")) + "\n)\n{\n"
                + registers.declarations() + "\n" + prologue + loops + "}\n";
    }

    /// A pointer and an offset in elements; returns the register with the first element's address.
    private String tensor(String pointer, String offset) {
        parameters.add(".u64 " + pointer);
        String generic = prologue.set("rd", "ld.param.u64", "[" + pointer + "]");
        String base = prologue.set("rd", "cvta.to.global.u64", generic);
        String at = integer(offset);
        return prologue.set("rd", "mad.wide.s32", at, bytes(), base);
    }

    private String bytes() {
        return Integer.toString(program.dtype().bytes());
    }

    private String scalar(String name) {
        parameters.add("." + element.parameter() + " " + name);
        String s = prologue.set(element.register(), "ld.param." + element.parameter(), "[" + name + "]");
        return element.memory().equals("u8") ? prologue.set("r", "and.b32", s, "255") : s;
    }

    private String integer(String name) {
        parameters.add(".u32 " + name);
        String r = prologue.set("r", "ld.param.u32", "[" + name + "]");
        arguments.put(name, r);
        return r;
    }

    /// What is done for one number that a loop counts.
    private interface Body {
        void print(String i);
    }

    /// `for (i = id; i < end; i += step)`; unsigned, as the last sum may be over the largest integer.
    private void loop(String id, String step, String end, Body body) {
        String again = registers.label();
        String done = registers.label();
        String i = loops.set("r", "mov.u32", id);
        loops.jumpIf(loops.set("p", "setp.ge.u32", i, end), done);
        loops.label(again);
        body.print(i);
        loops.put("add.s32", i, i, step);
        loops.jumpIf(loops.set("p", "setp.lt.u32", i, end), again);
        loops.label(done);
    }

    /// The last elements, at most 3, by the first items: a group has more of them.
    private void tail(String id, String n) {
        expressions.nextLoop();
        String done = registers.label();
        String whole = loops.set("r", "and.b32", n, Integer.toString(-VECTOR));
        String i = loops.set("r", "add.s32", whole, id);
        loops.jumpIf(loops.set("p", "setp.ge.u32", i, n), done);
        one(i);
        loops.label(done);
    }

    private Addresses addresses(String index) {
        return new Addresses(program.structure(), arguments, program.dtype().bytes(), loops, index);
    }

    private void one(String i) {
        var at = addresses(i);
        for (int j = 0; j < used.length; j++)
            expressions.input(used[j], load(at.of(j + 1, inputs.get(used[j]))), false);
        var results = results();
        for (int o = 0; o < results.size(); o++)
            loops.put("st.global." + element.memory(), "[" + at.of(0, outputs.get(o)) + "]", results.get(o));
    }

    private void four(String v) {
        var at = addresses(loops.set("r", "shl.b32", v, "2"));
        var loaded = new HashMap<Integer, List<String>>();
        for (int j = 0; j < used.length; j++) {
            String address = at.of(j + 1, inputs.get(used[j]));
            if (program.structure().constant(j + 1)) expressions.input(used[j], load(address), true);
            else loaded.put(used[j], load4(address));
        }
        var lanes = new ArrayList<List<String>>();
        for (int lane = 0; lane < VECTOR; lane++) {
            expressions.nextElement();
            for (var x : loaded.entrySet())
                expressions.input(x.getKey(), x.getValue().get(lane), false);
            lanes.add(results());
        }
        for (int o = 0; o < outputs.size(); o++) {
            int output = o;
            String values = lanes.stream().map(r -> r.get(output)).collect(Collectors.joining(", "));
            loops.put("st.global.v4.f32", "[" + at.of(0, outputs.get(o)) + "]", "{" + values + "}");
        }
    }

    private List<String> results() {
        return program.f().outputs().stream().map(expressions::register).toList();
    }

    private String load(String address) {
        return loops.set(element.register(), "ld.global." + element.memory(), "[" + address + "]");
    }

    private List<String> load4(String address) {
        var lanes = List.of(registers.next("f"), registers.next("f"), registers.next("f"), registers.next("f"));
        loops.put("ld.global.v4.f32", "{" + String.join(", ", lanes) + "}", "[" + address + "]");
        return lanes;
    }
}
