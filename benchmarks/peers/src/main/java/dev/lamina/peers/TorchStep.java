package dev.lamina.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.function.Function;

/// Training steps in PyTorch through DJL: the models and losses of `Step`, SGD.
final class TorchStep implements Runnable {
    private static final int CLASSES = 10;

    private final Trainer trainer;
    private final NDArray samples;
    private final NDArray labels;

    /// @param labels made by the manager that is given
    private TorchStep(Block net, Loss loss, Shape shape, Function<NDManager, NDArray> labels) {
        Model model = Model.newInstance("peer", "PyTorch");
        model.setBlock(net);
        var sgd = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).build();
        trainer = model.newTrainer(
                new DefaultTrainingConfig(loss).optOptimizer(sgd).optDevices(new Device[] {Device.cpu()}));
        trainer.initialize(shape);
        NDManager manager = trainer.getManager();
        samples = manager.randomUniform(0, 1, shape);
        this.labels = labels.apply(manager);
    }

    /// Random classes, by cross entropy.
    private static TorchStep classes(Block net, Shape shape) {
        var batch = new Shape(shape.get(0));
        return new TorchStep(
                net,
                Loss.softmaxCrossEntropyLoss(),
                shape,
                manager -> manager.randomUniform(0, CLASSES, batch).toType(DataType.INT64, false));
    }

    /// Two layers of `size` over `steps` numbers of as many, by the mean square: PyTorch's own `lstm`, in one call.
    static TorchStep lstm(int steps, int batch, int size) {
        var net = LSTM.builder()
                .setNumLayers(2)
                .setStateSize(size)
                .optBatchFirst(false)
                .optReturnState(false)
                .build();
        var shape = new Shape(steps, batch, size);
        return new TorchStep(net, Loss.l2Loss("mean square", 1), shape, manager -> manager.zeros(shape));
    }

    static TorchStep cnn(int batch) {
        var net = new SequentialBlock()
                .add(conv(32, 3, 1, 0, true))
                .add(Activation::relu)
                .add(conv(64, 3, 1, 0, true))
                .add(Activation::relu)
                .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(128).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(CLASSES).build());
        return classes(net, new Shape(batch, 1, 28, 28));
    }

    static TorchStep resnet18(int batch) {
        var net = new SequentialBlock()
                .add(conv(64, 3, 1, 1, false))
                .add(BatchNorm.builder().build())
                .add(Activation::relu);
        for (int out : new int[] {64, 128, 256, 512})
            net.add(block(out, out == 64 ? 1 : 2))
                    .add(Activation::relu)
                    .add(block(out, 1))
                    .add(Activation::relu);
        net.add(Pool.globalAvgPool2dBlock())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(CLASSES).build());
        return classes(net, new Shape(batch, 3, 32, 32));
    }

    private static Block block(int out, int stride) {
        var body = new SequentialBlock()
                .add(conv(out, 3, stride, 1, false))
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(conv(out, 3, 1, 1, false))
                .add(BatchNorm.builder().build());
        Block side = stride == 1
                ? Blocks.identityBlock()
                : new SequentialBlock()
                        .add(conv(out, 1, stride, 0, false))
                        .add(BatchNorm.builder().build());
        return new ParallelBlock(
                sides -> new NDList(
                        sides.get(0).singletonOrThrow().add(sides.get(1).singletonOrThrow())),
                List.of(body, side));
    }

    private static Block conv(int out, int kernel, int stride, int padding, boolean bias) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(out)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(padding, padding))
                .optBias(bias)
                .build();
    }

    /// What is made on the way is attached to a manager that ends with the step, as DJL's own training loop does.
    @Override
    public void run() {
        try (NDManager step = trainer.getManager().newSubManager()) {
            samples.tempAttach(step);
            labels.tempAttach(step);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList out = trainer.forward(new NDList(samples));
                NDArray loss = trainer.getLoss().evaluate(new NDList(labels), out);
                collector.backward(loss);
            }
            trainer.step();
        }
    }
}
