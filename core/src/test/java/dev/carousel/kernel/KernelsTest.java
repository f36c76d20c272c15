package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Without a provider the scalar kernels are the best there are, and the jar that is missing is named. */
class KernelsTest {

    @Test
    void scalarKernelsAreTheBestWhereNoOthersAreOffered() {
        assertThat(Kernels.best()).isSameAs(Kernels.scalar());
        assertThat(Kernels.scalar().name()).isEqualTo("scalar");
        assertThat(Kernels.whyScalar())
                .hasValueSatisfying(why -> assertThat(why).contains("The jar carousel-vector"));
    }
}
