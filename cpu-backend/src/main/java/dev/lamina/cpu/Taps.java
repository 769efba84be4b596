package dev.lamina.cpu;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/// The kernel places that reach one output lattice: their number in the kernel, and where in a channel's planes
/// the source of position (0, 0) lies.
record Taps(int[] places, int[] at) {
    /// Places of lattice (a, b); each source channel is `[split * split planes][lines][columns]`.
    static Taps of(Conv2dShape s, Axis vertical, Axis horizontal, int lines, int columns, int a, int b) {
        return of(s, vertical, horizontal, a, b, (i, j) -> {
            int plane = vertical.plane(i) * horizontal.split() + horizontal.plane(j);
            return (plane * lines + vertical.shift(i)) * columns + horizontal.shift(j);
        });
    }

    /// Places (i, j) of lattice (a, b), and where each lies.
    static Taps of(Conv2dShape s, Axis vertical, Axis horizontal, int a, int b, IntBinaryOperator where) {
        var places = new int[s.places()];
        var at = new int[s.places()];
        int count = 0;
        for (int i = 0; i < s.kh(); i++) {
            for (int j = 0; j < s.kw(); j++) {
                if (vertical.adjoint() && (vertical.phase(i) != a || horizontal.phase(j) != b)) {
                    continue;
                }
                places[count] = i * s.kw() + j;
                at[count++] = where.applyAsInt(i, j);
            }
        }
        return new Taps(Arrays.copyOf(places, count), Arrays.copyOf(at, count));
    }

    int count() {
        return places.length;
    }

    /// The offsets of `channels` channels that lie `plane` floats apart, repeated at the end up to `length`
    /// entries.
    void table(int channels, int plane, int[] table, int length) {
        int k = 0;
        for (int c = 0; c < channels; c++) {
            for (int place : at) {
                table[k++] = c * plane + place;
            }
        }
        while (k < length) {
            table[k] = table[k - 1];
            k++;
        }
    }
}
