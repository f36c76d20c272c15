package dev.carousel.check;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.IndRnn;
import dev.carousel.cell.LayerNormLstm;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Mgu;
import dev.carousel.cell.MinGru;
import dev.carousel.cell.MinLstm;
import dev.carousel.cell.RgLru;
import dev.carousel.cell.Rnn;
import dev.carousel.cell.Slstm;
import dev.carousel.cell.Sru;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.reference.ActivationReference;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.GruReference;
import dev.carousel.reference.LstmReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.RnnReference;
import dev.carousel.reference.cell.ReferenceCells;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What of the reference is the yardstick for which cell of the engine. */
final class EngineCells {

    private static final Set<Class<? extends Cell>> OURS = Set.of(
            Lstm.class,
            Gru.class,
            Rnn.class,
            IndRnn.class,
            Mgu.class,
            MinGru.class,
            MinLstm.class,
            Sru.class,
            Slstm.class,
            RgLru.class,
            LayerNormLstm.class);

    private EngineCells() {}

    /**
     * The reference of an engine's cell.
     *
     * @throws IllegalArgumentException if it has none: a new cell needs its line here
     */
    static CellReference referenceOf(Cell cell) {
        return referenceOf(cell, 0);
    }

    static CellReference referenceOf(Cell cell, int projectionSize) {
        if (cell instanceof Lstm lstm) {
            boolean usual = lstm.equals(new Lstm(lstm.outputTanh())) && projectionSize == 0;
            return usual ? new LstmReference(lstm.outputTanh()) : variantOf(lstm, projectionSize);
        } else if (cell instanceof Gru gru) {
            GruReference.Reset reset =
                    GruReference.Reset.valueOf(gru.resetGate().name());
            return gru.equals(new Gru(gru.resetGate())) ? new GruReference(reset) : variantOf(gru, reset);
        } else if (cell instanceof Rnn rnn) {
            return Arrays.stream(RnnReference.Nonlinearity.values())
                    .filter(phi -> rnn.equals(new Rnn(Nonlinearity.valueOf(phi.name()))))
                    .findFirst()
                    .<CellReference>map(RnnReference::new)
                    .orElseGet(() -> RnnReference.variant(referenceOf(rnn.activation()), rnn.clip()));
        }
        if (isOurs(cell)) {
            return cell.equals(new IndRnn(false)) ? ReferenceCells.indRnnWithTanh() : ReferenceCells.of(cell.kind());
        }
        throw new IllegalArgumentException(
                "The cell " + cell + " has no reference to be judged by. If it is your own, hand"
                        + " its CellReference to the check: EngineCheck.check(network, reference, lengths).");
    }

    private static CellReference variantOf(Lstm lstm, int projectionSize) {
        return LstmReference.variant(
                referenceOf(lstm.gateActivation()),
                referenceOf(lstm.candidateActivation()),
                referenceOf(lstm.outputActivation()),
                lstm.peepholes(),
                lstm.inputForget(),
                lstm.clip(),
                projectionSize);
    }

    private static CellReference variantOf(Gru gru, GruReference.Reset reset) {
        return GruReference.variant(
                reset, referenceOf(gru.gateActivation()), referenceOf(gru.candidateActivation()), gru.clip());
    }

    static ActivationReference referenceOf(Activation phi) {
        return new ActivationReference(
                ActivationReference.Kind.valueOf(phi.kind().name()), phi.alpha(), phi.beta());
    }

    /** Whether it is one of the library's cells, which have references here. */
    static boolean isOurs(Cell cell) {
        return OURS.contains(cell.getClass());
    }

    /** Copies of all parameters as matrices; one of one dimension is a row. */
    static Mats mats(Parameters parameters) {
        Map<String, Mat> mats = new LinkedHashMap<>();
        for (Slice slice : parameters.slices()) {
            int rows = slice.shape().size() > 1 ? slice.rows() : 1;
            double[] values = new double[slice.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = parameters.values()[slice.offset() + i];
            }
            mats.put(slice.name(), Mat.over(rows, values.length / rows, values));
        }
        return Mats.of(mats);
    }
}
