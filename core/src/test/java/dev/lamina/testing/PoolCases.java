package dev.lamina.testing;

import static dev.lamina.testing.Values.distinct;
import static dev.lamina.testing.Values.given;
import static dev.lamina.testing.Values.whole;

import dev.lamina.DType;
import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.AvgPool2d;
import dev.lamina.op.AvgPool2dInput;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.MaxPool2dInput;
import dev.lamina.op.MaxPool2dPick;
import dev.lamina.op.Window;
import dev.lamina.testing.OpCase.Trait;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The two poolings with their adjoints.
final class PoolCases {
    private PoolCases() {}

    private record Pool(String name, Window window, int... x) {}

    private static final List<Pool> POOLS = List.of(
            new Pool("2 by 2", Window.of(2, 2, 0), 2, 3, 4, 6),
            new Pool("odd", Window.of(2, 2, 0), 1, 2, 5, 7),
            new Pool("overlap", Window.of(3, 1, 0), 1, 2, 4, 5),
            new Pool("overlap and padding", Window.of(3, 2, 1), 2, 1, 5, 6),
            new Pool("ceil", Window.of(2, 2, 0).withCeil(true), 1, 2, 5, 3),
            new Pool("ceil and padding", Window.of(3, 2, 1).withCeil(true), 1, 1, 6, 4),
            new Pool("asymmetric", new Window(2, 3, 1, 2, 1, 0, 0, 1, 1, 1, false), 1, 2, 3, 5),
            new Pool("gaps", Window.of(2, 3, 0), 1, 1, 8, 8),
            new Pool("whole image", Window.of(3, 1, 0), 2, 2, 3, 3),
            new Pool("single", Window.of(1, 1, 0), 1, 1, 1, 1),
            new Pool("empty batch", Window.of(2, 2, 0), 0, 2, 4, 4),
            new Pool("larger", Window.of(3, 2, 1), 2, 5, 17, 19));

    static List<OpCase> all() {
        var all = new ArrayList<OpCase>();
        for (Pool p : POOLS) {
            Shape x = Shape.of(p.x);
            Shape y = Shape.of(p.x[0], p.x[1], p.window.outH(p.x[2]), p.window.outW(p.x[3]));
            Input image = Input.real(distinct(), p.x);
            Input dy = Input.real(y.dims());
            Input index = Input.ints(given(positions(p, y)), y.dims());
            all.add(OpCase.of("max_pool2d " + p.name, new MaxPool2d(p.window), image)
                    .with(Trait.EXACT));
            all.add(OpCase.of("max_pool2d_input " + p.name, new MaxPool2dInput(p.window, x), dy, index)
                    .with(Trait.MULTILINEAR));
            all.add(OpCase.of("max_pool2d_pick " + p.name, new MaxPool2dPick(p.window), image, index)
                    .with(Trait.EXACT));
            for (boolean pad : new boolean[] {true, false}) {
                String name = p.name + (pad ? "" : " without padding");
                all.add(OpCase.of("avg_pool2d " + name, new AvgPool2d(p.window, pad), Input.real(p.x))
                        .with(Trait.MULTILINEAR));
                all.add(OpCase.of("avg_pool2d_input " + name, new AvgPool2dInput(p.window, pad, x), dy)
                        .with(Trait.MULTILINEAR));
            }
        }
        all.add(OpCase.of(
                        "max_pool2d of equals", new MaxPool2d(Window.of(2, 1, 1)), Input.real(whole(0, 2), 1, 2, 5, 5))
                .with(Trait.EXACT, Trait.KINK));
        return all;
    }

    /// Where the largest elements of some image are: an index that the adjoints may be given.
    private static double[] positions(Pool p, Shape y) {
        var image = Input.real(distinct(), p.x);
        float[] x = Input.floats(image.make(new Rng(p.name.hashCode())));
        var values = new float[Math.toIntExact(y.size())];
        var index = new int[values.length];
        new ReferenceBackend()
                .run(
                        new MaxPool2d(p.window),
                        List.of(new View(x, 0, new Spec(image.shape(), DType.F32))),
                        List.of(
                                new View(values, 0, new Spec(y, DType.F32)),
                                new View(index, 0, new Spec(y, DType.I32))));
        return Arrays.stream(index).asDoubleStream().toArray();
    }
}
