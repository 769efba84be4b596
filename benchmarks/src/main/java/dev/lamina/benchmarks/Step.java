package dev.lamina.benchmarks;

import dev.lamina.nn.Activations;
import dev.lamina.nn.BatchNorm2d;
import dev.lamina.nn.Conv2d;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Flatten;
import dev.lamina.nn.GlobalAvgPool2d;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Lstm;
import dev.lamina.nn.MaxPool2d;
import dev.lamina.nn.Residual;
import dev.lamina.nn.Sequential;

/// Whole training steps; a new one is one more constant.
public enum Step {
    /// The convolutional network of many tutorials on images 1 x 28 x 28: two 3 x 3 convolutions of 32 and 64
    /// channels, max-pooling, and dense layers of 128 and 10. 12 million multiply-adds an image.
    CNN(64) {
        @Override
        public TrainingStep make(int batch) {
            return TrainingStep.classes(
                    new Sequential(
                            new Conv2d(1, 32, 3),
                            Activations.relu(),
                            new Conv2d(32, 64, 3),
                            Activations.relu(),
                            new MaxPool2d(2),
                            new Flatten(),
                            new Dense(64 * 12 * 12, 128),
                            Activations.relu(),
                            new Dense(128, 10)),
                    10,
                    batch,
                    1,
                    28,
                    28);
        }
    },
    /// Dense layers 784, 512, 256, 10.
    MLP(128) {
        @Override
        public TrainingStep make(int batch) {
            return TrainingStep.classes(
                    new Sequential(
                            new Dense(784, 512),
                            Activations.relu(),
                            new Dense(512, 256),
                            Activations.relu(),
                            new Dense(256, 10)),
                    10,
                    batch,
                    784);
        }
    },
    /// ResNet-18 on images 3 x 32 x 32: a 3 x 3 stem without pooling, as is usual at this size, then the stages of
    /// He, Zhang, Ren and Sun (2016). 556 million multiply-adds an image.
    RESNET18(32) {
        @Override
        public TrainingStep make(int batch) {
            return TrainingStep.classes(resnet18(), 10, batch, 3, 32, 32);
        }
    },
    /// Two LSTM layers of 256 on sequences of 64 steps of 256 numbers. 67 million multiply-adds a sequence.
    LSTM(32, "tokens", 64) {
        @Override
        public TrainingStep make(int batch) {
            return TrainingStep.meanSquare(new Lstm(256, 256).layers(2).timeFirst(), itemsEach(), batch, 256);
        }
    };

    private final int batch;
    private final String items;
    private final int itemsEach;

    Step(int batch) {
        this(batch, "images", 1);
    }

    Step(int batch, String items, int itemsEach) {
        this.batch = batch;
        this.items = items;
        this.itemsEach = itemsEach;
    }

    /// The step on the current device, its parameters and samples drawn from the current generator.
    public abstract TrainingStep make(int batch);

    /// The batch that is usual for it.
    public int batch() {
        return batch;
    }

    /// What is counted a second.
    public String items() {
        return items;
    }

    /// How many of them a sample has.
    public int itemsEach() {
        return itemsEach;
    }

    private static Layer resnet18() {
        var net = new Sequential(convolution(3, 64, 3, 1), new BatchNorm2d(64), Activations.relu());
        int in = 64;
        for (int out : new int[] {64, 128, 256, 512}) {
            net = net.add(block(in, out, out == 64 ? 1 : 2)).add(Activations.relu());
            net = net.add(block(out, out, 1)).add(Activations.relu());
            in = out;
        }
        return net.add(new GlobalAvgPool2d()).add(new Flatten()).add(new Dense(512, 10));
    }

    private static Layer block(int in, int out, int stride) {
        var body = new Sequential(
                convolution(in, out, 3, stride),
                new BatchNorm2d(out),
                Activations.relu(),
                convolution(out, out, 3, 1),
                new BatchNorm2d(out));
        if (stride == 1) return new Residual(body);
        return new Residual(body, new Sequential(convolution(in, out, 1, stride), new BatchNorm2d(out)));
    }

    private static Conv2d convolution(int in, int out, int kernel, int stride) {
        return new Conv2d(in, out, kernel).stride(stride).padding(kernel / 2).noBias();
    }
}
