package dev.carousel.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.Resource;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no file of weights is refused, by name, and nothing that it asks for is done. */
@Timeout(60)
class PyTorchRefusedTest {

    @TempDir
    Path folder;

    private static AbstractThrowableAssert<?, ?> refused(Path file) {
        return assertThatThrownBy(() -> PyTorchFiles.read(file, ImportOptions.defaults()))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining(file.getFileName().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "whole_module.pt | __main__.Network",
                "legacy.pt | before version 1.6",
                "sparse.pt | torch._utils._rebuild_sparse_tensor",
                "counter.pt | \"steps\"",
                "norm.pt | \"norm.weight\" [3]",
                "conv.pt | \"conv.weight\" [2, 3, 4]",
                "nothing.pt | no weights",
                "missing.pt | \"bias_hh_l0\"",
                "rows.pt | \"weight_hh_l0\" [8, 3]",
                "nan.pt | \"weight_ih_l0\"",
            })
    void theErrorNamesWhatIsRefused(String file, String named) {
        refused(Resource.file("pytorch/refused/" + file)).hasMessageContaining(named);
    }

    /** What a pickle would make by a call is not made: the weights beside it are read, and it is named if it is among them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "os_system.pt | \"x\" (\"posix.system\")",
                "eval.pt | \"x\" (\"__builtin__.eval\")",
                "getattr.pt | \"x\" (\"__builtin__.getattr\")",
                "namespace.pt | ",
                "numpy_scalar.pt | ",
            })
    void whatStandsNextToTheWeightsIsKeptClosed(String file, @Nullable String note) {
        List<String> notes = new ArrayList<>();
        ImportOptions options = ImportOptions.defaults().withNotes(notes::add);
        Network network = PyTorchFiles.read(Resource.file("pytorch/refused/" + file), options);
        Network same = PyTorchFiles.read(Resource.file("pytorch/refused/numpy_scalar.pt"), ImportOptions.defaults());
        assertThat(network.parameters().values()).isEqualTo(same.parameters().values());
        assertThat(notes.stream().filter(each -> each.contains("left out")).toList())
                .hasSize(note == null ? 0 : 1);
        assertThat(String.join(" ", notes)).contains(note == null ? "" : note);
    }

    @Test
    void theWeightsOfATorchScriptArchiveAreReadWithoutItsProgram() {
        Network network = PyTorchFiles.read(Resource.file("pytorch/refused/script.pt"), ImportOptions.defaults());
        assertThat(network.spec()).isEqualTo(NetworkSpec.of(new LayerSpec.Dense("linear", 2, 3)));
        assertThat(network.parameters().values()).doesNotContain(0);
    }

    private Path made(Object... pickle) {
        return Made.archive(folder.resolve("made.pt"), pickle);
    }

    @Test
    void operationsThatReachCodeAreRefusedByName() {
        refused(made(0x80, 2, "(S'true'\nios\nsystem\n.")).hasMessageContaining("STRING");
        refused(made(0x80, 2, "(ios\nsystem\n.")).hasMessageContaining("INST");
        refused(made(0x80, 2, "(cos\nsystem\no.")).hasMessageContaining("OBJ");
        refused(made(0x80, 2, "((o.")).hasMessageContaining("OBJ");
        refused(made(0x80, 2, 0x82, 1, ".")).hasMessageContaining("EXT1");
        refused(made(0x80, 4, "))}", 0x92, ".")).hasMessageContaining("NEWOBJ_EX");
        refused(made(0x80, 4, "cos\nsystem\n)}", 0x92, ".")).hasMessageContaining("\"os.system\"");
        refused(made(0x80, 4, 0x8c, 2, "os", 0x8c, 6, "system", 0x93, ".")).hasMessageContaining("\"os.system\"");
        refused(made(0x80, 2, "cbuiltins\n__import__\n.")).hasMessageContaining("builtins.__import__");
        refused(made(0x80, 2, "ctorch.hub\nload\n.")).hasMessageContaining("torch.hub.load");
        refused(made(0x80, 2, "ctorch\nload\n.")).hasMessageContaining("torch.load");
        // Named, which is allowed, but then called.
        refused(made(0x80, 2, "ctorch\nTensor\n)R.")).hasMessageContaining("torch.Tensor");
        refused(made(0x80, 2, "ctorch\nfloat32\n)R.")).hasMessageContaining("float32");
        refused(made(0x80, 2, "K", 1, ")R.")).hasMessageContaining("calls 1");
        // The attributes of a function.
        refused(made(0x80, 2, "ccollections\nOrderedDict\n}b.")).hasMessageContaining("collections.OrderedDict");
    }

    @Test
    void picklesThatEndOrRunAmissAreErrors() {
        refused(made(0x80, 9, ".")).hasMessageContaining("protocol 9");
        refused(made("")).hasMessageContaining("ends in the middle");
        refused(made(0x80, 2, "}")).hasMessageContaining("ends in the middle");
        refused(made(0x80, 2, "}.}")).hasMessageContaining("after its end");
        refused(made(".")).hasMessageContaining("no value on the stack");
        refused(made("t.")).hasMessageContaining("no mark");
        refused(made("}(0.")).hasMessageContaining("no value on the stack");
        refused(made("K", 1, "K", 2, "a.")).hasMessageContaining("no list");
        refused(made("]K", 1, "K", 2, "s.")).hasMessageContaining("no dictionary");
        refused(made("}(K", 1, "u.")).hasMessageContaining("without a value");
        refused(made("h", 7, ".")).hasMessageContaining("value 7");
        refused(made("})K", 1, "s.")).hasMessageContaining("a tuple");
        refused(made("X", 255, 255, 255, 255, ".")).hasMessageContaining("4294967295 bytes");
        refused(made(0x8d, "aaaaaaa", 255, ".")).hasMessageContaining("bytes long");
        refused(made(0x8d, 0, 0, 0, 0, 0, 0, 0, 128, ".")).hasMessageContaining("9223372036854775808");
        refused(made("c" + "a".repeat(5000))).hasMessageContaining("does not end");
        refused(made("K", 1, "Q.")).hasMessageContaining("a storage is described by 1");
    }

    /** A tensor [rows] at an offset of a storage of some elements, of which the archive has 4. */
    private static Object[] tensor(int storage, int offset, int rows, int stride) {
        return new Object[] {
            0x80,
            2,
            "}X",
            6,
            0,
            0,
            0,
            "weight",
            "ctorch._utils\n_rebuild_tensor_v2\n((X",
            7,
            0,
            0,
            0,
            "storage",
            "ctorch\nFloatStorage\nX",
            1,
            0,
            0,
            0,
            "0X",
            3,
            0,
            0,
            0,
            "cpuJ",
            little(storage),
            "tQJ",
            little(offset),
            "(J",
            little(rows),
            "t(J",
            little(stride),
            "t",
            0x89,
            "ccollections\nOrderedDict\n)RtRs."
        };
    }

