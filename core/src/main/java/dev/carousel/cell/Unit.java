package dev.carousel.cell;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;

/**
 * The numbers of one unit of one sequence at one step, as the equations of an {@link ElementwiseCell} read and write them: a
 * cursor over {@link Step} and {@link StepGradient}, valid during one call.
 */
public final class Unit {

    private static final StepGradient NO_GRADIENT = new StepGradient();

    private final Step s;
    private final StepGradient d;
    private final int H;
    private int a;
    private int g;
    private int k;
    private int c;
    private int j;
    private int y;

    Unit(Step step) {
        this(step, NO_GRADIENT);
    }

    Unit(Step step, StepGradient gradient) {
        this.s = step;
        this.d = gradient;
        this.H = step.hiddenSize;
    }

    void moveTo(int row, int unit) {
        a = s.aAt + row * s.aStride + unit;
        g = s.gAt + row * s.gStride + unit;
        k = row * H + unit;
        c = row * s.cStride + unit;
        j = unit;
        y = d.dYAt + row * d.dYStride + unit;
    }

    /** Column i: W x + bW of a gate before {@link ElementwiseCell#forward(int, Unit)}, and what was left there after it. */
    public float a(int i) {
        return s.a[column(i)];
    }

    /** Writes column i: gates forward, the gradients of pre-activations backward. */
    public void a(int i, float value) {
        s.a[column(i)] = value;
    }

    private int column(int i) {
        return a + place(i, s.aStride, "column", "gates() or columns()");
    }

    private int state(int i) {
        return c + place(i, s.cStride, "part after h of the state", "state()");
    }

    /** Where number i of a unit lies among those of this many numbers of all units. */
    private int place(int i, int numbers, String what, String where) {
        if (i < 0 || i * H >= numbers) {
            throw new IndexOutOfBoundsException("The cell asks for " + what + " " + i
                    + " of a unit, but says that it has " + numbers / H + ". Is one missing in its " + where + "?");
        }
        return i * H;
    }

    /** R h' + bR of gate i, forward; of a second block the product with {@link #m()}. */
    public float g(int i) {
        return s.g[g + place(i, s.gStride, "gate", "gates()")];
    }

    /** h', the output of the step before. */
    public float hPrev() {
        return s.hPrev[s.hPrevAt + k];
    }

    /** h, after {@link ElementwiseCell#forward(int, Unit)}. */
    public float h() {
        return s.h[s.hAt + k];
    }

    /** Writes h, forward. */
    public void h(float value) {
        s.h[s.hAt + k] = value;
    }

    /** The part i of the state after h, before the step: c' of an LSTM is part 0. */
    public float cPrev(int i) {
        return s.cPrev[s.cPrevAt + state(i)];
    }

    /** The same after the step. */
    public float c(int i) {
        return s.c[s.cAt + state(i)];
    }

    /** Writes it, forward. */
    public void c(int i, float value) {
        s.c[s.cAt + state(i)] = value;
    }

    /** What a second block multiplies, of a cell that has one. */
    public float m() {
        return s.m[s.mAt + k];
    }

    /** Writes it, forward and in block 0. */
    public void m(float value) {
        s.m[s.mAt + k] = value;
    }

    /** The number i of this unit among the weights of role OWN, of which each has a number for every unit. */
    public float p(int i) {
        return s.p[s.pAt + place(i, s.p.length, "own weight", "weights()") + j];
    }

    /** The gradient of h, all of it; backward, in the last block, before {@link #direct(float)} is written. */
    public float dh() {
        return d.dY[y] + d.dh[d.dhAt + k] + d.direct[d.directAt + k];
    }

    /** The part of the gradient of h' that runs through no product, as {@link #direct(float)} wrote it. */
    public float direct() {
        return d.direct[d.directAt + k];
    }

    /** Writes it, backward; a cell without such a way leaves it, and it stays 0. */
    public void direct(float value) {
        d.direct[d.directAt + k] = value;
    }

    /** The gradient of part i of the state after h, from the step after; backward, before it is written. */
    public float dc(int i) {
        return d.dc[d.dcAt + state(i)];
    }

    /** Writes that of the same part before the step. */
    public void dc(int i, float value) {
        d.dc[d.dcAt + state(i)] = value;
    }

    /** The gradient of m; backward, in block 0. */
    public float dm() {
        return d.dm[d.dmAt + k];
    }
}
