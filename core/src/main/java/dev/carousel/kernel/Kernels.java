package dev.carousel.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * One family of kernels for every need of the engine, all from one provider. Kernels have no state; one object serves
 * all threads.
 *
 * @param name their name in printed tables, such as {@code scalar} or {@code vector 512 bits}
 * @param products matrix products
 * @param lstm the LSTM's equations
 * @param gru the GRU's equations
 * @param rnn the plain cell's equations
 * @param cells the equations of the other cells, where they are not the cells' own
 * @param variants the equations of variants of these cells
 * @param rows sums and losses over rows
 * @param updates the optimisers' updates
 * @param peak measures the machine's peak speed
 */
public record Kernels(
        String name,
        Products products,
        LstmKernel lstm,
        GruKernel gru,
        RnnKernel rnn,
        CellKernels cells,
        VariantKernels variants,
        RowKernel rows,
        UpdateKernel updates,
        PeakKernel peak) {

    /** The system property that chooses kernels by name. */
    private static final String CHOICE = "dev.carousel.kernels";

    private static final Kernels SCALAR = new Kernels(
            "scalar",
            new ScalarProducts(),
            new ScalarLstm(),
            new ScalarGru(),
            new ScalarRnn(),
            CellKernels.NONE,
            new VariantKernels(new ScalarLstmVariant(), new ScalarGruVariant(), new ScalarRnnVariant()),
            new ScalarRows(),
            new ScalarUpdates(),
            new ScalarPeak());

    /** The scalar kernels, which define what is correct. */
    public static Kernels scalar() {
        return SCALAR;
    }

    /**
     * The fastest kernels that this JVM and machine can run; looked up once. The system property {@code
     * dev.carousel.kernels}, {@code scalar} or {@code vector}, chooses others, for tests and comparisons.
     *
     * @throws IllegalStateException if the property asks for kernels that cannot run, or the look-up failed; at each call
     */
    public static Kernels best() {
        Found found = Found.ONCE;
        if (found.failure().isPresent()) {
            throw new IllegalStateException(found.failure().get());
        }
        return found.kernels();
    }

    /**
     * Why {@link #best} are only the scalar kernels, and which jar or flag would change that; empty when nothing is missing. Where
     * {@link #best} fails, what it says.
     */
    public static Optional<String> whyScalar() {
        return Found.ONCE.whyScalar();
    }

    /** Whether the system property chooses the kernels of this name. */
    public static boolean areChosen(String name) {
        return name.equals(System.getProperty(CHOICE));
    }

    /**
     * The one look-up, made when first asked for.
     *
     * @param failure why there are no kernels to be used at all, which {@link #best} says at each call
     */
    private record Found(Kernels kernels, Optional<String> whyScalar, Optional<String> failure) {

        private static final Found ONCE = lookUp();

        private static Found lookUp() {
            try {
                return find(System.getProperty(CHOICE, ""));
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                return failed("The kernels could not be looked up: " + e);
            }
        }

        private static Found failed(String why) {
            return new Found(SCALAR, Optional.of(why), Optional.of(why));
        }

        private static Found find(String wanted) {
            Kernels found = SCALAR;
            List<String> reasons = new ArrayList<>();
            boolean offered = false;
            for (KernelProvider provider : ServiceLoader.load(KernelProvider.class, Kernels.class.getClassLoader())) {
                offered = true;
                if (wanted.isEmpty() || wanted.equals(provider.name())) {
                    found = provider.kernels().orElse(found);
                    provider.whyNot().ifPresent(reasons::add);
                }
            }
            if (!wanted.isEmpty() && !found.name().startsWith(wanted)) {
                return failed("The property " + CHOICE + " asks for " + wanted + " kernels, but "
                        + (reasons.isEmpty()
                                ? "there are none: scalar and, with the jar carousel-vector, vector."
                                : "they cannot run. " + String.join(" ", reasons)));
            }
            if (wanted.equals(SCALAR.name())) {
                offered = true;
            }
            if (!offered) {
                reasons.add(
                        "The jar carousel-vector, which has the fast kernels, is neither on the class path nor on the"
                                + " module path. Add it as a runtime dependency, next to carousel-core.");
            }
            return new Found(
                    found,
                    found == SCALAR && !reasons.isEmpty() ? Optional.of(String.join(" ", reasons)) : Optional.empty(),
                    Optional.empty());
        }
    }
}
