package dev.lamina.nn;

import static dev.lamina.nn.Known.layer;
import static dev.lamina.nn.Known.s;

import org.junit.jupiter.api.Test;

/// Outputs and gradients of the layers against PyTorch's.
class KnownLayersTest {
    @Test
    void dense() {
        layer(() -> new Dense(5, 3), s(2, 4, 5), s(2, 4, 3), 0.1637330014, -0.2050556189, -1.160703962, 1.59183305);
    }

    @Test
    void convolutions() {
        layer(
                () -> new Conv2d(2, 3, 3),
                s(2, 2, 5, 6),
                s(2, 3, 3, 4),
                2.632611335,
                0.1148328455,
                0.219538241,
                -2.812535021);
        layer(
                () -> new Conv2d(2, 4, 3).stride(2).padding(1),
                s(2, 2, 5, 6),
                s(2, 4, 3, 3),
                -8.648809119,
                -11.3062472,
                -17.53943988,
                -0.02444795555);
        layer(
                () -> new Conv2d(2, 3, 2, 3).stride(1, 2).padding(1, 0),
                s(1, 2, 5, 6),
                s(1, 3, 6, 2),
                2.169781034,
                0.5283624786,
                1.491546354,
                -1.382484719);
        layer(
                () -> new Conv2d(2, 3, 2).dilation(2).noBias(),
                s(1, 2, 5, 6),
                s(1, 3, 3, 4),
                2.425367422,
                4.227039126,
                -4.092430189);
    }

    @Test
    void groupedConvolutions() {
        layer(
                () -> new Conv2d(4, 6, 3).padding(1).groups(2),
                s(1, 4, 4, 4),
                s(1, 6, 4, 4),
                36.18265467,
                23.07799035,
                58.31112991,
                -1.614738759);
        layer(
                () -> new Conv2d(3, 3, 3).groups(3),
                s(1, 3, 4, 4),
                s(1, 3, 2, 2),
                2.332418321,
                1.443869401,
                2.573592494,
                0.308917723);
    }

    /// The row and the column that an even kernel needs more go to the bottom and the right.
    @Test
    void samePaddingOfEvenKernels() {
        layer(
                () -> new Conv2d(2, 2, 2).same(),
                s(1, 2, 4, 5),
                s(1, 2, 4, 5),
                6.853933441,
                7.095761674,
                -5.387677339,
                1.780255958);
        layer(
                () -> new Conv2d(2, 2, 4).same(),
                s(1, 2, 4, 5),
                s(1, 2, 4, 5),
                10.01570844,
                3.262752308,
                -2.520817603,
                1.780255958);
    }

    @Test
    void convolutions1d() {
        layer(
                () -> new Conv1d(2, 3, 3).stride(2).padding(1).dilation(2),
                s(2, 2, 9),
                s(2, 3, 4),
                1.510268755,
                0.8851007778,
                4.460422122,
                1.192595124);
        layer(
                () -> new Conv1d(4, 2, 3).groups(2),
                s(2, 4, 6),
                s(2, 2, 4),
                0.3547456061,
                -0.08864568382,
                -6.216254694,
                -0.8934918227);
    }

    @Test
    void transposedConvolutions() {
        layer(
                () -> new ConvTranspose2d(2, 3, 3),
                s(1, 2, 3, 4),
                s(1, 3, 5, 6),
                1.609239853,
                0.3830775733,
                0.5762347419,
                -1.415881555);
        layer(
                () -> new ConvTranspose2d(2, 3, 3).stride(2).padding(1).outputPadding(1),
                s(2, 2, 3, 3),
                s(2, 3, 6, 6),
                -37.17878094,
                -36.92471081,
                -38.5814772,
                -0.01087553951);
        layer(
                () -> new ConvTranspose2d(4, 6, 2).stride(2).groups(2).dilation(2),
                s(1, 4, 3, 3),
                s(1, 6, 7, 7),
                -1.578355867,
                -3.704742327,
                -2.954636863,
                -0.3117097129);
    }

    @Test
    void maxPooling() {
        layer(() -> new MaxPool2d(2), s(2, 2, 5, 6), s(2, 2, 2, 3), 2.953433207, 3.295619597);
        layer(() -> new MaxPool2d(3).stride(2).padding(1), s(1, 2, 6, 7), s(1, 2, 3, 4), 0.2533813757, 0.9629065091);
        layer(() -> new MaxPool2d(2).ceil(), s(1, 2, 5, 5), s(1, 2, 3, 3), 2.083584232, 1.027574953);
        layer(() -> new MaxPool1d(3).stride(2).padding(1), s(2, 2, 7), s(2, 2, 4), 0.8382891418, 1.236010518);
    }

