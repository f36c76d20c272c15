package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionBatch;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On the fast kernels too, a session gives the same bits alone and next to others, at sizes that fill no tile evenly. */
class SessionBatchOnVectorsTest {

    private static final int MOST = 9;

    static List<Cell> cells() {
        return Cells.ALL;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void togetherEqualsAloneBitForBit(Cell cell) {
        for (int H : new int[] {33, 64, 256}) {
            NetworkSpec spec = NetworkSpec.of(Recurrent.of(cell, 19, H).withLayers(2), Dense.head(H, 5));
            PackedNetwork network = Network.initialised(spec, Initialisation.uniform(), new Random(1))
                    .pack();
            try (Team team = Team.of(2)) {
                together(network, team);
            }
        }
    }

    private static void together(PackedNetwork network, Team team) {
        Random random = new Random(3);
        SessionBatch batch = SessionBatch.of(network, MOST, team);
        Session[] alone = new Session[MOST];
        for (int i = 0; i < MOST; i++) {
            assertThat(batch.add()).isEqualTo(i);
            alone[i] = Session.of(network);
        }
        float[][] expected = new float[MOST][5];
        float[] found = new float[5];
        for (int count = 1; count <= MOST; count++) {
            for (int i = 0; i < count; i++) {
                float[] event = new float[19];
                for (int d = 0; d < event.length; d++) {
                    event[d] = (float) random.nextGaussian();
                }
                batch.put(i, event);
                alone[i].step(event, expected[i]);
            }
            batch.step();
            for (int i = 0; i < count; i++) {
                batch.output(i, found);
                assertThat(found).containsExactly(expected[i]);
            }
        }
    }
}
