package dev.carousel.data.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Made sentences with names of persons, places and firms, whose words seldom say by themselves what they are: the tags of the words next
 * to them decide.
 *
 * <pre>{@code
 * w17 O            a sentence: 2 to 4 times 0 to 3 words outside of names, and a name
 * n03 B-PER        a name: 1 to 4 words, of one type
 * n21 I-PER        each of its words: with the probability of the cue one of 20 of its type (p, l, f), else one of 30 that names of all
 * p08 I-PER        types have (n), which is also one in ten of the words outside
 *
 * List<String> lines = MadeNames.lines(300, 0.35, 1);
 * }</pre>
 *
 * <p>Everything is drawn from the seed.
 */
public final class MadeNames {

    private static final List<String> TYPES = List.of("PER", "LOC", "ORG");
    private static final String CUES = "plf";
    private static final int WORDS = 40;
    private static final int NAMES = 30;
    private static final int CUES_OF_A_TYPE = 20;
    private static final double NAMES_OUTSIDE = 0.1;

    private MadeNames() {}

    /**
     * The lines of a file: a word and its tag, a blank line after each sentence.
     *
     * @param sentences how many
     * @param cue the probability that a word of a name is one that only names of its type have, 0 to 1
     * @throws IllegalArgumentException if the probability is none
     */
    public static List<String> lines(int sentences, double cue, long seed) {
        if (!(cue >= 0 && cue <= 1)) {
            throw new IllegalArgumentException("The probability of a cue is " + cue + " but must be from 0 to 1.");
        }
        RandomGenerator random = new SplittableRandom(seed);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < sentences; i++) {
            int names = 2 + random.nextInt(3);
            for (int k = 0; k < names; k++) {
                outside(lines, random);
                name(lines, cue, random);
            }
            outside(lines, random);
            lines.add("");
        }
        return lines;
    }

    private static void outside(List<String> lines, RandomGenerator random) {
        int count = random.nextInt(4);
        for (int t = 0; t < count; t++) {
            lines.add(
                    (random.nextDouble() < NAMES_OUTSIDE ? word('n', NAMES, random) : word('w', WORDS, random)) + " O");
        }
    }

    private static void name(List<String> lines, double cue, RandomGenerator random) {
        int type = random.nextInt(TYPES.size());
        int length = 1 + random.nextInt(4);
        for (int t = 0; t < length; t++) {
            String word = random.nextDouble() < cue
                    ? word(CUES.charAt(type), CUES_OF_A_TYPE, random)
                    : word('n', NAMES, random);
            lines.add(word + (t == 0 ? " B-" : " I-") + TYPES.get(type));
        }
    }

    private static String word(char kind, int count, RandomGenerator random) {
        int number = random.nextInt(count);
        return kind + (number < 10 ? "0" : "") + number;
    }
}
