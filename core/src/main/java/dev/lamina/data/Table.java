package dev.lamina.data;

import dev.lamina.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Columns of text by name, and their conversion to numbers and classes.
public final class Table {
    /// What to do about a missing value.
    public enum Missing {
        /// Report the line and the column.
        ERROR,
        /// Take the mean of the column.
        MEAN,
        /// Leave the row out; see `withoutMissing`.
        DROP
    }

    /// @param line in the file, from 1
    /// @param fields null where a value is missing
    record Row(int line, List<String> fields) {
        Row {
            fields = Collections.unmodifiableList(fields);
        }
    }

    /// What `Double.parseDouble` takes is wider: `1d`, `0x1p3`.
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private final String name;
    private final List<String> columns;
    private final List<Row> rows;

    Table(String name, List<String> columns, List<Row> rows) {
        this.name = name;
        this.columns = List.copyOf(columns);
        this.rows = List.copyOf(rows);
    }

    public List<String> columns() {
        return columns;
    }

    public int rows() {
        return rows.size();
    }

    /// The text of a field; null if it is missing.
    public String get(int row, String column) {
        return rows.get(row).fields().get(index(column));
    }

    private int index(String column) {
        int i = columns.indexOf(column);
        if (i < 0) throw new DataException(name + ": no column \"" + column + "\"; there are " + columns);
        return i;
    }

    /// The rows in which none of these columns, or none at all if none is named, is missing.
    public Table withoutMissing(String... among) {
        var which = (among.length == 0 ? columns : List.of(among))
                .stream().map(this::index).toList();
        return new Table(
                name,
                columns,
                rows.stream()
                        .filter(r -> which.stream().allMatch(c -> r.fields().get(c) != null))
                        .toList());
    }

    /// The distinct values of a column in alphabetical order, whose positions are the class labels.
    public List<String> classes(String column) {
        var all = new TreeSet<String>();
        for (int r = 0; r < rows.size(); r++) all.add(required(r, column));
        return List.copyOf(all);
    }

    /// The label of each row: the position of its value among `classes`.
    ///
    /// @throws DataException naming line and column of a value that is missing or not among them
    public int[] labels(String column, List<String> classes) {
        var out = new int[rows.size()];
        for (int r = 0; r < out.length; r++) {
            out[r] = classes.indexOf(required(r, column));
            if (out[r] < 0) throw wrong(r, column, "\"" + get(r, column) + "\" is not one of " + classes);
        }
        return out;
    }

    private String required(int row, String column) {
        String v = get(row, column);
        if (v == null) throw wrong(row, column, "the value is missing");
        return v;
    }

    private DataException wrong(int row, String column, String problem) {
        return new DataException(name + ", line " + rows.get(row).line() + ", column \"" + column + "\": " + problem);
    }

    /// The numbers of some columns: [rows, columns].
    ///
    /// @throws DataException naming line and column of what is not a number, or missing under `Missing.ERROR`
    public float[][] numbers(Missing policy, String... names) {
        if (policy == Missing.DROP) return withoutMissing(names).numbers(Missing.ERROR, names);
        var out = new float[rows.size()][names.length];
        for (int c = 0; c < names.length; c++) {
            double[] column = column(names[c], policy);
            for (int r = 0; r < out.length; r++) out[r][c] = (float) column[r];
        }
        return out;
    }

    private double[] column(String column, Missing policy) {
        var out = new double[rows.size()];
        var gaps = new ArrayList<Integer>();
        double sum = 0;
        for (int r = 0; r < out.length; r++) {
            String v = get(r, column);
            if (v == null) gaps.add(r);
            else sum += out[r] = number(r, column, v);
        }
        if (!gaps.isEmpty() && (policy == Missing.ERROR || gaps.size() == out.length))
            throw wrong(
                    gaps.getFirst(),
                    column,
                    "the value is missing"
                            + (policy == Missing.ERROR ? "; choose Missing.MEAN or Missing.DROP" : " in all rows"));
        for (int r : gaps) out[r] = sum / (out.length - gaps.size());
        return out;
    }

    private double number(int row, String column, String text) {
        if (NUMBER.matcher(text).matches()) return Double.parseDouble(text);
        throw wrong(row, column, "\"" + text + "\" is not a number");
    }

    /// Samples for classification: numbers as inputs [columns], and labels by the alphabetical order of the
    /// classes.
    public Dataset classification(Missing policy, String target, String... inputs) {
        Table t = withoutMissing(target).complete(policy, inputs);
        return Dataset.of(t.numbers(policy, inputs), t.labels(target, t.classes(target)));
    }

    /// Samples for regression: numbers as inputs [columns] and as targets [1].
    public Dataset regression(Missing policy, String target, String... inputs) {
        Table t = withoutMissing(target).complete(policy, inputs);
        return Dataset.of(t.numbers(policy, inputs), t.numbers(Missing.ERROR, target));
    }

    private Table complete(Missing policy, String... inputs) {
        return policy == Missing.DROP ? withoutMissing(inputs) : this;
    }

    @Override
    public String toString() {
        return name + ": " + rows.size() + " rows of " + Arrays.toString(columns.toArray());
    }
}
