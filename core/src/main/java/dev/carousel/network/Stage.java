package dev.carousel.network;

import dev.carousel.kernel.StepGradient;
import dev.carousel.network.WorkSharing.Share;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.SequenceBatch;

/**
 * Something around the cell's step in one layer and direction: an option of the layer, which no cell knows of. The pass
 * goes through its stages in order after the cell's equations, and back to front before their gradients; a layer without
 * options has none.
 *
 * <p>Called for one thread's share of one step, unless it says otherwise. What a stage has nothing to do for, it leaves.
 */
abstract sealed class Stage permits EndedSequences, Projection, RecurrentDropout, Zoneout {

    /** A forward pass begins, and the trajectory has its initial state; once for all threads. */
    void begin(Noise noise) {
        // Nothing to prepare.
    }

    /** Between two blocks of step t: m is there, and the second product will read it. */
    void betweenBlocks(int t, Share share) {
        // Most stages care for whole steps.
    }

    /** After the equations of step t and the stages before this one. */
    void forward(int t, Share share) {
        // Nothing to change.
    }

    /**
     * A backward pass begins; once for all threads.
     *
     * @param chain where the gradient of h stands, of which a stage that changes it takes note, to leave where its own will
     *     stand
     */
    void beginBackward(SequenceBatch x, Chain chain) {
        // Nothing to prepare.
    }

    /**
     * Before the gradients of step t.
     *
     * @param at where the gradient of h of the first row and unit stands in the array of the {@link Chain} before this stage
     * @param d has the gradients of the state that go past the products
     * @return where it stands in that after it
     */
    int before(int t, Share share, int at, StepGradient d) {
        return at;
    }

    /** After the gradients of a block and before its product. */
    void columns(int t, Share share) {
        // The columns are as the cell left them.
    }

    /** After the product of a block: {@code numbers} [N, width] has the gradient of what it read. */
    void mirrored(float[] numbers, Share share) {
        // The gradient is as the product left it.
    }

    /** After the gradients of step t. */
    void after(int t, Share share, StepGradient d) {
        // Nothing to put right.
    }

    /** After all steps: adds one thread's part of the gradient of the stage's own weights. */
    void addWeightGradient(int part, int parts, Parameters gradient) {
        // Most stages have no weights.
    }

    /** After all steps: adds what has gone past the cell to the gradient of the initial h [N, P]; once for all threads. */
    void addKept(float[] dH, int at, int size) {
        // Nothing goes past.
    }

    /** Whether {@link #addKept} adds anything. */
    boolean keeps() {
        return false;
    }

    /** Where the gradient of h stands on its way from the layer's output to the cell. */
    static final class Chain {

        /** That of the output. */
        float[] dY = {};

        /** From one row of it to the next. */
        int dYStride;

        /** That from the product of the step after [N, P], to be added to it. */
        float[] dh = {};
    }
}
