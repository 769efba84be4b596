package dev.lamina.op;

/// An op that a backend computes. Backends switch over the permitted types without `default`, so a new op does
/// not compile until each of them handles it.
public sealed interface Kernel extends Op
        permits ArgReduce,
                AvgPool2d,
                AvgPool2dInput,
                BroadcastTo,
                Cast,
                Composite,
                Concat,
                Conv2d,
                Conv2dInput,
                Conv2dWeight,
                CumSum,
                Dropout,
                Fill,
                Gather,
                Iota,
                MatMul,
                MaxPool2d,
                MaxPool2dInput,
                MaxPool2dPick,
                Permute,
                Place,
                Pointwise,
                Random,
                Reduce,
                ScatterAdd,
                Slice {}
