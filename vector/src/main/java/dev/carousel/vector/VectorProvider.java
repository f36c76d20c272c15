package dev.carousel.vector;

import dev.carousel.kernel.KernelProvider;
import dev.carousel.kernel.Kernels;
import java.util.Optional;

/**
 * Offers the vector kernels where the JVM was started with the Vector API. Loads on any JVM: no class of the incubator
 * module is touched before it is known to be there.
 */
public final class VectorProvider implements KernelProvider {

    private static final String MODULE = "jdk.incubator.vector";

    /** Made by the service loader. */
    public VectorProvider() {}

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public Optional<Kernels> kernels() {
        return present() ? Optional.of(VectorKernels.create()) : Optional.empty();
    }

    @Override
    public Optional<String> whyNot() {
        return present()
                ? Optional.empty()
                : Optional.of("The fast kernels need the Vector API, which this JVM was started without: add the flag"
                        + " --add-modules " + MODULE + " to the java command.");
    }

    private static boolean present() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }
}
