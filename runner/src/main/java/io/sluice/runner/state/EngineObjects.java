package io.sluice.runner.state;

import io.siddhi.core.event.ComplexEvent;
import io.siddhi.core.event.ComplexEventChunk;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Java serialisation for what the engine keeps as objects: events in windows, pending patterns, tables. Only classes of the JDK, the engine, Sluice and the
 * extensions of the app pass; what may not come back is refused when it is written.
 */
final class EngineObjects {

    private static final List<String> PACKAGES =
            List.of("java.lang.", "java.util.", "java.math.", "java.time.", "java.sql.", "io.siddhi.", "io.sluice.");

    private EngineObjects() {}

    /** Writes objects; those of classes that would be refused when read are refused here. */
    static final class Out extends ObjectOutputStream {
        private final List<String> more;

        Out(OutputStream to, List<String> more) throws IOException {
            super(to);
            this.more = more;
        }

        @Override
        protected void annotateClass(Class<?> type) throws IOException {
            boolean givesUp = IOException.class.isAssignableFrom(type); // Java writes why, and throws it then
            if (!givesUp && !allowed(type, more)) {
                throw new InvalidClassException(type.getName(), "its class is not one that a checkpoint may hold");
            }
        }
    }

    /** Reads objects. */
    static final class In extends ObjectInputStream {
        private static final Field FIRST = PrivateField.of(ComplexEventChunk.class, "first");
        private static final Field LAST = PrivateField.of(ComplexEventChunk.class, "last");

        private final ClassLoader loader;

        /**
         * @param loader knows the classes of the app's extensions
         * @param more packages of the extensions
         */
        In(InputStream from, ClassLoader loader, List<String> more) throws IOException {
            super(from);
            this.loader = loader;
            enableResolveObject(true);
            setObjectInputFilter(check -> verdict(check.serialClass(), more));
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass described) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(described.getName(), false, loader);
            } catch (ClassNotFoundException primitive) {
                return super.resolveClass(described);
            }
        }

        /**
         * Siddhi writes a chain of events as its first event ({@code StreamEvent.writeObject}), and the chunk's last event once more: what is added to such a
         * chunk later would hang on a copy outside the chain and be lost.
         */
        @Override
        protected Object resolveObject(Object read) {
            if (read instanceof ComplexEventChunk<?> chunk) {
                ComplexEvent last = (ComplexEvent) PrivateField.read(FIRST, chunk);
                while (last != null && last.getNext() != null) {
                    last = last.getNext();
                }
                PrivateField.write(LAST, chunk, last);
            }
            return read;
        }
    }

    private static ObjectInputFilter.Status verdict(@Nullable Class<?> type, List<String> more) {
        if (type == null) {
            return ObjectInputFilter.Status.UNDECIDED; // a check of sizes, which the checksum covers
        }
        return allowed(type, more) ? ObjectInputFilter.Status.ALLOWED : ObjectInputFilter.Status.REJECTED;
    }

    private static boolean allowed(Class<?> type, List<String> more) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        String name = element.getName();
        return element.isPrimitive()
                || PACKAGES.stream().anyMatch(name::startsWith)
                || more.stream().anyMatch(name::startsWith);
    }
}
