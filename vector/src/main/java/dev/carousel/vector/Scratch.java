package dev.carousel.vector;

/** Working memory of one thread, kept between calls. */
final class Scratch {

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /** Room for a tile that is computed apart from its matrix. */
    final float[] tile = new float[6 * Tile.WIDTH];

    /** Room for the bias of the last columns of a matrix, zeros behind them. */
    final float[] bias = new float[SlimTile.WIDTH];

    /** Room for the last scores of a row. */
    final float[] rest = new float[Lanes.COUNT];

    /** Room for the numbers of four vectors that are to be summed. */
    final float[] lanes = new float[4 * Lanes.COUNT];

    /** The gates of a variant that are worked on. */
    final VariantGates gates = new VariantGates();

    /** Room for a block of A whose transpose is multiplied, where few registers make a copy worth its time. */
    final float[] columns = new float[Lanes.MANY_REGISTERS ? 0 : VectorProducts.DEPTH * VectorProducts.BLOCK];

    private float[] panels = {};
    private float[] blocks = {};

    private Scratch() {}

    static Scratch ofThread() {
        return OF_THREAD.get();
    }

    /** Room for panels of B. */
    float[] panels(int size) {
        if (panels.length < size) {
            panels = new float[size];
        }
        return panels;
    }

    /** Room for the values and slopes of gates. */
    float[] blocks(int size) {
        if (blocks.length < size) {
            blocks = new float[size];
        }
        return blocks;
    }
}