    @Test
    void averagePooling() {
        layer(() -> new AvgPool2d(2), s(2, 2, 5, 6), s(2, 2, 2, 3), 1.020496112, 1.135235576);
        layer(() -> new AvgPool2d(3).stride(2).padding(1), s(1, 2, 6, 7), s(1, 2, 3, 4), -1.501644735, -1.451367081);
        layer(
                () -> new AvgPool2d(3).stride(2).padding(1).excludePad(),
                s(1, 2, 6, 7),
                s(1, 2, 3, 4),
                -2.753244814,
                -2.632557799);
        layer(
                () -> new AvgPool2d(3).stride(2).padding(1).ceil(),
                s(1, 2, 6, 7),
                s(1, 2, 4, 4),
                -0.1241306876,
                0.1595847964);
        layer(() -> new AvgPool1d(3).stride(2).padding(1), s(2, 2, 7), s(2, 2, 4), 0.2161525845, 0.5722341151);
        layer(() -> new AdaptiveAvgPool2d(2, 3), s(1, 2, 5, 7), s(1, 2, 2, 3), -0.3048595215, 0.02407451914);
        layer(GlobalAvgPool2d::new, s(2, 3, 4, 5), s(2, 3), -0.09893960986, -0.07813923073);
    }

    @Test
    void batchNormalisation() {
        layer(
                () -> new BatchNorm2d(3),
                s(2, 3, 2, 2),
                s(2, 3, 2, 2),
                5.634550482,
                0.7725767487,
                9.143484675,
                1.192595124);
        layer(() -> new BatchNorm1d(3).eps(1e-3), s(4, 3), s(4, 3), 3.229428734, 0.3603884595, 5.614962645, 1.63805551);
        layer(() -> new BatchNorm1d(3).noAffine(), s(2, 3, 4), s(2, 3, 4), 13.21183541, 1.87663626);
    }

    @Test
    void otherNormalisations() {
        layer(() -> new LayerNorm(5), s(2, 3, 5), s(2, 3, 5), 2.883515256, -0.1937065966, 7.844084777, 1.234419286);
        layer(
                () -> new LayerNorm(3, 5).eps(1e-2),
                s(2, 3, 5),
                s(2, 3, 5),
                -3.177304207,
                -0.1803845717,
                1.822342879,
                1.868172964);
        layer(
                () -> new GroupNorm(2, 4),
                s(2, 4, 3, 2),
                s(2, 4, 3, 2),
                8.944433867,
                1.301163708,
                21.16320275,
                0.3253956682);
        layer(() -> new GroupNorm(3, 3), s(2, 3, 5), s(2, 3, 5), 6.351568907, 0.5268270079, 11.85193536, 1.272678035);
    }

    @Test
    void upsampling() {
        layer(() -> new Upsample(2), s(1, 2, 2, 3), s(1, 2, 4, 6), 8.954733456, 9.572970014);
        layer(() -> new Upsample(2).bilinear(), s(1, 2, 3, 3), s(1, 2, 6, 6), 6.588552898, 6.996072601);
        layer(() -> new Upsample(3).alignCorners(), s(1, 2, 2, 3), s(1, 2, 6, 9), -2.043148306, -3.676956986);
    }

    @Test
    void prelu() {
        layer(PRelu::new, s(2, 3, 4), s(2, 3, 4), 8.107552446, 8.601782588, 1.310294431);
        layer(() -> new PRelu(3), s(2, 3, 4), s(2, 3, 4), 8.280000169, 8.793083762, 3.121004613);
    }

    /// Of four times the pattern, so that both sides of each kink are seen.
    private static void activation(Layer f, double output, double gradient) {
        layer(() -> x -> f.apply(x.mul(4)), s(2, 3, 4), s(2, 3, 4), output, gradient);
    }

    @Test
    void activations() {
        activation(Activations.relu(), 24.96828521, 26.24939712);
        activation(Activations.relu6(), 24.96828521, 26.24939712);
        activation(Activations.leakyRelu(), 25.14563951, 26.44328932);
        activation(Activations.leakyRelu(0.2), 28.51537107, 30.12724122);
        activation(Activations.elu(), 30.11719709, 28.00439301);
        activation(Activations.elu(0.5), 27.54274115, 27.12689506);
        activation(Activations.celu(), 30.11719709, 28.00439301);
        activation(Activations.celu(0.5), 27.68441991, 26.85336549);
        activation(Activations.selu(), 35.2865005, 30.6657246);
        activation(Activations.gelu(), 24.92386784, 26.85164151);
        activation(Activations.geluTanh(), 24.92336547, 26.85854329);
        activation(Activations.silu(), 24.54747552, 27.25117353);
        activation(Activations.mish(), 25.49740982, 26.02795441);
        activation(Activations.sigmoid(), 7.163928205, 2.255291983);
        activation(Activations.hardSigmoid(), 7.309572222, 1.610492202);
        activation(Activations.hardSwish(), 24.16745371, 28.1060421);
        activation(Activations.tanh(), 13.18444089, 2.136651515);
        activation(Activations.softplus(), 25.0847433, 26.29160116);
        activation(Activations.softsign(), 10.04481902, 3.345794646);
        activation(Activations.softmax(), 4.024115019, 1.394729701);
        activation(Activations.softmax(1), 5.036941875, 0.8625478613);
        activation(Activations.logSoftmax(), 21.07508897, 29.35425461);
        activation(Activations.logSoftmax(1), 33.10625057, 36.33103754);
    }
}
