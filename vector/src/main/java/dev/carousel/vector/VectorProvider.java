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
        return whyNot().isEmpty() ? Optional.of(VectorKernels.create()) : Optional.empty();
    }

    /** Where something is missing, vectors are objects on the heap, and the kernels hundreds of times slower than plain loops. */
    @Override
    public Optional<String> whyNot() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return Optional.of("The fast kernels need the Vector API, which this JVM was started without: add the flag"
                    + " --add-modules " + MODULE + " to the java command.");
        }
        String machine = System.getProperty("java.vm.name", "");
        String mode = System.getProperty("java.vm.info", "");
        if (mode.contains("interpreted mode")) {
            return Optional.of(
                    "The fast kernels need compiled code, but this JVM interprets all: remove the flag -Xint.");
        }
        if (mode.contains("emulated-client") || machine.contains("Client VM") || machine.contains("Zero VM")) {
            return Optional.of("The fast kernels need the optimising compiler C2, which this JVM (" + machine + ", "
                    + mode + ") does not use: remove the flag -XX:TieredStopAtLevel=1, or take a server JVM.");
        }
        return VectorKernels.whyNot();
    }
}
