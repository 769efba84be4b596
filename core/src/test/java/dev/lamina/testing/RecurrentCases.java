package dev.lamina.testing;

import static dev.lamina.testing.Values.between;

import dev.lamina.Tensor;
import dev.lamina.op.Cell;
import dev.lamina.op.Recurrence;
import dev.lamina.op.Split;
import dev.lamina.op.Steps;
import java.util.ArrayList;
import java.util.List;

/// Recurrent networks: all steps in one op, with sequences of equal and of different length, in both
/// directions.
final class RecurrentCases {
    private RecurrentCases() {}

    static List<OpCase> all() {
        var all = new ArrayList<OpCase>();
        for (Cell cell : Cell.values()) {
            add(all, cell, new Steps(List.of(2, 1), false), 2, 1);
            walkedBack(all, cell, Steps.of(1, 3), 3, 2);
            walkedBack(all, cell, new Steps(List.of(5, 5, 3, 1), true), 7, 5);
        }
        all.add(OpCase.function("split", x -> Tensor.apply(new Split(List.of(1, 0, 2)), x), Input.real(3, 2)));
        return all;
    }

    /// Once as it is, with all that is kept, whose gradient is that of the meaning.
    private static void add(List<OpCase> all, Cell cell, Steps steps, int hidden, int size) {
        var op = new Recurrence(cell, steps, true);
        all.add(OpCase.of(op.name() + " " + steps.sizes(), op, inputs(cell, steps, hidden, size))
                .tolerance(2e-5, 1));
        walkedBack(all, cell, steps, hidden, size);
    }

    /// The results alone, whose gradient is the walk back.
    private static void walkedBack(List<OpCase> all, Cell cell, Steps steps, int hidden, int size) {
        var op = new Recurrence(cell, steps, true);
        int results = cell.memory() ? 3 : 2;
        String name = op.name() + " walked back " + steps.sizes() + (steps.backwards() ? " backwards" : "");
        all.add(OpCase.function(name, x -> Tensor.apply(op, x).subList(0, results), inputs(cell, steps, hidden, size))
                .tolerance(2e-5, 1));
    }

    private static Input[] inputs(Cell cell, Steps steps, int hidden, int projected) {
        int size = cell.projected() ? projected : hidden;
        var in = new ArrayList<Input>();
        in.add(Input.real(cell.gates(), steps.rows(), hidden));
        in.add(Input.real(between(-0.5, 0.5), cell.gates(), hidden, size));
        in.add(Input.real(steps.batch(), size));
        if (cell.memory()) in.add(Input.real(steps.batch(), hidden));
        if (cell.extras() > 0) in.add(Input.real(cell.extras(), hidden));
        if (cell.projected()) in.add(Input.real(between(-0.5, 0.5), size, hidden));
        return in.toArray(Input[]::new);
    }
}
