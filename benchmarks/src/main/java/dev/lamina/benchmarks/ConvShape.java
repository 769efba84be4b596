package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Conv2dInput;
import dev.lamina.op.Conv2dWeight;
import dev.lamina.op.Window;

/// The convolutions of well-known networks: the one table for the benchmarks and for the comparison with others.
public enum ConvShape {
    LENET_1(64, 1, 28, 6, 5, 1, 2, 1),
    LENET_2(64, 6, 14, 16, 5, 1, 0, 1),
    CNN_1(64, 1, 28, 32, 3, 1, 0, 1),
    CNN_2(64, 32, 26, 64, 3, 1, 0, 1),
    RESNET18_STEM(4, 3, 224, 64, 7, 2, 3, 1),
    RESNET18_2(8, 64, 56, 64, 3, 1, 1, 1),
    RESNET18_3(8, 128, 28, 128, 3, 1, 1, 1),
    RESNET18_3_DOWN(8, 64, 56, 128, 3, 2, 1, 1),
    RESNET18_3_SHORT(8, 64, 56, 128, 1, 2, 0, 1),
    RESNET18_4(8, 256, 14, 256, 3, 1, 1, 1),
    RESNET18_5(8, 512, 7, 512, 3, 1, 1, 1),
    CIFAR_STEM(32, 3, 32, 64, 3, 1, 1, 1),
    CIFAR_2(32, 64, 32, 64, 3, 1, 1, 1),
    CIFAR_5(32, 512, 4, 512, 3, 1, 1, 1),
    RESNET50_REDUCE(8, 256, 56, 64, 1, 1, 0, 1),
    RESNET50_EXPAND(8, 64, 56, 256, 1, 1, 0, 1),
    RESNET50_LAST(8, 2048, 7, 512, 1, 1, 0, 1),
    VGG_1(1, 3, 224, 64, 3, 1, 1, 1),
    VGG_2(1, 64, 224, 64, 3, 1, 1, 1),
    VGG_5(4, 512, 14, 512, 3, 1, 1, 1),
    MOBILENET_DEPTH_1(8, 32, 112, 32, 3, 1, 1, 32),
    MOBILENET_DEPTH_2(8, 64, 112, 64, 3, 2, 1, 64),
    MOBILENET_DEPTH_5(8, 512, 14, 512, 3, 1, 1, 512),
    MOBILENET_POINT_5(8, 512, 14, 512, 1, 1, 0, 1);

    /// Which of the three convolutions.
    public enum Pass {
        FORWARD,
        /// The gradient of the input.
        INPUT,
        /// The gradient of the weight.
        WEIGHT
    }

    public final int batch;
    public final int in;
    /// Rows and columns of the input.
    public final int size;

    public final int out;
    public final int kernel;
    public final int stride;
    public final int padding;
    public final int groups;

    ConvShape(int batch, int in, int size, int out, int kernel, int stride, int padding, int groups) {
        this.batch = batch;
        this.in = in;
        this.size = size;
        this.out = out;
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
        this.groups = groups;
    }

    public Window window() {
        return Window.of(kernel, stride, padding);
    }

    /// Rows and columns of the output.
    public int outSize() {
        return window().outH(size);
    }

    public int[] x() {
        return new int[] {batch, in, size, size};
    }

    public int[] weight() {
        return new int[] {out, in / groups, kernel, kernel};
    }

    public int[] y() {
        return new int[] {batch, out, outSize(), outSize()};
    }

    /// Of one pass: all three take the same multiply-adds and move the same tensors.
    public Work work() {
        double y = (double) batch * out * outSize() * outSize();
        double taps = (double) in / groups * kernel * kernel;
        return new Work(2 * y * taps, 4 * (y + (double) batch * in * size * size + out * taps));
    }

    /// One pass on the current device.
    public Task task(Pass pass) {
        var rng = new Rng(1);
        Tensor x = Tensor.uniform(rng, x());
        Tensor w = Tensor.uniform(rng, weight());
        Tensor dy = Tensor.uniform(rng, y());
        var window = window();
        Runnable body = switch (pass) {
            case FORWARD -> () -> new Conv2d(window, groups).on(x, w);
            case INPUT -> () -> new Conv2dInput(window, groups, x.shape()).on(dy, w);
            case WEIGHT -> () -> new Conv2dWeight(window, groups, w.shape()).on(x, dy);
        };
        return new Task(work(), body);
    }

    /// Such as `8 x 64 x 56 x 56 -> 128, 3 x 3 / 2`.
    public String title() {
        return "%d x %d x %d x %d -> %d, %d x %d%s%s"
                .formatted(
                        batch,
                        in,
                        size,
                        size,
                        out,
                        kernel,
                        kernel,
                        stride == 1 ? "" : " / " + stride,
                        groups == 1 ? "" : ", " + groups + " groups");
    }
}