    private static byte[] little(int number) {
        return new byte[] {(byte) number, (byte) (number >> 8), (byte) (number >> 16), (byte) (number >> 24)};
    }

    @Test
    void tensorsThatReachBeyondTheirStorageAreErrors() {
        refused(made(tensor(4, 0, 4, 1))).hasMessageContaining("\"weight\" [4] has 1 dimensions");
        refused(made(tensor(4, 0, 5, 1))).hasMessageContaining("reaches to element 4");
        refused(made(tensor(4, 1, 4, 1))).hasMessageContaining("reaches to element 4");
        refused(made(tensor(4, 0, 4, 2))).hasMessageContaining("reaches to element 6");
        refused(made(tensor(4, -1, 4, 1))).hasMessageContaining("cannot be");
        refused(made(tensor(4, 0, -4, 1))).hasMessageContaining("cannot be");
        refused(made(tensor(4, 0, 4, -1))).hasMessageContaining("cannot be");
        refused(made(tensor(-4, 0, 4, 1))).hasMessageContaining("-4 elements");
        refused(made(tensor(Integer.MAX_VALUE, 0, 4, 1))).hasMessageContaining("more than the whole file");
    }

    @Test
    void aStorageOfAnotherSizeIsAnError() {
        // Enough bytes in the file, but not in this storage.
        byte[] pickle = Made.bytes(
                0x80,
                2,
                "}(X",
                12,
                0,
                0,
                0,
                "weight_ih_l0",
                view(4, 1),
                "X",
                12,
                0,
                0,
                0,
                "weight_hh_l0",
                view(4, 1),
                "u.");
        Path file = Made.archive(
                folder.resolve("storage.pt"),
                Map.of("a/data.pkl", pickle, "a/data/0", new byte[15], "a/version", new byte[400]));
        refused(file).hasMessageContaining("should have 16 bytes but has 15");
    }

