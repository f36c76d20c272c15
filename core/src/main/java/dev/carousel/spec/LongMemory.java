package dev.carousel.spec;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.IndRnn;
import dev.carousel.cell.LayerNormLstm;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Mgu;
import dev.carousel.cell.MinGru;
import dev.carousel.cell.MinLstm;
import dev.carousel.cell.Sru;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import java.util.List;
import java.util.random.RandomGenerator;

/** What cells start from so that they remember for about as many steps as sequences have, for {@link Initialisation#remembering}. */
final class LongMemory {

    private final Parameters parameters;
    private final RandomGenerator random;
    private final int steps;

    private LongMemory(Parameters parameters, RandomGenerator random, int steps) {
        this.parameters = parameters;
        this.random = random;
        this.steps = steps;
    }

    /** Overwrites what decides how long the recurrent layers of a network remember. */
    static void fill(NetworkSpec spec, Parameters parameters, RandomGenerator random, int steps) {
        List<LayerSpec.Recurrent> stacks = spec.stacks();
        LongMemory memory = new LongMemory(parameters, random, steps);
        for (int i = 0; i < stacks.size(); i++) {
            LayerSpec.Recurrent stack = stacks.get(i);
            for (int layer = 0; layer < stack.layers(); layer++) {
                boolean last = i == stacks.size() - 1 && layer == stack.layers() - 1;
                for (int direction = 0; direction < stack.directions(); direction++) {
                    memory.fill(stack, layer, direction, last);
                }
            }
        }
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof EncoderDecoder pair) {
                fill(pair.encoder(), parameters.part(EncoderDecoder.ENCODER), random, steps);
                fill(pair.decoder(), parameters.part(EncoderDecoder.DECODER), random, steps);
            }
        }
    }

    private void fill(LayerSpec.Recurrent stack, int layer, int direction, boolean last) {
        for (WeightPart part : LayerParts.weights(stack, layer)) {
            Slice slice = parameters.slice(stack.parameterName(part.name(), layer, direction));
            if (stack.cell() instanceof IndRnn) {
                independent(part.role(), slice, last);
            } else if (part.name().equals("bias_ih")) {
                gates(stack.cell(), slice, stack.hiddenSize());
            }
        }
    }

    private void independent(Role role, Slice slice, boolean last) {
        double most = Math.pow(2, 1.0 / steps);
        if (role == Role.OWN) {
            even(slice, last ? 1 / most : 0, most);
        } else if (role == Role.INPUT_BIAS) {
            even(slice, 0, 0);
        } else if (last) {
            // Of variance 1 / (D T), for units that hold a sum over T steps of D numbers.
            double limit = Math.sqrt(3.0 / ((double) slice.cols() * steps));
            even(slice, -limit, limit);
        }
    }

    private void even(Slice slice, double from, double to) {
        for (int i = slice.offset(); i < slice.end(); i++) {
            parameters.values()[i] = (float) (from + random.nextDouble() * (to - from));
        }
    }

    /** Gates that keep: +ln τ. Gates that let in: -ln τ. The τ of a unit is drawn evenly from 1 to T - 1. */
    private void gates(Cell cell, Slice bias, int H) {
        int keeps = -1;
        int letsIn = -1;
        if (cell instanceof Lstm || cell instanceof LayerNormLstm) {
            keeps = Lstm.FORGET_GATE;
            letsIn = 0;
        } else if (cell instanceof Gru) {
            keeps = 1;
        } else if (cell instanceof Mgu || cell instanceof MinGru) {
            letsIn = 0;
        } else if (cell instanceof MinLstm) {
            keeps = 0;
            letsIn = 1;
        } else if (cell instanceof Sru) {
            keeps = 0;
        }
        for (int unit = 0; unit < H && Math.max(keeps, letsIn) >= 0; unit++) {
            float log = (float) Math.log(1 + random.nextDouble() * (steps - 2));
            if (keeps >= 0) {
                parameters.values()[bias.offset() + keeps * H + unit] = log;
            }
            if (letsIn >= 0) {
                parameters.values()[bias.offset() + letsIn * H + unit] = -log;
            }
        }
    }
}
