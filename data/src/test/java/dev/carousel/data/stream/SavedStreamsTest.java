package dev.carousel.data.stream;

import static dev.carousel.data.stream.StreamCases.events;
import static dev.carousel.data.stream.StreamCases.model;
import static dev.carousel.data.stream.StreamCases.shops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.stream.StreamCases.Form;
import dev.carousel.data.stream.StreamCases.Kind;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Saved streams that were put together: those of another series, and bytes with the right sums that no stream wrote. */
class SavedStreamsTest {

    private static final int TRIES = 3_000;
    private static final int SUM = Integer.BYTES;

    /** What the states inside of that of a stream begin with. */
    private static final Set<Integer> MAGICS = Set.of(0x43545233, 0x43545832, 0x43534331, 0x43534131, 0x43534631);

    /** Its numbers are of another scale: they would be taken for those of this series without a word. */
    @Test
    void aStreamOfAnotherSeriesIsRefusedWhereEachIsNormalisedByItself() {
        StreamModel model = shops();
        TaskStream small = model.open("small");
        byte[] saved = small.save();
        TaskStream big = model.open("big");
        byte[] before = big.save();
        assertThatThrownBy(() -> big.restore(saved))
                .isInstanceOfSatisfying(
                        DataException.class,
                        e -> assertThat(e.kind()).isEqualTo(DataException.Kind.STATE_OF_ANOTHER_SERIES))
                .hasMessageContaining("of the series 'small' but this one is of 'big'");
        assertThat(big.save()).isEqualTo(before);
        KeyedStreams keys = KeyedStreams.of(model);
        assertThatThrownBy(() -> keys.restore("big", saved)).isInstanceOf(DataException.class);
        keys.restore("small", saved);
        // Where one scale serves all, a stream may go on under another name.
        StreamModel one = model(Kind.FORECAST, 1);
        one.open("a").restore(one.open("b").save());
    }

