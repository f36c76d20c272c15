package dev.carousel.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;

/**
 * A value that travels to the machines of a cluster: a record, of whatever it consists, whether or not it says that it is
 * serializable. Plans, losses, optimisers and schedules are such.
 *
 * @param <T> of what class it is
 */
final class Portable<T> implements Serializable {

    private static final long serialVersionUID = 1;

    private final Class<T> type;
    private final byte[] bytes;

    private Portable(Class<T> type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /**
     * Packs a value.
     *
     * @throws IllegalArgumentException if it holds something that is neither a record nor serializable
     */
    static <T> Portable<T> of(Class<T> type, T value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new Packing(bytes)) {
            out.writeObject(value);
        } catch (NotSerializableException e) {
            throw new IllegalArgumentException(
                    "The " + type.getSimpleName() + " cannot be sent to the machines of the cluster, since a "
                            + e.getMessage()
                            + " in it is neither a record nor Serializable. Is it a lambda? Write it as"
                            + " a record.",
                    e);
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory can be written.", e);
        }
        return new Portable<>(type, bytes.toByteArray());
    }

    /** The value, made anew. */
    T value() {
        try (ObjectInputStream in = new Unpacking(new ByteArrayInputStream(bytes))) {
            return type.cast(in.readObject());
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(
                    "What the driver sent cannot be read here: " + e + ". Have driver and executors the same jars?", e);
        }
    }

    /** Writes records and optional values, which Java does not write by itself, as their parts. */
    private static final class Packing extends ObjectOutputStream {

        Packing(OutputStream out) throws IOException {
            super(out);
            enableReplaceObject(true);
        }

        @Override
        protected Object replaceObject(Object value) {
            if (value instanceof Optional<?> optional) {
                return new PackedOptional(optional.stream().toArray());
            }
            return value instanceof Record && !(value instanceof Serializable) ? PackedRecord.of(value) : value;
        }
    }

    /** Finds classes where Spark loads those of its users. */
    private static final class Unpacking extends ObjectInputStream {

        Unpacking(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(
                        description.getName(), false, Thread.currentThread().getContextClassLoader());
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description);
            }
        }
    }

    /** With one value or none. */
    @SuppressWarnings("ArrayRecordComponent")
    private record PackedOptional(Object[] value) implements Serializable {

        @Serial
        private Object readResolve() {
            return Arrays.stream(value).findFirst();
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record PackedRecord(Class<?> type, Object[] components) implements Serializable {

        static PackedRecord of(Object record) {
            RecordComponent[] components = record.getClass().getRecordComponents();
            Object[] values = new Object[components.length];
            try {
                for (int i = 0; i < values.length; i++) {
                    components[i].getAccessor().setAccessible(true);
                    values[i] = components[i].getAccessor().invoke(record);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("A record can be read.", e);
            }
            return new PackedRecord(record.getClass(), values);
        }

        @Serial
        private Object readResolve() {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            try {
                Constructor<?> canonical = type.getDeclaredConstructor(types);
                canonical.setAccessible(true);
                return canonical.newInstance(components);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("A record can be made of its parts.", e);
            }
        }
    }
}
