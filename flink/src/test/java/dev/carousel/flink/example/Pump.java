package dev.carousel.flink.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A reading of a pump, whose pressure swings and whose flow follows it. Every tenth pump breaks once: its pressure drops for one
 * reading.
 *
 * @param pump its name
 * @param time 0, 1, 2 and so on
 * @param pressure in bar
 * @param flow in litres a second
 */
public record Pump(String pump, int time, double pressure, double flow) {

    /** How many pumps there are, and how many readings of each. */
    static final int PUMPS = 200;

    static final int TIMES = 300;

    static final int BROKEN = PUMPS / 10;

    private static final double DROP = 3;

    /** Writes readings of one pump that never breaks, for a detector to learn what is normal. */
    public static void main(String[] arguments) throws IOException {
        List<String> lines = new ArrayList<>(List.of("pressure,flow"));
        for (int t = 0; t < 4000; t++) {
            Pump reading = read(-1, t);
            lines.add(String.format(Locale.ROOT, "%.4f,%.4f", reading.pressure, reading.flow));
        }
        Files.write(Path.of(arguments[0]), lines);
    }

    /** Reading t of pump i: always the same. */
    static Pump read(int i, int t) {
        SplittableRandom random = new SplittableRandom(1_000_003L * i + t);
        double swing = Math.sin(2 * Math.PI * (t / 50.0 + new SplittableRandom(i).nextDouble()));
        double pressure = 20 + 2 * swing + 0.1 * random.nextGaussian();
        double flow = 3 + 0.5 * swing + 0.05 * random.nextGaussian();
        return new Pump("pump-" + i, t, i >= 0 && breaksAt(i, t) ? pressure - DROP : pressure, flow);
    }

    private static boolean breaksAt(int i, int t) {
        return i % 10 == 0 && t == 100 + i;
    }

    /** Whether a pump breaks at this reading, or has just done so: the way back is as unusual as the drop. */
    static boolean breaks(String pump, int time) {
        int i = Integer.parseInt(pump.substring("pump-".length()));
        return i % 10 == 0 && time >= 100 + i && time <= 101 + i;
    }

    /** Whether this reading is the one at which a pump breaks. */
    static boolean breaksNow(String pump, int time) {
        return breaksAt(Integer.parseInt(pump.substring("pump-".length())), time);
    }
}
