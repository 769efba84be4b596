package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {
    @Test
    void everyElementOnceWithAnyNumberOfThreads() {
        for (int threads : new int[] {1, 2, 3, 8}) {
            try (var workers = new Workers(threads)) {
                for (int n : new int[] {0, 1, 2, 7, 100, 1001}) {
                    for (int grain : new int[] {0, 1, 2, 3, 64, 1000, Integer.MAX_VALUE}) {
                        var seen = new AtomicIntegerArray(n);
                        workers.loop(n, grain, (from, to) -> {
                            for (int i = from; i < to; i++) {
                                seen.incrementAndGet(i);
                            }
                        });
                        for (int i = 0; i < n; i++) {
                            assertEquals(1, seen.get(i), threads + " threads, grain " + grain);
                        }
                    }
                }
            }
        }
    }

    @Test
    void chunksDoNotDependOnThreads() {
        var expected = IntStream.range(0, 15)
                .mapToObj(i -> i * 7 + ".." + Math.min(100, i * 7 + 7))
                .toList();
        for (int threads : new int[] {1, 2, 4}) {
            try (var workers = new Workers(threads)) {
                var chunks = new ConcurrentSkipListSet<String>();
                workers.loop(100, 7, (from, to) -> chunks.add(from + ".." + to));
                assertEquals(new ConcurrentSkipListSet<>(expected), chunks);
            }
        }
    }

    @Test
    void aThreadBeginsWithItsOwnShare() {
        try (var workers = new Workers(2)) {
            for (int round = 0; round < 100; round++) {
                var both = new CountDownLatch(2);
                var threads = new Thread[2];
                workers.loop(2, 1, (from, to) -> {
                    threads[from] = Thread.currentThread();
                    both.countDown();
                    await(both);
                });
                assertSame(Thread.currentThread(), threads[0]);
            }
        }
    }

    @Test
    void whoIsDoneHelpsTheOthers() {
        try (var workers = new Workers(2)) {
            var others = new CountDownLatch(7);
            workers.loop(8, 1, (from, to) -> {
                if (from == 0) await(others);
                else others.countDown();
            });
            assertEquals(0, others.getCount());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theFirstFailureReachesTheCallerAndThePoolLivesOn() {
        try (var workers = new Workers(3)) {
            for (int round = 0; round < 200; round++) {
                var error = new AssertionError("chunk");
                var thrown = assertThrows(
                        AssertionError.class,
                        () -> workers.loop(50, 1, (from, to) -> {
                            if (from % 10 == 3) {
                                throw error;
                            }
                        }));
                assertSame(error, thrown);
            }
            var all = assertThrows(
                    IllegalStateException.class,
                    () -> workers.loop(50, 1, (from, to) -> {
                        throw new IllegalStateException("" + from);
                    }));
            assertTrue(all.getSuppressed().length < 3, "chunks not begun are skipped");
            var count = new AtomicInteger();
            workers.loop(50, 1, (from, to) -> count.incrementAndGet());
            assertEquals(50, count.get());
        }
    }

    @Test
    void nestedLoopsRunInline() {
        try (var workers = new Workers(4)) {
            var sums = new int[40];
            workers.loop(40, 1, (from, to) -> {
                var thread = Thread.currentThread();
                workers.loop(1000, 10, (first, last) -> {
                    assertSame(thread, Thread.currentThread());
                    sums[from] += last - first;
                });
            });
            var expected = new int[40];
            Arrays.fill(expected, 1000);
            assertArrayEquals(expected, sums);
        }
    }

    @Test
    void manyCallersAllFinish() throws Exception {
        try (var workers = new Workers(3);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> call = () -> {
                int wrong = 0;
                for (int round = 0; round < 50; round++) {
                    var sum = new AtomicInteger();
                    workers.loop(100, 3, (from, to) -> sum.addAndGet(to - from));
                    wrong += sum.get() == 100 ? 0 : 1;
                }
                return wrong;
            };
            var tasks = IntStream.range(0, 60).mapToObj(i -> call).toList();
            for (var result : callers.invokeAll(tasks)) {
                assertEquals(0, result.get());
            }
        }
    }

    @Test
    void anInterruptedCallerWaitsAndStaysInterrupted() {
        try (var workers = new Workers(2)) {
            Thread.currentThread().interrupt();
            var sum = new AtomicInteger();
            workers.loop(20, 1, (from, to) -> {
                long end = System.nanoTime() + 200_000;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                sum.incrementAndGet();
            });
            assertEquals(20, sum.get());
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void atLeastOneThread() {
        assertThrows(IllegalArgumentException.class, () -> new Workers(0));
    }
}
