package dev.lamina.cuda;

import dev.lamina.backend.Backend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import jcuda.driver.CUstream;

/// The kernels of one stream: launched at once, or gathered and launched as a graph.
///
/// What is gathered is launched, in its order, before anything else that could see its results: a copy, a wait,
/// memory that is freed, by whatever thread. A graph is kept for the next time that the same kernels come.
final class Launches implements AutoCloseable {
    /// A step with products of cuBLAS in it is as many graphs as it has parts between them.
    private static final int KEPT = 64;

    private final CuContext context;
    private final CUstream stream;
    private final List<LaunchGraph.Launch> gathered = new ArrayList<>();
    private final SequencedMap<List<CuKernel>, LaunchGraph> graphs = new LinkedHashMap<>(KEPT, 0.75f, true);

    /// Bodies that gather at this time, by several threads perhaps.
    private int gathering;

    Launches(CuContext context, CUstream stream) {
        this.context = context;
        this.stream = stream;
    }

    void add(LaunchGraph.Launch launch) {
        synchronized (this) {
            if (gathering > 0) {
                gathered.add(launch);
                return;
            }
        }
        context.enter();
        launch.run(stream);
    }

    /// Runs `body`; its kernels are launched when it ends, also by an exception.
    void gather(Runnable body) {
        synchronized (this) {
            gathering++;
        }
        try {
            body.run();
        } finally {
            synchronized (this) {
                gathering--;
                flush();
            }
        }
    }

    /// Launches what was gathered so far.
    synchronized void flush() {
        if (gathered.isEmpty()) return;
        context.enter();
        var launches = List.copyOf(gathered);
        gathered.clear();
        if (launches.size() == 1) launches.getFirst().run(stream);
        else run(launches);
    }

    private void run(List<LaunchGraph.Launch> launches) {
        var kernels = launches.stream().map(LaunchGraph.Launch::kernel).toList();
        LaunchGraph graph = graphs.get(kernels);
        if (graph == null) {
            try {
                graph = new LaunchGraph(launches);
            } catch (Backend.OutOfMemory e) {
                // No room for a graph, but enough for what it would do.
                launches.forEach(l -> l.run(stream));
                return;
            }
            graphs.put(kernels, graph);
            if (graphs.size() > KEPT) graphs.pollFirstEntry().getValue().destroy();
        }
        graph.run(launches, stream);
    }

    @Override
    public synchronized void close() {
        context.enter();
        graphs.values().forEach(LaunchGraph::destroy);
        graphs.clear();
    }
}