    /** Where the states within each other begin, the outermost first; each ends with its sum right before that of the outer. */
    private static List<Integer> begins(byte[] saved) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved));
        in.skipNBytes(2 * SUM);
        in.readUTF();
        in.readUTF();
        in.skipNBytes(SUM);
        List<Integer> begins = new ArrayList<>(List.of(0));
        for (int at = saved.length - in.available(); at < saved.length - SUM; at++) {
            if (MAGICS.contains(ByteBuffer.wrap(saved).getInt(at))) {
                begins.add(at);
            }
        }
        return begins;
    }

    /** Sets the sums to what they must be, the innermost first. */
    private static byte[] summed(byte[] bytes, List<Integer> begins) {
        for (int depth = begins.size() - 1; depth >= 0; depth--) {
            int end = bytes.length - (depth + 1) * SUM;
            CRC32 sum = new CRC32();
            sum.update(bytes, begins.get(depth), end - begins.get(depth));
            ByteBuffer.wrap(bytes).putInt(end, (int) sum.getValue());
        }
        return bytes;
    }

    private static TaskStream begun(StreamModel model, Kind kind) {
        TaskStream stream = model.open();
        SplittableRandom random = new SplittableRandom(3);
        for (int row = 0; row < 45; row++) {
            events(model, kind, Form.NAMED, row, random).forEach(stream::add);
        }
        return stream;
    }

    @ParameterizedTest
    @EnumSource
    void bytesWithTheRightSumThatNoStreamWroteAreRefusedAsDamagedOrTakenWhole(Kind kind) throws IOException {
        StreamModel model = model(kind, 1);
        TaskStream stream = begun(model, kind);
        byte[] saved = stream.save();
        List<Integer> begins = begins(saved);
        assertThat(begins).hasSize(kind == Kind.TEXT || kind == Kind.CLASSIFY || kind == Kind.TAG ? 2 : 3);
        assertThat(summed(saved.clone(), begins)).isEqualTo(saved);
        SplittableRandom random = new SplittableRandom(8);
        int from = begins.get(1) + SUM;
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            byte[] crafted = saved.clone();
            for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                int at = from + random.nextInt(saved.length - from - begins.size() * SUM);
                crafted[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : crafted[at] ^ 0x80);
            }
            if (begins(crafted).equals(begins)) {
                refused += restored(stream, summed(crafted, begins), "seed 8, try " + i) ? 0 : 1;
                stream.restore(saved);
            }
        }
        assertThat(stream.save()).isEqualTo(saved);
        assertThat(refused).isBetween(kind == Kind.TEXT ? 0 : 1, TRIES - 1);
    }

    /** Whether the bytes were taken; otherwise the stream has to be where it was. */
    private static boolean restored(TaskStream stream, byte[] bytes, String which) {
        byte[] before = stream.save();
        try {
            stream.restore(bytes);
        } catch (DataException e) {
            assertThat(e.kind())
                    .as(which + ": " + e.getMessage())
                    .isIn(DataException.Kind.DAMAGED_STATE, DataException.Kind.STATE_OF_ANOTHER_MODEL);
            assertThat(stream.save()).as(which).isEqualTo(before);
            return false;
        } catch (RuntimeException e) {
            fail(which + " ended in " + e, e);
        }
        assertThat(stream.save()).as(which).hasSameSizeAs(bytes);
        return true;
    }

    @ParameterizedTest
    @EnumSource
    void bytesThatAreTooManyAreRefused(Kind kind) throws IOException {
        TaskStream stream = begun(model(kind, 1), kind);
        byte[] saved = stream.save();
        List<Integer> begins = begins(saved);
        for (int depth = 0; depth < begins.size(); depth++) {
            int end = saved.length - (depth + 1) * SUM;
            byte[] longer = new byte[saved.length + 1];
            System.arraycopy(saved, 0, longer, 0, end);
            System.arraycopy(saved, end, longer, end + 1, saved.length - end);
            if (depth > 0) {
                ByteBuffer bytes = ByteBuffer.wrap(longer);
                bytes.putInt(begins.get(1) - SUM, bytes.getInt(begins.get(1) - SUM) + 1);
            }
            summed(longer, begins);
            assertThatThrownBy(() -> stream.restore(longer))
                    .isInstanceOfSatisfying(
                            DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.DAMAGED_STATE))
                    .hasMessageContaining("1 byte too many");
            assertThat(stream.save()).isEqualTo(saved);
        }
    }

    @Test
    void keysThatAreTooFewTooManyOrTwiceAreRefused() {
        KeyedStreams keys = KeyedStreams.of(model(Kind.TEXT, 1));
        keys.add("a", Event.text("a"));
        byte[] saved = keys.saveAll();
        byte[] key = Arrays.copyOfRange(saved, 2 * SUM, saved.length - SUM);
        for (int count : new int[] {-1, 0, 2, 3, Integer.MAX_VALUE}) {
            byte[] crafted = SavedState.write(ByteBuffer.wrap(saved).getInt(), out -> {
                out.writeInt(count);
                out.write(key);
                out.write(count == 2 ? key : new byte[0]);
            });
            assertThatThrownBy(() -> keys.restoreAll(crafted))
                    .as("%s keys", count)
                    .isInstanceOfSatisfying(
                            DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.DAMAGED_STATE));
            assertThat(keys.saveAll()).isEqualTo(saved);
        }
    }

    @Test
    void layoutsThatWereNeverReleasedAreRefused() throws IOException {
        TaskStream stream = begun(model(Kind.FORECAST, 1), Kind.FORECAST);
        byte[] saved = stream.save();
        byte[] old = saved.clone();
        ByteBuffer.wrap(old).putInt(SUM, 1);
        summed(old, begins(saved));
        assertThatThrownBy(() -> stream.restore(old))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("its layout is 1");
    }
}
