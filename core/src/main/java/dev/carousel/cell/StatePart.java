package dev.carousel.cell;

/**
 * One part of a cell's state, of which every sequence has its own numbers.
 *
 * <p>The first part of every cell is {@code h}, which is also the output. All others lie side by side in one row for each
 * sequence, in the order in which the cell names them: {@code c} begins at 0, the part after it where c ends.
 *
 * @param name short and lower case, as files name it: {@code h}, {@code c}
 * @param size how many numbers of it a sequence has
 * @param fresh what each of them is before the first step
 */
public record StatePart(String name, int size, float fresh) {

    /** The part that every cell has, and gives out: H numbers, 0 when fresh. */
    public static StatePart h(int H) {
        return new StatePart("h", H, 0);
    }

    /** Checks the name and the size. */
    public StatePart {
        if (name.isEmpty() || size <= 0) {
            throw new IllegalArgumentException(
                    "StatePart '" + name + "' of " + size + " numbers: it needs a name and a size above 0.");
        }
    }
}
