package dev.lamina.kernels;

import dev.lamina.backend.Backend.View;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Kernel launches and bytes moved, by op, beside the fewest bytes possible: `new Profile().during(() ->
/// step())`.
///
/// A launch moves every operand that it is given once, and scratch memory by as much of it as the op asked for:
/// what a kernel reads again comes from local memory or cache. The fewest bytes of an op are its inputs read
/// once and its outputs written once. Counts the ops that its thread runs.
public final class Profile {
    private static final ScopedValue<Profile> CURRENT = ScopedValue.newInstance();

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<Object, Long> scratch = new IdentityHashMap<>();
    private final Map<Object, Long> operands = new IdentityHashMap<>();
    private String op = "";

    /// All calls of one op.
    public record Row(String op, long calls, long launches, long moved, long least) {
        private Row plus(long calls, long launches, long moved, long least) {
            return new Row(op, this.calls + calls, this.launches + launches, this.moved + moved, this.least + least);
        }

        /// Bytes moved for each byte that must be.
        public double ratio() {
            return least == 0 ? 1 : (double) moved / least;
        }
    }

    /// Runs `body` and adds what it launched.
    public void during(Runnable body) {
        ScopedValue.where(CURRENT, this).run(body);
    }

    /// The profile of this thread, or null.
    static Profile current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /// An op begins, on these views.
    void begin(String name, List<View> in, List<View> out) {
        op = name;
        operands.clear();
        scratch.clear();
        long least = 0;
        for (View v : in) least += note(v);
        for (View v : out) least += note(v);
        add(1, 0, 0, least);
    }

    /// Two views of one memory count by the larger: a launch names the memory, not the view.
    private long note(View v) {
        operands.merge(v.memory(), v.spec().bytes(), Math::max);
        return v.spec().bytes();
    }

    void lent(Object memory, long bytes) {
        scratch.put(memory, bytes);
    }

    void launched(Object... args) {
        long moved = 0;
        for (Object a : args) moved += operands.getOrDefault(a, scratch.getOrDefault(a, 0L));
        add(0, 1, moved, 0);
    }

    private void add(long calls, long launches, long moved, long least) {
        rows.put(op, rows.getOrDefault(op, new Row(op, 0, 0, 0, 0)).plus(calls, launches, moved, least));
    }

    /// By op, those that move most first.
    public List<Row> rows() {
        var sorted = new ArrayList<>(rows.values());
        sorted.sort((a, b) -> Long.compare(b.moved, a.moved));
        return sorted;
    }

    public Row total() {
        var t = new Row("total", 0, 0, 0, 0);
        for (Row r : rows.values()) t = t.plus(r.calls, r.launches, r.moved, r.least);
        return t;
    }

    /// One line for each op and one for all, in columns.
    public String table() {
        var s = new StringBuilder(String.format(
                Locale.ROOT,
                "%-18s %6s %8s %11s %11s %6s%n",
                "op",
                "calls",
                "launches",
                "MiB moved",
                "MiB least",
                "ratio"));
        var lines = rows();
        lines.add(total());
        for (Row r : lines)
            s.append(String.format(
                    Locale.ROOT,
                    "%-18s %6d %8d %11.3f %11.3f %6.2f%n",
                    r.op,
                    r.calls,
                    r.launches,
                    r.moved / 0x1p20,
                    r.least / 0x1p20,
                    r.ratio()));
        return s.toString();
    }
}
