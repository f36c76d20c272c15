package dev.carousel.kernel;

import java.util.Optional;

/**
 * A source of kernels that {@link Kernels#best} finds through {@link java.util.ServiceLoader}.
 *
 * <p>A provider must load on any machine: classes that need more than the JDK's base modules stay behind {@link #kernels}.
 */
public interface KernelProvider {

    /** The name of the provider, such as {@code vector}. */
    String name();

    /** Its kernels, or nothing where this JVM or machine cannot run them; {@link #whyNot} then says why. */
    Optional<Kernels> kernels();

    /** Why there are no kernels and what would change that, in one sentence; empty where there are. */
    Optional<String> whyNot();
}