    private static byte[] view(int rows, int cols) {
        return Made.bytes(
                "ctorch._utils\n_rebuild_tensor_v2\n((X",
                7,
                0,
                0,
                0,
                "storage",
                "ctorch\nFloatStorage\nX",
                1,
                0,
                0,
                0,
                "0X",
                3,
                0,
                0,
                0,
                "cpuK",
                4,
                "tQK",
                0,
                "(K",
                rows,
                "K",
                cols,
                "t(K",
                0,
                "K",
                0,
                "t",
                0x89,
                "ccollections\nOrderedDict\n)RtR");
    }

    @Test
    void bombsAreRefusedBeforeTheyNeedMuch() {
        // Lists in lists, by the million.
        refused(made(0x80, 2, "]".repeat(4_000_000), ".")).hasMessageContaining("memory");
        // Values stored under ever new numbers.
        refused(made(0x80, 4, "}", "\u0094".repeat(4_000_000), ".")).hasMessageContaining("memory");
        // Marks, and values on the stack, without end.
        refused(made(0x80, 2, "(".repeat(4_000_000), ".")).hasMessageContaining("memory");
        refused(made(0x80, 2, "N".repeat(4_000_000), ".")).hasMessageContaining("memory");
        // A tuple of tuples of tuples, each twice the one before: harmless until somebody compares it.
        Object[] doubling = new Object[1002];
        Arrays.fill(doubling, Made.bytes("2", 0x86));
        doubling[0] = Made.bytes(0x80, 2, "}");
        doubling[1] = Made.bytes("K", 1);
        Path file = made(Made.bytes(doubling), "K", 1, "s.");
        refused(file).hasMessageContaining("a tuple");
    }

    @Test
    void aTensorThatRepeatsItsElementsWithoutEndIsRefused() {
        // One element, seen 40000 x 40000 times through strides of 0.
        byte[] huge = Made.bytes(
                "ctorch._utils\n_rebuild_tensor_v2\n((X",
                7,
                0,
                0,
                0,
                "storage",
                "ctorch\nFloatStorage\nX",
                1,
                0,
                0,
                0,
                "0X",
                3,
                0,
                0,
                0,
                "cpuK",
                4,
                "tQK",
                0,
                "(J",
                little(40_000),
                "J",
                little(40_000),
                "t(K",
                0,
                "K",
                0,
                "t",
                0x89,
                "ccollections\nOrderedDict\n)RtR");
        byte[] bias = Made.bytes(
                "ctorch._utils\n_rebuild_tensor_v2\n((X",
                7,
                0,
                0,
                0,
                "storage",
                "ctorch\nFloatStorage\nX",
                1,
                0,
                0,
                0,
                "0X",
                3,
                0,
                0,
                0,
                "cpuK",
                4,
                "tQK",
                0,
                "(J",
                little(40_000),
                "t(K",
                0,
                "t",
                0x89,
                "ccollections\nOrderedDict\n)RtR");
        refused(made(0x80, 2, "}(X", 6, 0, 0, 0, "weight", huge, "X", 4, 0, 0, 0, "bias", bias, "u."))
                .hasMessageContaining("memory");
    }

    @Test
    void everyTruncationAndEveryChangedByteIsAnErrorOrTheSameWeights() throws IOException {
        byte[] whole = Files.readAllBytes(Resource.file("pytorch/variants/plain.pt"));
        float[] expected = PyTorchFiles.read(Resource.file("pytorch/variants/plain.pt"), ImportOptions.defaults())
                .parameters()
                .values();
        Path file = folder.resolve("damaged.pt");
        for (int length = 0; length < whole.length; length += 11) {
            Files.write(file, Arrays.copyOf(whole, length));
            refused(file);
        }
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] changed = whole.clone();
            int at = random.nextInt(whole.length);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, changed);
            try {
                // What no checksum covers (dates, padding) changes nothing.
                assertThat(PyTorchFiles.read(file, ImportOptions.defaults())
                                .parameters()
                                .values())
                        .as("byte %d changed", at)
                        .isEqualTo(expected);
            } catch (InteropException e) {
                assertThat(e).hasMessageContaining("damaged.pt");
            }
        }
    }

    @Test
    void filesOfOtherKindsAreNamed() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pt"), "day,sold\n");
        refused(text).hasMessageContaining("zip archive");
        Path html = Files.writeString(folder.resolve("page.safetensors"), "<!DOCTYPE html><html>");
        refused(html).hasMessageContaining("HTML");
        refused(folder.resolve("none.pt")).hasMessageContaining("no such file");
        refused(Files.write(folder.resolve("empty.pt"), new byte[0]));
        refused(Made.archive(folder.resolve("other.pt"), Map.of("word/document.xml", new byte[3])))
                .hasMessageContaining("data.pkl");
    }
}
