package dev.carousel.interop.keras;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where a user has chosen no provider of SLF4J, nothing is printed all the same. */
class QuietLoggingTest {

    private static final String MODEL =
            "src/test/resources/dev/carousel/interop/keras/KerasFuzzTestInputs/hdf5/lstm.h5";

    /** Run in its own JVM. */
    public static void main(String[] args) {
        System.out.println(KerasFiles.read(Path.of(args[0])).spec().layers().size());
    }

    private static String run(String main) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jar -> !jar.contains("slf4j-nop"))
                .collect(Collectors.joining(File.pathSeparator));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", classPath, main, MODEL)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }

    @Test
    void aModelIsReadWithoutAWord() throws Exception {
        assertThat(run(QuietLoggingTest.class.getName())).matches("[1-9]");
    }

    /** So the test above can fail: without the library's help SLF4J does print. */
    @Test
    void slf4jAloneDoesPrint() throws Exception {
        assertThat(run(Loud.class.getName())).contains("SLF4J");
    }

    /** Run in its own JVM. */
    public static final class Loud {

        private Loud() {}

        /** Asks for a logger. */
        public static void main(String[] args) {
            org.slf4j.LoggerFactory.getILoggerFactory();
        }
    }
}
