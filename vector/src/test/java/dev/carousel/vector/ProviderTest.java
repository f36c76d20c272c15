package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.kernel.Kernels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vector kernels are chosen where they are fast, and the reason is told where they are not. */
class ProviderTest {

    private static final String VECTOR_API = "--add-modules=jdk.incubator.vector";

    /** Run in its own JVM. */
    public static void main(String[] args) {
        try {
            System.out.println(
                    Kernels.best().name() + ": " + Kernels.whyScalar().orElse("nothing is missing"));
        } catch (IllegalStateException e) {
            System.out.println("first: " + e.getMessage());
            try {
                Kernels.best();
            } catch (IllegalStateException again) {
                System.out.println("again: " + again.getMessage());
            }
            System.out.println("why: " + Kernels.whyScalar().orElse("nothing is missing"));
        }
    }

    private static String run(String... flags) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ProviderTest.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Test
    void theyAreChosenWithTheFlagAlone() throws Exception {
        assertThat(run(VECTOR_API)).contains("vector ").contains("nothing is missing");
        assertThat(run()).contains("scalar: ").contains("add the flag --add-modules jdk.incubator.vector");
    }

    @ParameterizedTest
    @CsvSource({
        "-Xint, remove the flag -Xint",
        "-XX:TieredStopAtLevel=1, the optimising compiler C2",
        "-XX:MaxVectorSize=8, vectors of 128 bits"
    })
    void whereTheyWouldBeSlowTheyAreNot(String flag, String reason) throws Exception {
        assertThat(run(VECTOR_API, flag)).contains("scalar: ").contains(reason);
    }

    @Test
    void aPropertyChoosesAmongThoseThatCanRun() throws Exception {
        assertThat(run(VECTOR_API, "-Ddev.carousel.kernels=scalar")).contains("scalar: nothing is missing");
        assertThat(run(VECTOR_API, "-Ddev.carousel.kernels=vector")).contains("vector ");
        refused("asks for vector kernels, but they cannot run", "-Ddev.carousel.kernels=vector");
        refused("asks for vektor kernels, but there are none", VECTOR_API, "-Ddev.carousel.kernels=vektor");
    }

    /** Each call says the same, and the reason is told without a call that fails. */
    private static void refused(String why, String... flags) throws Exception {
        String said = run(flags);
        for (String call : new String[] {"first", "again", "why"}) {
            assertThat(said).contains(call + ": The property dev.carousel.kernels " + why);
        }
        assertThat(said).doesNotContain("Exception", "Error");
    }
}
