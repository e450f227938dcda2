package io.sluice.runner.state;

import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** Fields of the engine that have no public way in. */
final class PrivateField {

    private PrivateField() {}

    /** @throws IllegalStateException if the engine is not the one that is expected */
    static Field of(Class<?> owner, String name) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException missing) {
            throw unexpected(owner.getName() + "." + name, missing);
        }
    }

    static @Nullable Object read(Field field, Object owner) {
        try {
            field.setAccessible(true);
            return field.get(owner);
        } catch (IllegalAccessException denied) {
            throw unexpected(field.toString(), denied);
        }
    }

    static void write(Field field, Object owner, @Nullable Object value) {
        try {
            field.set(owner, value);
        } catch (IllegalAccessException denied) {
            throw unexpected(field.toString(), denied);
        }
    }

    static IllegalStateException unexpected(String what, Throwable cause) {
        return new IllegalStateException(
                "siddhi-core is not " + CheckpointHeader.ENGINE + ": '" + what + "' is not as expected", cause);
    }
}
