package dev.lamina.opencl;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Tensor;
import dev.lamina.op.Attention;
import dev.lamina.op.AttentionGradient;
import dev.lamina.op.Normalize;
import dev.lamina.op.NormalizeGradient;
import dev.lamina.op.ScatterAdd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/// Ops at the smallest sizes at which their kernels work in groups or in several passes: those with barriers,
/// which a race could hide in.
final class GroupOps {
    private record Job(UnaryOperator<Tensor> f, int... shape) {}

    private static final Map<String, Job> JOBS = jobs();

    private GroupOps() {}

    private static Map<String, Job> jobs() {
        var jobs = new LinkedHashMap<String, Job>();
        jobs.put("sum in a group", new Job(Tensor::sum, 257));
        jobs.put("sum in two passes", new Job(x -> x.sum(0), 300, 2));
        jobs.put("arg_max in a group", new Job(x -> x.argMax(0), 200));
        jobs.put("cum_sum over blocks", new Job(x -> x.cumSum(0), 200));
        jobs.put("softmax in a group", new Job(x -> x.softmax(1), 2, 100));
        jobs.put("log_softmax in a group", new Job(x -> x.logSoftmax(1), 2, 70));
        jobs.put("normalize in a group", new Job(x -> normalize(1, x).get(0), 2, 100));
        jobs.put("normalize in three passes", new Job(x -> normalize(0, x).get(0), 300, 2));
        jobs.put("normalize_gradient in a group", new Job(x -> gradient(1, x), 2, 100));
        jobs.put("normalize_gradient in three passes", new Job(x -> gradient(0, x), 300, 2));
        jobs.put("permute through tiles", new Job(x -> x.permute(0, 2, 1), 2, 9, 35));
        jobs.put("attention over tiles", new Job(x -> x.attention(x, x, true), 1, 2, 67, 3));
        jobs.put("attention_gradient over tiles", new Job(GroupOps::attentionGradient, 1, 2, 67, 3));
        int[] at = new Random(1).ints(300, 0, 7).toArray();
        jobs.put("scatter_add of sorted picks", new Job(x -> new ScatterAdd(0, 7).on(x, Tensor.of(at, 300)), 300, 2));
        return jobs;
    }

    private static List<Tensor> normalize(int axis, Tensor x) {
        return Tensor.apply(new Normalize(List.of(axis), 1e-5), List.of(x));
    }

    private static Tensor gradient(int axis, Tensor x) {
        List<Tensor> n = normalize(axis, x);
        return new NormalizeGradient(List.of(axis)).on(n.get(0), n.get(2), x);
    }

    private static Tensor attentionGradient(Tensor x) {
        var op = new Attention(true, 0.5, false, false);
        List<Tensor> y = Tensor.apply(op, List.of(x, x, x));
        Tensor delta = x.mul(y.get(0)).sum(-1);
        return Tensor.concat(0, Tensor.apply(new AttentionGradient(op), List.of(x, x, x, y.get(1), x, delta)));
    }

    static int count() {
        return JOBS.size();
    }

    /// Runs all, printing `> name` before each and what differs from the reference below it.
    static void run(Device device) {
        JOBS.forEach((name, job) -> {
            System.out.println("> " + name);
            double[] expected = values(AgainstReference.REFERENCE, job);
            double[] got = values(device, job);
            for (int i = 0; i < got.length; i++)
                if (!(Math.abs(got[i] - expected[i]) < 1e-4))
                    System.out.println("element " + i + ": expected " + expected[i] + ", got " + got[i]);
        });
    }

    private static double[] values(Device device, Job job) {
        var random = new Random(3);
        int n = 1;
        for (int d : job.shape) n *= d;
        double[] data = random.doubles(n, -2, 2).toArray();
        return device.with(
                () -> job.f.apply(Tensor.of(data, job.shape).cast(DType.F32)).toDoubles());
    }
}
