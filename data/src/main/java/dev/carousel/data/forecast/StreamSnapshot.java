package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import java.util.Arrays;
import java.util.Optional;

/** What a {@link StreamForecaster} remembers: sizes that must be those of the stream, numbers of the state, rows. */
final class StreamSnapshot {

    private static final int MAGIC = 0x43534631;

    private StreamSnapshot() {}

    static byte[] write(RecentRows rows, Optional<CarriedForecast> carried) {
        return SavedState.write(MAGIC, out -> {
            float[] values = carried.map(CarriedForecast::state).orElse(new float[0]);
            out.writeInt(values.length);
            for (int size : rows.sizes()) {
                out.writeInt(size);
            }
            for (float value : values) {
                out.writeFloat(value);
            }
            rows.write(out);
        });
    }

    static void read(byte[] saved, RecentRows rows, Optional<CarriedForecast> carried) {
        float[] values = carried.map(CarriedForecast::state).orElse(new float[0]);
        SavedState.read(saved, MAGIC, in -> {
            int found = in.readInt();
            int[] sizes = rows.sizes();
            int[] foundSizes = new int[sizes.length];
            for (int i = 0; i < sizes.length; i++) {
                foundSizes[i] = in.readInt();
            }
            if (found != values.length || !Arrays.equals(sizes, foundSizes)) {
                throw new DataException(
                        DataException.Kind.STATE_OF_ANOTHER_MODEL,
                        "The saved stream has a state of " + found + " numbers and rows of "
                                + Arrays.toString(foundSizes) + " but this one has " + values.length + " and "
                                + Arrays.toString(sizes)
                                + ". Is it of another model, or was its state carried from row to row?");
            }
            float[] read = new float[found];
            for (int i = 0; i < found; i++) {
                read[i] = in.readFloat();
            }
            Runnable readRows = rows.read(in);
            return () -> {
                readRows.run();
                carried.ifPresent(stream -> stream.restore(read));
            };
        });
    }
}
