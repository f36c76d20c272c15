package dev.carousel.vector;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalInt;

/**
 * Up to which level HotSpot compiles: 4 is its optimising compiler C2, all below it are C1 or the interpreter. Only for JVMs that
 * have the module jdk.management.
 */
final class CompilerLevel {

    /** The level of C2, without which vectors are objects on the heap. */
    static final int OPTIMISING = 4;

    private CompilerLevel() {}

    /** The level; empty where the JVM does not tell, such as one that is not HotSpot. */
    static OptionalInt highest() {
        HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (bean == null) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(
                    Integer.parseInt(bean.getVMOption("TieredStopAtLevel").getValue()));
        } catch (IllegalArgumentException e) {
            // There is no such option.
            return OptionalInt.empty();
        }
    }
}
