package dev.carousel.spark;

import dev.carousel.data.DataException;
import dev.carousel.model.ModelException;
import java.util.function.Supplier;
import org.apache.spark.SparkException;

/** Errors of the machines, as their user would have them on one: the first of ours below those that Spark wraps around it. */
final class Causes {

    private Causes() {}

    /** Runs something on the cluster. */
    static <T> T unwrapping(Supplier<T> work) {
        try {
            return work.get();
        } catch (Exception e) {
            throw unwrapped(e);
        }
    }

    private static RuntimeException unwrapped(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            boolean ours = cause instanceof IllegalArgumentException
                    || cause instanceof DataException
                    || cause instanceof ModelException;
            if (ours && cause instanceof RuntimeException found) {
                if (found != e) {
                    found.addSuppressed(e);
                }
                return found;
            }
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(wrapped(e), e);
    }

    private static String wrapped(Exception e) {
        return (e instanceof SparkException ? "A job of Spark failed: " : "") + e.getMessage();
    }
}
