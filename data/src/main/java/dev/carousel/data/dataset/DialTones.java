package dev.carousel.data.dataset;

import dev.carousel.data.classification.LabelledSequences;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Made calls: sequences of keys as a telephone sounds them, each two of eight tones at once, in noise. Nobody says when a key was
 * pressed.
 *
 * <pre>{@code
 * keys     1 2 3 A        tones of a key: one of four for its row, one of four for its column
 *          4 5 6 B        step: the energy of each of the 8 tones, in noise
 *          7 8 9 C
 *          * 0 # D
 *
 * LabelledSequences calls = new DialTones(0.4).draw(400, 1);       // classes: the texts
 * }</pre>
 *
 * <p>A call has 3 to 10 keys. A key sounds for 3 to 9 steps, with a loudness of 0.7 to 1.3 that rises in its first step and falls in
 * its last; 0 to 5 silent steps follow, at least 2 between equal keys; each call begins and ends with up to 6 silent steps.
 * Each tone's noise is normal, around a level of its own for each call. All is drawn from the seed.
 *
 * @param noise the standard deviation of the noise, at least 0; a tone has an energy of about 1
 */
public record DialTones(double noise) {

    private static final String KEYS = "123A456B789C*0#D";
    private static final int TONES = 8;

    /** Checks the noise. */
    public DialTones {
        if (!(noise >= 0 && noise < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("The noise is " + noise + " but must be a number of at least 0.");
        }
    }

    private record Call(String keys, float[] values) {}

    /** Calls with their keys as classes. */
    public LabelledSequences draw(int count, long seed) {
        List<Call> calls = calls(count, seed);
        List<String> texts =
                List.copyOf(new TreeSet<>(calls.stream().map(Call::keys).toList()));
        return LabelledSequences.of(
                "dial tones of seed " + seed,
                calls.stream().map(Call::values).toArray(float[][]::new),
                TONES,
                calls.stream()
                        .map(call -> new int[] {texts.indexOf(call.keys())})
                        .toArray(int[][]::new),
                texts);
    }

    /** The same calls as the lines of a CSV file: a column {@code call}, {@code tone1} to {@code tone8}, and {@code keys}. */
    public List<String> csv(int count, long seed) {
        List<String> lines = new ArrayList<>();
        lines.add("call,tone1,tone2,tone3,tone4,tone5,tone6,tone7,tone8,keys");
        List<Call> calls = calls(count, seed);
        for (int i = 0; i < calls.size(); i++) {
            float[] values = calls.get(i).values();
            for (int at = 0; at < values.length; at += TONES) {
                StringBuilder line = new StringBuilder(String.valueOf(i + 1));
                for (int d = 0; d < TONES; d++) {
                    line.append(',').append(values[at + d]);
                }
                lines.add(line.append(',').append(calls.get(i).keys()).toString());
            }
        }
        return lines;
    }

    private List<Call> calls(int count, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(call(random));
        }
        return calls;
    }

    private Call call(RandomGenerator random) {
        StringBuilder keys = new StringBuilder();
        List<float[]> steps = new ArrayList<>();
        double[] level = random.doubles(TONES, -0.3, 0.3).toArray();
        silence(random.nextInt(7), steps);
        int length = 3 + random.nextInt(8);
        for (int k = 0; k < length; k++) {
            int key = random.nextInt(KEYS.length());
            char sign = KEYS.charAt(key);
            if (k > 0) {
                boolean again = keys.charAt(k - 1) == sign;
                silence(again ? 2 + random.nextInt(4) : random.nextInt(6), steps);
            }
            keys.append(sign);
            sound(key, 3 + random.nextInt(7), 0.7 + 0.6 * random.nextDouble(), steps);
        }
        silence(random.nextInt(7), steps);
        float[] values = new float[steps.size() * TONES];
        for (int t = 0; t < steps.size(); t++) {
            for (int d = 0; d < TONES; d++) {
                double heard = steps.get(t)[d] + level[d] + noise * random.nextGaussian();
                // Three decimals, so that a file holds the same numbers.
                values[t * TONES + d] = Math.round(1000 * heard) / 1000f;
            }
        }
        return new Call(keys.toString(), values);
    }

    private static void silence(int count, List<float[]> steps) {
        for (int t = 0; t < count; t++) {
            steps.add(new float[TONES]);
        }
    }

    private static void sound(int key, int count, double loudness, List<float[]> steps) {
        for (int t = 0; t < count; t++) {
            float[] step = new float[TONES];
            double now = t == 0 || t == count - 1 ? loudness / 2 : loudness;
            step[key / 4] = (float) now;
            step[4 + key % 4] = (float) now;
            steps.add(step);
        }
    }
}
