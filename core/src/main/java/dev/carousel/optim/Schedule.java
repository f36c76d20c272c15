package dev.carousel.optim;

/**
 * How the learning rate changes during training: a factor for each update, a pure function. An immutable value.
 *
 * <pre>{@code
 * Schedule s = Schedule.warmUp(200, Schedule.cosine(0.1));
 * double rate = optimiser.learningRate() * s.factor(step, steps);
 * }</pre>
 */
@FunctionalInterface
public interface Schedule {

    /** The learning rate as it is. */
    Schedule CONSTANT = new Constant();

    /**
     * What the learning rate is multiplied by.
     *
     * @param step how many updates there were before, from 0
     * @param steps how many there will be in all
     */
    double factor(long step, long steps);

    /** Multiplies with a factor again and again. */
    static Schedule stepDecay(long every, double factor) {
        return new StepDecay(every, factor);
    }

    /** Falls along half a cosine, from 1 to a last factor. */
    static Schedule cosine(double last) {
        return new Cosine(last);
    }

    /** Rises along a line, then follows another schedule. */
    static Schedule warmUp(long rising, Schedule then) {
        return new WarmUp(rising, then);
    }

    /** Rises for three tenths of the updates, then falls to almost nothing, as PyTorch's {@code OneCycleLR} by default. */
    static Schedule oneCycle() {
        return new OneCycle(0.3, 1 / 25.0, 1 / 25e4);
    }

    /** {@code factor = 1}. */
    record Constant() implements Schedule {

        @Override
        public double factor(long step, long steps) {
            return 1;
        }
    }

    /**
     * {@code factor = γ^floor(step / every)}, as PyTorch's {@code StepLR}.
     *
     * @param every after how many updates the rate falls
     * @param gamma γ, what it is then multiplied by, above 0
     */
    record StepDecay(long every, double gamma) implements Schedule {

        /** Checks the numbers. */
        public StepDecay {
            Require.positive("Step decay: every", (double) every);
            Require.positive("Step decay: gamma", gamma);
        }

        @Override
        public double factor(long step, long steps) {
            return Math.pow(gamma, (double) Math.floorDiv(step, every));
        }
    }

    /**
     * {@code factor = last + (1 - last) (1 + cos(π step / steps)) / 2}, as PyTorch's {@code CosineAnnealingLR}.
     *
     * <p>Loshchilov, Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017, equation 5.
     *
     * @param last the factor at the end, from 0 to 1
     */
    record Cosine(double last) implements Schedule {

        /** Checks the factor. */
        public Cosine {
            if (!(last >= 0 && last <= 1)) {
                throw new IllegalArgumentException("Cosine: the last factor is " + last + " but must lie from 0 to 1.");
            }
        }

        @Override
        public double factor(long step, long steps) {
            double share = steps <= 0 ? 1 : Math.min(1, (double) step / steps);
            return last + (1 - last) * (1 + Math.cos(Math.PI * share)) / 2;
        }
    }

    /**
     * {@code factor = (step + 1) / rising} for the first updates; after them, the other schedule as if it began there.
     *
     * @param rising how many updates the rise takes; the last of them has factor 1
     * @param then what follows
     */
    record WarmUp(long rising, Schedule then) implements Schedule {

        /** Checks the number. */
        public WarmUp {
            Require.positive("Warm-up: rising", (double) rising);
        }

        @Override
        public double factor(long step, long steps) {
            return step < rising ? (step + 1.0) / rising : then.factor(step - rising, steps - rising);
        }
    }

    /**
     * Rises along half a cosine to 1 and falls along another, so that the learning rate may be large in between.
     *
     * <pre>{@code
     * up = rising steps - 1,   down = steps - 1
     * step <= up    factor from first to 1,  share step / up
     * else          factor from 1 to last,   share (step - up) / (down - up)
     * a to b by a share s:  b + (a - b) (1 + cos(π s)) / 2
     * }</pre>
     *
     * <p>As PyTorch's {@code OneCycleLR}, whose {@code max_lr} is the optimiser's learning rate here; the momentum stays as
     * it is ({@code cycle_momentum=False}).
     *
     * <p>Smith, Topin, Super-convergence: very fast training of neural networks using large learning rates, 2018.
     *
     * @param rising what share of all updates the rise takes, above 0 and below 1
     * @param first the factor at the first update, from 0 to 1
     * @param last the factor at the last update, from 0 to 1
     */
    record OneCycle(double rising, double first, double last) implements Schedule {

        /** Checks the numbers. */
        public OneCycle {
            if (!(rising > 0 && rising < 1 && first >= 0 && first <= 1 && last >= 0 && last <= 1)) {
                throw new IllegalArgumentException("One cycle: rising is " + rising + ", first " + first + " and last "
                        + last + " but rising must lie between 0 and 1, and the factors from 0 to 1.");
            }
        }

        @Override
        public double factor(long step, long steps) {
            double up = Math.max(0, rising * steps - 1);
            double down = Math.max(up, steps - 1.0);
            if (step < up) {
                return between(first, 1, step / up);
            }
            return down == up ? 1 : between(1, last, Math.min(1, (step - up) / (down - up)));
        }

        private static double between(double a, double b, double share) {
            return b + (a - b) * (1 + Math.cos(Math.PI * share)) / 2;
        }
    }
}
