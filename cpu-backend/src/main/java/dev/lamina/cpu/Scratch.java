package dev.lamina.cpu;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// Reusable arrays for packing: taken, used and given back by one thread, so kernels allocate nothing
/// once warm.
///
/// Arrays come in powers of two, with [#SHELF] places a size. A thread begins its search at a place derived
/// from its id, so it usually gets back the array that is still in its own cache. Unlike a `ThreadLocal` this
/// also serves nested kernels (each takes another array) and leaves nothing behind in virtual threads. What
/// does not fit goes to the garbage collector.
final class Scratch {
    private static final int SHELF = 16;
    private static final int LARGEST = 22;
    private static final AtomicReferenceArray<float[]> FLOATS = new AtomicReferenceArray<>(SHELF * (LARGEST + 1));
    private static final AtomicReferenceArray<double[]> DOUBLES = new AtomicReferenceArray<>(SHELF * (LARGEST + 1));
    private static final AtomicReferenceArray<int[]> INTS = new AtomicReferenceArray<>(SHELF * (LARGEST + 1));

    private Scratch() {}

    /// An array of at least `length` floats with unknown contents.
    static float[] floats(int length) {
        int size = size(length);
        if (size <= LARGEST) {
            var array = take(FLOATS, size);
            return array != null ? array : new float[1 << size];
        }
        return new float[length];
    }

    /// An array of at least `length` doubles with unknown contents.
    static double[] doubles(int length) {
        int size = size(length);
        if (size <= LARGEST) {
            var array = take(DOUBLES, size);
            return array != null ? array : new double[1 << size];
        }
        return new double[length];
    }

    /// An array of at least `length` ints with unknown contents.
    static int[] ints(int length) {
        int size = size(length);
        if (size <= LARGEST) {
            var array = take(INTS, size);
            return array != null ? array : new int[1 << size];
        }
        return new int[length];
    }

    /// Gives back what [#floats] gave; it must not be touched afterwards.
    static void give(float[] array) {
        put(FLOATS, array.length, array);
    }

    /// Gives back what [#doubles] gave; it must not be touched afterwards.
    static void give(double[] array) {
        put(DOUBLES, array.length, array);
    }

    /// Gives back what [#ints] gave; it must not be touched afterwards.
    static void give(int[] array) {
        put(INTS, array.length, array);
    }

    private static int size(int length) {
        return Math.max(6, 32 - Integer.numberOfLeadingZeros(Math.max(1, length) - 1));
    }

    private static <T> T take(AtomicReferenceArray<T> shelves, int size) {
        int start = (int) Thread.currentThread().threadId();
        for (int i = 0; i < SHELF; i++) {
            int place = size * SHELF + (start + i & SHELF - 1);
            if (shelves.get(place) != null) {
                var array = shelves.getAndSet(place, null);
                if (array != null) {
                    return array;
                }
            }
        }
        return null;
    }

    private static <T> void put(AtomicReferenceArray<T> shelves, int length, T array) {
        int size = size(length);
        if (size > LARGEST || length != 1 << size) {
            return;
        }
        int start = (int) Thread.currentThread().threadId();
        for (int i = 0; i < SHELF; i++) {
            int place = size * SHELF + (start + i & SHELF - 1);
            if (shelves.get(place) == null && shelves.compareAndSet(place, null, array)) {
                return;
            }
        }
    }
}
