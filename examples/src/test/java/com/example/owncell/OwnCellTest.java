package com.example.owncell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cells;
import dev.carousel.check.CheckReport;
import dev.carousel.check.StandardChecks;
import dev.carousel.network.Network;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.SpecJson;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A cell that the library has never heard of is worth the same as its own. */
class OwnCellTest {

    @Test
    void oneCallProvesTheCell() {
        CheckReport report = StandardChecks.cell(new Mgu(), new MguReference(), 1);
        assertThat(report.failures()).as(report.table()).isEmpty();
    }

    @Test
    void itsProviderIsFoundAndTheDescriptionComesBack() {
        assertThat(Cells.of("mgu")).isEqualTo(new Mgu());
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(new Mgu(), 3, 5));
        assertThat(SpecJson.ofJson(SpecJson.toFile(spec))).isEqualTo(spec);
        assertThat(Network.initialised(spec, Initialisation.uniform(), new SplittableRandom(1))
                        .parameters()
                        .slices())
                .hasSize(3);
    }
}
