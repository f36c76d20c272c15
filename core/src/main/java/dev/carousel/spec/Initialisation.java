package dev.carousel.spec;

import java.util.random.RandomGenerator;

/**
 * How the parameters of a network are initialised, always from a generator that is passed in.
 *
 * <p>All matrices of one gate are drawn in the same way; each method documents its differences. Peepholes are 0 except
 * in the uniform way. Embeddings are normal with deviation 1, as PyTorch's, except id 0 of a {@link ColumnEmbedding},
 * which is 0; a dense layer of D inputs is uniform ±1/√D in every way but Glorot's and the orthogonal.
 */
public sealed interface Initialisation {

    /** Overwrites all parameters of a network. */
    void fill(NetworkSpec spec, Parameters parameters, RandomGenerator random);

    /** Everything recurrent uniform in ±1/√H, biases too: what PyTorch does. */
    static Initialisation uniform() {
        return new Uniform();
    }

    /** W and R normal with deviation 1/√(D + H), a projection with 1/√H, biases 0 but the forget gate's, which is 3. */
    static Initialisation normal() {
        return new Normal(Normal.DEFAULT_FORGET_BIAS);
    }

    /** W and R uniform in ±√(6 / (fan in + fan out)), biases 0. Source: Glorot and Bengio (2010). */
    static Initialisation glorot() {
        return new Glorot();
    }

    /** W as Glorot's, R of each gate a random orthogonal matrix, biases 0. Source: Saxe et al. (2014). */
    static Initialisation orthogonal() {
        return new Orthogonal();
    }

    /**
     * As this, then whatever decides how long a cell remembers so that it remembers for up to as many steps as sequences have.
     *
     * <pre>{@code
     * lstm, lnlstm, minlstm    b_f = ln τ, b_i = -ln τ        τ of each unit drawn evenly from 1 to T - 1
     * gru, sru                 b_z = ln τ, b_f = ln τ
     * mingru, mgu              b_u = -ln τ, b_f = -ln τ
     * indrnn                   u evenly from 0 to 2^(1/T), in the last layer from 2^(-1/T); b = 0; in the last layer, whose
     *                          units hold sums over T steps, W within ±√(3 / (D T))
     * slstm, rglru, rnn        as they are: the first two start with long memories, the last can have none
     * }</pre>
     *
     * <p>Sources: C. Tallec and Y. Ollivier, "Can recurrent neural networks warp time?", ICLR 2018, for gates; Li et al.,
     * "Independently Recurrent Neural Network (IndRNN): Building a Longer and Deeper RNN" (2018), section 3, for the u of a ReLU and
     * sequences whose answer comes at their end; that its W is the smaller, the longer sequences are, is ours.
     *
     * @param steps T, at least 2
     */
    default Initialisation remembering(int steps) {
        return new Remembering(this, steps);
    }

    /** {@link #uniform}. */
    record Uniform() implements Initialisation {

        @Override
        public void fill(NetworkSpec spec, Parameters parameters, RandomGenerator random) {
            Draws.eachLayer(spec, parameters, random, (draws, layer) -> {
                double limit = 1 / Math.sqrt(layer.hiddenSize());
                draws.uniform(layer.w(), limit);
                layer.r().ifPresent(r -> draws.uniform(r, limit));
                layer.biases().forEach(bias -> draws.uniform(bias, limit));
                layer.own().forEach(own -> draws.uniform(own, limit));
                layer.projection().ifPresent(p -> draws.uniform(p, limit));
            });
        }
    }

    /**
     * {@link #normal}.
     *
     * @param forgetBias what the forget gate of an LSTM starts from, so that it remembers before it learns to forget
     */
    record Normal(float forgetBias) implements Initialisation {

        /** The forget gate's bias where none is given. */
        public static final float DEFAULT_FORGET_BIAS = 3;

        @Override
        public void fill(NetworkSpec spec, Parameters parameters, RandomGenerator random) {
            Draws.eachLayer(spec, parameters, random, (draws, layer) -> {
                double deviation = 1 / Math.sqrt(layer.inputSize() + layer.hiddenSize());
                draws.normal(layer.w(), deviation);
                layer.r().ifPresent(r -> draws.normal(r, deviation));
                draws.zero(layer);
                layer.projection().ifPresent(p -> draws.normal(p, 1 / Math.sqrt(layer.hiddenSize())));
                layer.forgetGate().ifPresent(gate -> draws.constant(gate, forgetBias));
            });
        }
    }

    /** {@link #glorot}. */
    record Glorot() implements Initialisation {

        @Override
        public void fill(NetworkSpec spec, Parameters parameters, RandomGenerator random) {
            Draws.eachLayer(spec, parameters, random, (draws, layer) -> {
                draws.glorot(layer.w());
                layer.r().ifPresent(draws::glorot);
                draws.zero(layer);
                layer.projection().ifPresent(draws::glorot);
            });
            Draws.glorotHeads(spec, parameters, random);
        }
    }

    /** {@link #orthogonal}. */
    record Orthogonal() implements Initialisation {

        @Override
        public void fill(NetworkSpec spec, Parameters parameters, RandomGenerator random) {
            Draws.eachLayer(spec, parameters, random, (draws, layer) -> {
                draws.glorot(layer.w());
                layer.r().ifPresent(r -> draws.orthogonal(r, layer.hiddenSize()));
                draws.zero(layer);
                layer.projection().ifPresent(draws::glorot);
            });
            Draws.glorotHeads(spec, parameters, random);
        }
    }

    /**
     * {@link #remembering}.
     *
     * @param before what is drawn first
     * @param steps T
     */
    record Remembering(Initialisation before, int steps) implements Initialisation {

        /** Checks the number of steps. */
        public Remembering {
            if (steps < 2) {
                throw new IllegalArgumentException("Initialisation: sequences have " + steps
                        + " steps but it takes at least 2 for something to be remembered.");
            }
        }

        @Override
        public void fill(NetworkSpec spec, Parameters parameters, RandomGenerator random) {
            before.fill(spec, parameters, random);
            LongMemory.fill(spec, parameters, random, steps);
        }
    }
}
