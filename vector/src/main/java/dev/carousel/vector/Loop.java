package dev.carousel.vector;

import java.util.function.Consumer;

/**
 * A loop on vectors, and whether the compiler has come to it.
 *
 * <p>Until then vectors are objects on the heap, and the loop takes a hundred times as long as it will. So whoever wants to run
 * one asks first: a loop that is {@linkplain #cold cold} is replaced by {@link PlainTiles}, which gives the same bits,
 * while {@link Compiling} makes the compiler come to it.
 */
enum Loop {
    TILE_2(room -> Tile.rows2(Room.DEPTH, room.a, 0, Room.DEPTH, room.b, 0, room.bias, 0, room.c, 0, Tile.WIDTH), 8),
    TILE_3(room -> Tile.rows3(Room.DEPTH, room.a, 0, Room.DEPTH, room.b, 0, room.bias, 0, room.c, 0, Tile.WIDTH), 12),
    TILE_4(room -> Tile.rows4(Room.DEPTH, room.a, 0, Room.DEPTH, room.b, 0, room.bias, 0, room.c, 0, Tile.WIDTH), 16),
    TILE_5(room -> Tile.rows5(Room.DEPTH, room.a, 0, Room.DEPTH, room.b, 0, room.bias, 0, room.c, 0, Tile.WIDTH), 20),
    TILE_6(room -> Tile.rows6(Room.DEPTH, room.a, 0, Room.DEPTH, room.b, 0, room.bias, 0, room.c, 0, Tile.WIDTH), 24),
    ROW_1(room -> RowTile.panels1(Room.DEPTH, room.a, 0, room.b, 0, room.bias, 0, room.c, 0), 4),
    ROW_2(room -> RowTile.panels2(Room.DEPTH, room.a, 0, room.b, 0, Room.PANEL, room.bias, 0, room.c, 0), 8),
    ROW_4(room -> RowTile.panels4(Room.DEPTH, room.a, 0, room.b, 0, Room.PANEL, room.bias, 0, room.c, 0), 16),
    SLIM_1(room -> SlimTile.rows1(Room.DEPTH, room.a, 0, Room.DEPTH, 1, room.b, 0, room.bias, 0, room.c, 0, 64), 1),
    SLIM_2(room -> SlimTile.rows2(Room.DEPTH, room.a, 0, Room.DEPTH, 1, room.b, 0, room.bias, 0, room.c, 0, 64), 2),
    SLIM_4(room -> SlimTile.rows4(Room.DEPTH, room.a, 0, Room.DEPTH, 1, room.b, 0, room.bias, 0, room.c, 0, 64), 4),
    SLIM_6(room -> SlimTile.rows6(Room.DEPTH, room.a, 0, Room.DEPTH, 1, room.b, 0, room.bias, 0, room.c, 0, 64), 6),
    TRANSPOSED_1(room -> TransposedTile.rows1(Room.DEPTH, room.a, 0, 6, room.b, 0, room.c, 0, Tile.WIDTH), 4),
    TRANSPOSED_2(room -> TransposedTile.rows2(Room.DEPTH, room.a, 0, 6, room.b, 0, room.c, 0, Tile.WIDTH), 8),
    TRANSPOSED_4(room -> TransposedTile.rows4(Room.DEPTH, room.a, 0, 6, room.b, 0, room.c, 0, Tile.WIDTH), 16),
    TRANSPOSED_6(room -> TransposedTile.rows6(Room.DEPTH, room.a, 0, 6, room.b, 0, room.c, 0, Tile.WIDTH), 24),
    THIN(room -> Tiles.thinRows(4, Room.DEPTH * Lanes.COUNT, room.b, 0, 0, room.b, 0, 0, room.c, 0, 1), 4),
    THIN_TRANSPOSED(
            room -> {
                ThinTile.transposed6(Room.DEPTH, room.b, 0, 6 * Lanes.COUNT, room.a, 0, room.c);
                ThinTile.transposed1(Room.DEPTH, room.b, 0, Lanes.COUNT, room.a, 0, room.c);
            },
            7),
    ADD(room -> Tiles.addVectors(Room.DEPTH, room.b, room.c), 4),
    PACK(room -> VectorProducts.packPanel(Room.DEPTH, room.b, 0, Tile.WIDTH, room.c, 0), 4);

    /** Numbers to run a loop on that nobody needs. */
    static final class Room {

        /** Enough for the compiler to count; few, as each turn takes long before it comes. */
        static final int DEPTH = 24;

        static final int PANEL = DEPTH * Tile.WIDTH;

        final float[] a = new float[6 * DEPTH];
        final float[] b = new float[4 * PANEL];
        final float[] bias = new float[4 * Tile.WIDTH];
        final float[] c = new float[Math.max(PANEL, 6 * Tile.WIDTH)];
    }

    /** From so many turns of the loop on, it is worth the compiler's time. */
    private static final long WORTH = 20_000;

    private final Consumer<Room> once;

    /** How many vectors it multiplies in a turn. */
    private final int vectors;

    private boolean compiled = Compiling.NOT_WAITED_FOR;
    private long asked;

    Loop(Consumer<Room> once, int vectors) {
        this.once = once;
        this.vectors = vectors;
    }

    /**
     * Whether it would run on vectors that are no registers yet.
     *
     * @param turns how many turns it is wanted for
     */
    boolean cold(int turns) {
        if (compiled) {
            return false;
        }
        asked += turns;
        if (asked >= WORTH) {
            Compiling.begin();
        }
        return true;
    }

    /** How much of its work was done without vectors, where it is worth compiling; else 0. */
    long waiting() {
        return compiled || asked < WORTH ? 0 : asked * vectors;
    }

    boolean compiled() {
        return compiled;
    }

    void setCompiled() {
        compiled = true;
    }

    /** Runs it once, for {@link Room#DEPTH} turns. */
    void once(Room room) {
        once.accept(room);
    }

    /** How many vectors are multiplied at once. */
    int vectorsAtOnce() {
        return Room.DEPTH * vectors;
    }
}
