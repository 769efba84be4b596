package dev.lamina.nn;

import dev.lamina.LaminaException;
import dev.lamina.Parameter;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiConsumer;

/// The parameters and layers that a record is made of: what a user's own layer need not list again.
final class Components {
    /// Every step of a training asks for all parameters, and a class makes its accessors anew each time.
    private static final ClassValue<List<Method>> ACCESSORS = new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getAccessor)
                    .toList();
        }
    };

    private Components() {}

    static SequencedMap<String, Parameter> parameters(Layer layer) {
        var found = new LinkedHashMap<String, Parameter>();
        each(layer, (name, value) -> {
            if (value instanceof Parameter p) found.put(name, p);
        });
        return found;
    }

    static SequencedMap<String, Layer> layers(Layer layer) {
        var found = new LinkedHashMap<String, Layer>();
        each(layer, (name, value) -> {
            if (value instanceof Layer l) found.put(name, l);
            if (value instanceof List<?> list)
                for (int i = 0; i < list.size(); i++) if (list.get(i) instanceof Layer l) found.put(name + "." + i, l);
        });
        return found;
    }

    private static void each(Layer layer, BiConsumer<String, Object> visit) {
        if (!(layer instanceof Record)) return;
        for (Method accessor : ACCESSORS.get(layer.getClass()))
            visit.accept(accessor.getName(), value(layer, accessor));
    }

    private static Object value(Layer layer, Method accessor) {
        if (!accessor.trySetAccessible())
            throw new LaminaException("layer: cannot read component " + accessor.getName() + " of "
                    + layer.getClass().getName()
                    + "; open its package to dev.lamina, or override own() and children()");
        try {
            return accessor.invoke(layer);
        } catch (ReflectiveOperationException e) {
            throw new LaminaException(
                    "layer: reading component " + accessor.getName() + " of "
                            + layer.getClass().getName() + " failed",
                    e);
        }
    }
}
