package dev.carousel.flink.example;

import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.flink.CarouselProcessFunction;
import dev.carousel.model.Model;
import java.nio.file.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/** A Flink job that follows 200 pumps and flags readings that are unusual; {@code flink/example} trains the detector and runs it. */
// The answers may be interrupted when they are closed; nobody does that here.
@SuppressWarnings("try")
public final class FlagReadings {

    /**
     * What became of a reading.
     *
     * @param pump its name
     * @param time of the reading
     * @param score how unusual it is; NaN while too little is known
     * @param alarm whether that is above the threshold
     * @param column which column is the farthest from what was expected
     */
    public record Flag(String pump, int time, double score, boolean alarm, String column) {

        static Flag of(Pump reading, Answer.Score score) {
            return new Flag(reading.pump(), reading.time(), score.score(), score.alarm(), score.farthestColumn());
        }
    }

    private FlagReadings() {}

    /** With the file of the detector. */
    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(2);
        environment.enableCheckpointing(1000);
        DataStream<Pump> readings = environment
                .fromSequence(0, (long) Pump.PUMPS * Pump.TIMES - 1)
                .setParallelism(1)
                .map(i -> Pump.read((int) (i % Pump.PUMPS), (int) (i / Pump.PUMPS)))
                .setParallelism(1);
        CarouselProcessFunction<String, Pump, Flag> detector = CarouselProcessFunction.of(
                Model.load(Path.of(arguments[0])),
                reading -> Event.of("pressure", reading.pressure()).with("flow", reading.flow()),
                (pump, reading, answer) -> Flag.of(reading, (Answer.Score) answer),
                Flag.class);
        int answered = 0;
        int found = 0;
        int others = 0;
        try (CloseableIterator<Flag> flags =
                detector.apply(readings.keyBy(Pump::pump)).executeAndCollect("flag readings of pumps")) {
            while (flags.hasNext()) {
                Flag flag = flags.next();
                answered++;
                if (flag.alarm() && Pump.breaksNow(flag.pump(), flag.time())) {
                    found++;
                    System.out.printf(
                            "%-8s  reading %3d  %s is unusual, score %.1f%n",
                            flag.pump(), flag.time(), flag.column(), flag.score());
                } else if (flag.alarm() && !Pump.breaks(flag.pump(), flag.time())) {
                    others++;
                }
            }
        }
        System.out.printf(
                "%d readings of %d pumps were answered: %d of %d breakdowns were flagged, and %d readings of pumps that were fine%n",
                answered, Pump.PUMPS, found, Pump.BROKEN, others);
    }
}
