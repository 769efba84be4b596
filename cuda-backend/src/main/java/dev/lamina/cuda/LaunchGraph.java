package dev.lamina.cuda;

import static jcuda.driver.JCudaDriver.cuGraphAddKernelNode;
import static jcuda.driver.JCudaDriver.cuGraphCreate;
import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecKernelNodeSetParams;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;

import java.util.Arrays;
import java.util.List;
import jcuda.driver.CUDA_KERNEL_NODE_PARAMS;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUgraphNode;
import jcuda.driver.CUstream;

/// Kernels one after the other as a CUDA graph: one launch for all of them, and for the next run of the same
/// kernels too, in which only arguments and sizes may differ.
final class LaunchGraph {
    /// One kernel with its grid and arguments.
    record Launch(CuKernel kernel, int groups, int groupSize, Object[] args) {
        void run(CUstream stream) {
            kernel.launch(stream, groups, groupSize, args);
        }

        private boolean same(Launch o) {
            return groups == o.groups && groupSize == o.groupSize && Arrays.equals(args, o.args);
        }

        private CUDA_KERNEL_NODE_PARAMS parameters() {
            var p = new CUDA_KERNEL_NODE_PARAMS();
            p.func = kernel.function();
            p.gridDimX = groups;
            p.gridDimY = 1;
            p.gridDimZ = 1;
            p.blockDimX = groupSize;
            p.blockDimY = 1;
            p.blockDimZ = 1;
            p.kernelParams = kernel.parameters(args);
            return p;
        }
    }

    private final CUgraph graph = new CUgraph();
    private final CUgraphExec executable = new CUgraphExec();
    private final CUgraphNode[] nodes;
    private final Launch[] last;

    /// @throws dev.lamina.backend.Backend.OutOfMemory if the driver has no room for it
    LaunchGraph(List<Launch> launches) {
        nodes = new CUgraphNode[launches.size()];
        last = launches.toArray(Launch[]::new);
        CuErrors.check(cuGraphCreate(graph, 0), "cuGraphCreate");
        try {
            for (int i = 0; i < nodes.length; i++) {
                nodes[i] = new CUgraphNode();
                var before = i == 0 ? new CUgraphNode[0] : new CUgraphNode[] {nodes[i - 1]};
                CuErrors.check(
                        cuGraphAddKernelNode(nodes[i], graph, before, before.length, last[i].parameters()),
                        "a graph's launch of " + last[i].kernel.entry());
            }
            CuErrors.check(cuGraphInstantiate(executable, graph, 0), "a graph of " + nodes.length + " kernels");
        } catch (RuntimeException e) {
            cuGraphDestroy(graph);
            throw e;
        }
    }

    /// Runs it with the grids and arguments of `launches`, which are of the same kernels.
    void run(List<Launch> launches, CUstream stream) {
        for (int i = 0; i < nodes.length; i++) {
            Launch l = launches.get(i);
            if (l.same(last[i])) continue;
            CuErrors.check(
                    cuGraphExecKernelNodeSetParams(executable, nodes[i], l.parameters()),
                    "a graph's launch of " + l.kernel.entry());
            last[i] = l;
        }
        CuErrors.check(cuGraphLaunch(executable, stream), "launch of a graph of " + nodes.length + " kernels");
    }

    void destroy() {
        cuGraphExecDestroy(executable);
        cuGraphDestroy(graph);
    }
}
