package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import dev.lamina.op.Affine;
import dev.lamina.op.MatMul;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// The weights that queries, keys and values of an attention are made with, under PyTorch's names: one
/// `in_proj_weight [3 width, width]` where all come in with one width, otherwise three.
///
/// @param weights the packed one, or those of q, k and v
/// @param bias `in_proj_bias [3 width]`, or null
record AttentionProjections(int width, int heads, List<Parameter> weights, Parameter bias) {
    private static final List<String> NAMES = List.of("q_proj_weight", "k_proj_weight", "v_proj_weight");

    static AttentionProjections draw(int width, int heads, int keys, int values) {
        Initializer init = Initializer.xavierUniform();
        var weights = keys == width && values == width
                ? List.of(init.parameter(3 * width, width))
                : List.of(init.parameter(width, width), init.parameter(width, keys), init.parameter(width, values));
        return new AttentionProjections(
                width, heads, weights, Initializer.zeros().parameter(3 * width));
    }

    AttentionProjections noBias() {
        return new AttentionProjections(width, heads, weights, null);
    }

    Parameter first() {
        return weights.getFirst();
    }

    /// Width of what keys (1) or values (2) are made of.
    int in(int part) {
        return packed() ? width : weights.get(part).shape().dim(1);
    }

    private boolean packed() {
        return weights.size() == 1;
    }

    /// Queries, keys and values `[b, heads, t, width / heads]`; what is made of the same tensor is one product.
    List<Tensor> all(Tensor q, Tensor k, Tensor v) {
        if (packed() && q == k && k == v) return project(0, 3, q);
        var all = new ArrayList<>(project(0, 1, q));
        all.addAll(keysAndValues(k, v));
        return all;
    }

    Tensor queries(Tensor q) {
        return project(0, 1, q).getFirst();
    }

    List<Tensor> keysAndValues(Tensor k, Tensor v) {
        if (packed() && k == v) return project(1, 2, k);
        return List.of(project(1, 1, k).getFirst(), project(2, 1, v).getFirst());
    }

    private List<Tensor> project(int part, int count, Tensor x) {
        int from = part * width;
        int to = from + count * width;
        int b = x.shape().dim(0);
        int t = x.shape().dim(1);
        Tensor weight = packed()
                ? weights.getFirst().value().slice(0, from, to)
                : weights.get(part).value();
        Tensor rows = x.reshape(b * t, x.shape().dim(2));
        var product = new MatMul(false, true);
        Tensor y = bias == null
                ? product.on(rows, weight)
                : new Affine(product, Optional.empty())
                        .on(rows, weight, bias.value().slice(0, from, to));
        int size = width / heads;
        if (count == 1) return List.of(y.reshape(b, t, heads, size).permute(0, 2, 1, 3));
        Tensor parts = y.reshape(b, t, count, heads, size).permute(2, 0, 3, 1, 4);
        var list = new ArrayList<Tensor>();
        for (int i = 0; i < count; i++) list.add(parts.at(i));
        return list;
    }

    SequencedMap<String, Parameter> named() {
        var names = new LinkedHashMap<String, Parameter>();
        if (packed()) names.put("in_proj_weight", weights.getFirst());
        else for (int i = 0; i < 3; i++) names.put(NAMES.get(i), weights.get(i));
        if (bias != null) names.put("in_proj_bias", bias);
        return names;
    }
}
