package dev.lamina.train;

/// Ends training after `patience` epochs without progress; the weights of the best epoch are then brought back.
///
/// @param monitor `loss` or the name of a metric, on the validation data; without such data the training loss
/// @param highest whether more is better
/// @param patience epochs without progress that are put up with
/// @param minDelta what counts as progress
public record EarlyStopping(String monitor, boolean highest, int patience, double minDelta) {
    public EarlyStopping {
        if (patience < 1)
            throw new IllegalArgumentException("early stopping: patience must be positive, got " + patience);
    }

    /// Watches the loss.
    public static EarlyStopping patience(int epochs) {
        return lowest("loss", epochs);
    }

    /// Watches a metric that should fall, such as `mae`.
    public static EarlyStopping lowest(String metric, int patience) {
        return new EarlyStopping(metric, false, patience, 0);
    }

    /// Watches a metric that should rise, such as `accuracy`.
    public static EarlyStopping highest(String metric, int patience) {
        return new EarlyStopping(metric, true, patience, 0);
    }

    double observed(History.Epoch e) {
        if (e.validation().isEmpty() && monitor.equals("loss")) return e.loss();
        Double v = e.validation().get(monitor);
        if (v == null)
            throw new IllegalArgumentException("early stopping: there is no " + monitor + " on validation data, only "
                    + e.validation().keySet() + "; add the metric and validation data to the options");
        return v;
    }

    boolean better(double value, double best) {
        return Double.isNaN(best) || (highest ? value > best + minDelta : value < best - minDelta);
    }
}
