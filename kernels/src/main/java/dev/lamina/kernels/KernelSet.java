package dev.lamina.kernels;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/// Every kernel text that a GPU can ask for, elementwise functions aside: what has to be compiled ahead of time
/// for devices that bring no compiler.
public final class KernelSet {
    private KernelSet() {}

    /// The texts for the device behind `driver`, which is asked for its limits only, with the tiles that such
    /// devices have unless they are tuned.
    public static Set<KernelText> of(GpuDriver driver) {
        var launcher = new Launcher(driver);
        var scratch = new Scratch(driver);
        var tuning = Tuning.standard(driver.limits());
        var all = new LinkedHashSet<KernelText>();
        Consumer<KernelText> to = all::add;
        PointwiseKernels.texts(to);
        LayoutKernels.texts(to);
        new IndexKernels(launcher, scratch).texts(to);
        new ReduceKernels(launcher, scratch).texts(to);
        RandomKernels.texts(to);
        new GemmKernels(launcher, scratch, tuning.product(), false).texts(to);
        new ConvKernels(launcher, scratch, tuning.convolution()).texts(to);
        PoolKernels.texts(to);
        new RowKernels(launcher, scratch).texts(to);
        AttentionKernels.texts(to);
        return all;
    }
}
