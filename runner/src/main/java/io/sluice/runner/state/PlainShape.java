package io.sluice.runner.state;

import io.siddhi.core.util.snapshot.state.State;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A class of the engine's aggregators whose state is a few numbers: count, sum, average, deviation, and, or. They are read and written field by field, which
 * takes a fraction of the time of Siddhi's maps, and is also right where Siddhi's own restore is not ({@code stdDev}).
 */
final class PlainShape {

    private static final String AGGREGATORS = "io.siddhi.core.query.selector.attribute.aggregator.";
    private static final Set<Class<?>> IMMUTABLE =
            Set.of(Long.class, Integer.class, Double.class, Float.class, Boolean.class);

    private final List<Field> numbers;
    private final List<Field> objects;

    private PlainShape(List<Field> numbers, List<Field> objects) {
        this.numbers = numbers;
        this.objects = objects;
    }

    /** Null if the state of this class is more than a few numbers. */
    static @Nullable PlainShape of(Class<? extends State> type) {
        if (!type.getName().startsWith(AGGREGATORS)) {
            return null;
        }
        List<Field> numbers = new ArrayList<>();
        List<Field> objects = new ArrayList<>();
        for (Class<?> level = type; level != null && level != State.class; level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (Modifier.isStatic(modifiers) || Modifier.isFinal(modifiers) || field.isSynthetic()) {
                    continue;
                }
                field.setAccessible(true);
                if (field.getType().isPrimitive()) {
                    numbers.add(field);
                } else if (IMMUTABLE.contains(field.getType())) {
                    objects.add(field);
                } else {
                    return null;
                }
            }
        }
        numbers.sort(Comparator.comparing(Field::toString));
        objects.sort(Comparator.comparing(Field::toString));
        return hasMutableFinals(type) ? null : new PlainShape(List.copyOf(numbers), List.copyOf(objects));
    }

    /** Names and types of the fields: equal on both sides of a checkpoint, or the numbers mean something else. */
    String text() {
        return numbers + " " + objects;
    }

    int numbers() {
        return numbers.size();
    }

    int objects() {
        return objects.size();
    }

    /** Copies a state's fields to place {@code at} of the columns. */
    void read(State state, long[][] numberColumns, Object[][] objectColumns, int at) {
        try {
            for (int index = 0; index < numberColumns.length; index++) {
                numberColumns[index][at] = bits(numbers.get(index), state);
            }
            for (int index = 0; index < objectColumns.length; index++) {
                objectColumns[index][at] = objects.get(index).get(state);
            }
        } catch (IllegalAccessException denied) {
            throw PrivateField.unexpected(state.getClass().getName(), denied);
        }
    }

    /** Sets a state's fields from place {@code at} of the columns. */
    void write(State state, long[][] numberColumns, Object[][] objectColumns, int at) {
        try {
            for (int index = 0; index < numberColumns.length; index++) {
                set(numbers.get(index), state, numberColumns[index][at]);
            }
            for (int index = 0; index < objectColumns.length; index++) {
                objects.get(index).set(state, objectColumns[index][at]);
            }
        } catch (IllegalAccessException denied) {
            throw PrivateField.unexpected(state.getClass().getName(), denied);
        }
    }

    private static long bits(Field field, State state) throws IllegalAccessException {
        Class<?> type = field.getType();
        if (type == double.class) {
            return Double.doubleToRawLongBits(field.getDouble(state));
        }
        if (type == float.class) {
            return Float.floatToRawIntBits(field.getFloat(state));
        }
        if (type == boolean.class) {
            return field.getBoolean(state) ? 1 : 0;
        }
        return field.getLong(state); // widens int, short, byte and char
    }

    private static void set(Field field, State state, long bits) throws IllegalAccessException {
        Class<?> type = field.getType();
        if (type == double.class) {
            field.setDouble(state, Double.longBitsToDouble(bits));
        } else if (type == float.class) {
            field.setFloat(state, Float.intBitsToFloat((int) bits));
        } else if (type == boolean.class) {
            field.setBoolean(state, bits != 0);
        } else if (type == int.class) {
            field.setInt(state, (int) bits);
        } else if (type == long.class) {
            field.setLong(state, bits);
        } else {
            throw new IllegalAccessException(type + " is not a type of the engine's aggregators");
        }
    }

    /** A final field that is neither the enclosing object nor a constant would be state that is not read here. */
    private static boolean hasMutableFinals(Class<?> type) {
        for (Class<?> level = type; level != null && level != State.class; level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                boolean instance = !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic();
                if (instance
                        && Modifier.isFinal(field.getModifiers())
                        && !field.getType().isEnum()) {
                    return true;
                }
            }
        }
        return false;
    }
}
