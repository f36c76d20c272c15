package dev.carousel.cell;

/**
 * One part of a cell's state; every sequence has its own numbers of it.
 *
 * <p>The first part of every cell is {@code h}, which is also the output. All others are side by side in one row for
 * each sequence, in the order in which the cell names them: {@code c} begins at 0, the part after it where c ends.
 *
 * @param name some lower-case letters, as files name it: {@code h}, {@code c}
 * @param size how many numbers of it a sequence has
 * @param fresh what each of them is before the first step; may be infinite, but for h
 */
public record StatePart(String name, int size, float fresh) {

    /** The part that every cell has, and gives out: H numbers, 0 when fresh. */
    public static StatePart h(int H) {
        return new StatePart("h", H, 0);
    }

    /** Checks the name and the size. */
    public StatePart {
        if (!name.matches("[a-z]+") || size <= 0) {
            throw new IllegalArgumentException(
                    "StatePart '" + name + "' of " + size
                            + " numbers: it needs a name of lower-case letters, for files add 0 and n to it, and a size above 0.");
        }
        if (Float.isNaN(fresh)) {
            throw new IllegalArgumentException(
                    "StatePart " + name + ": it is NaN when fresh, but must be a number, which may be infinite.");
        }
    }
}
