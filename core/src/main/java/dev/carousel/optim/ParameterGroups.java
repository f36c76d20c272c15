package dev.carousel.optim;

import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The layers to which parameters belong, told from their names: what stands before the last dot, and in a stack of
 * recurrent layers the number of the layer, both directions together. An immutable value.
 *
 * <pre>{@code
 * rnn.weight_ih_l0, rnn.bias_hh_l0_reverse    rnn.l0
 * rnn.weight_ih_l1                            rnn.l1
 * out.weight, out.bias                        out
 * }</pre>
 */
final class ParameterGroups {

    private static final Pattern NUMBERED = Pattern.compile("_(l\\d+)(?!\\d)");

    /** What one sum covers at most. */
    private static final int PIECE = 4_096;

    private final List<String> names;
    private final int[] pieceFrom;
    private final int[] pieceTo;
    private final int[] pieceGroup;

    private ParameterGroups(List<String> names, List<int[]> pieces) {
        this.names = List.copyOf(names);
        this.pieceFrom = pieces.stream().mapToInt(piece -> piece[0]).toArray();
        this.pieceTo = pieces.stream().mapToInt(piece -> piece[1]).toArray();
        this.pieceGroup = pieces.stream().mapToInt(piece -> piece[2]).toArray();
    }

    static ParameterGroups of(Parameters parameters) {
        Map<String, Integer> groups = new LinkedHashMap<>();
        List<int[]> pieces = new ArrayList<>();
        for (Slice slice : parameters.slices()) {
            int group = groups.computeIfAbsent(group(slice.name()), name -> groups.size());
            for (int from = slice.offset(); from < slice.end(); from += PIECE) {
                pieces.add(new int[] {from, Math.min(slice.end(), from + PIECE), group});
            }
        }
        return new ParameterGroups(new ArrayList<>(groups.keySet()), pieces);
    }

    /** The group of a parameter's name. */
    static String group(String name) {
        int dot = name.lastIndexOf('.');
        String layer = dot < 0 ? name : name.substring(0, dot);
        Matcher number = NUMBERED.matcher(name);
        return number.find(Math.max(0, dot)) ? layer + "." + number.group(1) : layer;
    }

    /** The names of the groups, in the order of their first parameters. */
    List<String> names() {
        return names;
    }

    /** How many pieces there are, each within one parameter. */
    int pieces() {
        return pieceFrom.length;
    }

    /** Where a piece begins. */
    int from(int piece) {
        return pieceFrom[piece];
    }

    /** Where a piece ends, exclusive. */
    int to(int piece) {
        return pieceTo[piece];
    }

    /** Which group a piece belongs to. */
    int group(int piece) {
        return pieceGroup[piece];
    }
}
