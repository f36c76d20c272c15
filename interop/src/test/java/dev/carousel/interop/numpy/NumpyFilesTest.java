package dev.carousel.interop.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyFilesTest {

    @TempDir
    Path folder;

    /** What make_arrays.py put into every array: 100 i + 10 j + k - 7, as far as the type can hold it. */
    private static double[] expected(NumpyArray.Type type) {
        return IntStream.range(0, 24)
                .mapToDouble(index -> {
                    int number = 100 * (index / 12) + 10 * (index / 4 % 3) + index % 4 - 7;
                    return switch (type) {
                        case BOOL -> number > 100 ? 1 : 0;
                        case INT8 -> (byte) number;
                        case UINT8, UINT16, UINT32, UINT64 -> Math.abs(number);
                        default -> number;
                    };
                })
                .toArray();
    }

    @ParameterizedTest
    @EnumSource(NumpyArray.Type.class)
    void everyTypeIsReadInBothOrdersOfAxesAndBytes(NumpyArray.Type type) {
        Map<String, NumpyArray> arrays = NpzFile.read(Resource.file("numpy/arrays.npz"));
        for (String name : List.of("little_C_", "little_F_", "big_C_", "big_F_")) {
            NumpyArray array = arrays.get(name + type.code());
            assertThat(array.type()).isEqualTo(type);
            assertThat(array.shape()).containsExactly(2, 3, 4);
            assertThat(array.doubles()).as(name).isEqualTo(expected(type));
            double[] floats = new double[24];
            Arrays.setAll(floats, i -> array.floats()[i]);
            assertThat(floats).isEqualTo(expected(type));
            assertThat(array.longs())
                    .isEqualTo(Arrays.stream(expected(type))
                            .mapToLong(number -> (long) number)
                            .toArray());
            assertThat(array.ints())
                    .isEqualTo(Arrays.stream(expected(type))
                            .mapToInt(number -> (int) number)
                            .toArray());
        }
    }

    @ParameterizedTest
    @EnumSource(NumpyArray.Type.class)
    void everyTypeIsWrittenInBothOrdersAndReadAgain(NumpyArray.Type type) {
        NumpyArray array = NpzFile.read(Resource.file("numpy/arrays.npz")).get("little_C_" + type.code());
        for (NpyFile.Order order : NpyFile.Order.values()) {
            for (ByteOrder endian : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                byte[] file = NpyFile.toBytes(array, order, endian);
                assertThat(NpyFile.ofBytes("x.npy", file)).isEqualTo(array);
            }
        }
    }

    @Test
    void scalarsAndEmptyArraysAndVectorsAreRead() {
        Map<String, NumpyArray> arrays = NpzFile.read(Resource.file("numpy/arrays.npz"));
        assertThat(arrays.get("scalar").shape()).isEmpty();
        assertThat(arrays.get("scalar").floats()).containsExactly(3.5f);
        assertThat(arrays.get("empty").shape()).containsExactly(3, 0, 2);
        assertThat(arrays.get("empty").size()).isZero();
        assertThat(arrays.get("vector").ints()).containsExactly(1, 2, 3);
    }

    @Test
    void halvesOfEveryKindAreExact() {
        NumpyArray halves = NpzFile.read(Resource.file("numpy/arrays.npz")).get("halves");
        float[] floats = halves.floats();
        for (int i = 0; i < floats.length; i++) {
            int bits = 251 * i;
            int exponent = (bits >> 10) & 31;
            double fraction = bits & 1023;
            double magnitude = exponent == 31
                    ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                    : exponent == 0 ? fraction * Math.pow(2, -24) : (1 + fraction / 1024) * Math.pow(2, exponent - 15);
            assertThat((double) floats[i])
                    .as("bits %x", bits)
                    .isEqualTo(Double.valueOf(bits >= 0x8000 ? -magnitude : magnitude));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyVersionIsRead(int version) {
        NumpyArray array = NpyFile.read(Resource.file("numpy/version" + version + ".npy"));
        assertThat(array.type()).isEqualTo(NumpyArray.Type.FLOAT32);
        assertThat(array.doubles()).isEqualTo(expected(NumpyArray.Type.FLOAT32));
    }

    @Test
    void whatIsWrittenIsWhatNumpyWrites() throws IOException {
        Path file = Resource.file("numpy/version1.npy");
        assertThat(NpyFile.toBytes(NpyFile.read(file))).isEqualTo(Files.readAllBytes(file));
    }

    @Test
    void archivesAreWrittenAndReadAndEqualArraysGiveEqualFiles() throws IOException {
        Map<String, NumpyArray> arrays = new LinkedHashMap<>();
        arrays.put("y", NumpyArray.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
        arrays.put("h/n", NumpyArray.of(new long[] {-1, Long.MAX_VALUE}, 2));
        arrays.put("mask", NumpyArray.of(new boolean[] {true, false}, 1, 2));
        NpzFile.write(folder.resolve("a.npz"), arrays);
        NpzFile.write(folder.resolve("b.npz"), arrays);
        assertThat(NpzFile.read(folder.resolve("a.npz"))).isEqualTo(arrays);
        assertThat(NpzFile.read(folder.resolve("a.npz")).keySet()).containsExactly("y", "h/n", "mask");
        assertThat(folder.resolve("a.npz")).hasSameBinaryContentAs(folder.resolve("b.npz"));
    }

    @Test
    void axesArePermuted() {
        NumpyArray array = NumpyArray.of(new int[] {0, 1, 2, 10, 11, 12}, 2, 1, 3);
        assertThat(array.transposed(2, 0, 1)).isEqualTo(NumpyArray.of(new int[] {0, 10, 1, 11, 2, 12}, 3, 2, 1));
        assertThatThrownBy(() -> array.transposed(0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> NumpyArray.of(new float[] {1, 2.5f}, 2).ints())
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("Element 1")
                .hasMessageContaining("2.5");
        assertThatThrownBy(() -> NumpyArray.of(new long[] {1L << 40}, 1).ints()).hasMessageContaining("1099511627776");
        assertThatThrownBy(() -> NumpyArray.of(new double[] {0x1p63}, 1).longs())
                .hasMessageContaining("9.223372036854775807E18".substring(0, 5));
        NumpyArray huge =
                NumpyArray.ofBytes(NumpyArray.Type.UINT64, List.of(1), new byte[] {1, 0, 0, 0, 0, 0, 0, -128});
        assertThatThrownBy(huge::longs).hasMessageContaining("9223372036854775809");
        assertThat(huge.doubles()).containsExactly(0x1p63);
    }

    @ParameterizedTest
    @CsvSource({
        "objects.npy, pickle",
        "structured.npy, structured",
        "complex.npy, c8",
        "text.npy, U2",
    })
    void whatIsNoArrayOfNumbersIsRefused(String file, String named) {
        assertThatThrownBy(() -> NpyFile.read(Resource.file("numpy/" + file)))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(named);
    }

    @Test
    void everyTruncationIsAnErrorThatNamesTheFile() throws IOException {
        byte[] whole = Files.readAllBytes(Resource.file("numpy/version1.npy"));
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> NpyFile.ofBytes("part.npy", part))
                    .as("%d bytes", length)
                    .isInstanceOf(InteropException.class)
                    .hasMessageStartingWith("part.npy: ");
        }
        assertThatThrownBy(() -> NpyFile.ofBytes("more.npy", Arrays.copyOf(whole, whole.length + 1)))
                .hasMessageContaining("appended");
    }

    private static byte[] npy(String header, int elements) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        byte[] file = new byte[10 + text.length + elements];
        byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0};
        System.arraycopy(magic, 0, file, 0, 10);
        System.arraycopy(text, 0, file, 10, text.length);
        return file;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000,), } | 2^31",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), } | 2^31",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), } | no whole number",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), } | no whole number",
                "{'descr': '<f4', 'fortran_order': False, 'shape': 4, } | expected",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), } | neither True nor False",
                "{'descr': '<f4', 'fortran_order': False, } | only the keys",
                "{'descr': '<f4', 'descr': '<f4', 'shape': (1,)} | twice",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1} | unknown key",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} import os | more text",
                "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)} | no text in quotes",
                "{'descr': '<f4 | without an end",
                "{ | no text in quotes",
                "[] | expected",
                "{'descr': 'f4', 'fortran_order': False, 'shape': (1,)} | type",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000,), } | 4000000 bytes",
            })
    void aBadHeaderIsAnErrorThatSaysWhatIsWrong(String header, String named) {
        assertThatThrownBy(() -> NpyFile.ofBytes("bad.npy", npy(header, 4)))
                .isInstanceOf(InteropException.class)
                .hasMessageStartingWith("bad.npy: ")
                .hasMessageContaining(named);
    }

    @Test
    void anEmptyArrayMayHaveHugeOtherDimensions() {
        String header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2147483647, 2147483647, 2147483647, 0), }";
        assertThat(NpyFile.ofBytes("empty.npy", npy(header, 0)).size()).isZero();
    }

    private Path zip(String entry, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(content);
        }
        return Files.write(folder.resolve("made.npz"), bytes.toByteArray());
    }

    @Test
    void anArchiveThatUnpacksToFarMoreThanItselfIsRefused() throws IOException {
        Path bomb = zip("x.npy", new byte[20 << 20]);
        assertThat(Files.size(bomb)).isLessThan(100_000);
        assertThatThrownBy(() -> NpzFile.read(bomb))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("\"x.npy\"")
                .hasMessageContaining("unpack");
    }

    @Test
    void anArchiveWithAnotherKindOfEntryIsRefused() throws IOException {
        Path other = zip("data.pkl", new byte[3]);
        assertThatThrownBy(() -> NpzFile.read(other)).hasMessageContaining("\"data.pkl\"");
    }

    @Test
    void aDamagedArchiveIsAnErrorThatNamesTheFile() throws IOException {
        byte[] whole = Files.readAllBytes(Resource.file("numpy/stored.npz"));
        Path file = folder.resolve("damaged.npz");
        for (int length = 1; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> NpzFile.read(file))
                    .as("%d bytes", length)
                    .isInstanceOf(InteropException.class)
                    .hasMessageContaining("damaged.npz");
        }
        // A changed element: the archive's checksum tells.
        byte[] changed = whole.clone();
        changed[200]++;
        Files.write(file, changed);
        assertThatThrownBy(() -> NpzFile.read(file)).hasMessageContaining("damaged");
    }

    @Test
    void missingFilesAndFoldersAreErrors() {
        assertThatThrownBy(() -> NpyFile.read(folder.resolve("none.npy"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> NpzFile.read(folder)).hasMessageContaining("folder");
        assertThatThrownBy(() -> NpyFile.write(folder.resolve("no/x.npy"), NumpyArray.of(new int[1], 1)))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("does not exist");
    }
}
