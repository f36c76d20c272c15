package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.check.CheckReport.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Verdicts of numbers and arrays, and how they are told. */
class CheckReportTest {

    private static Row gradients(double[] analytic, double[] numeric) {
        return Comparison.gradients("cell", "W", analytic, numeric, 1e-6);
    }

    private static Verdict ofOne(double analytic, double numeric) {
        return gradients(new double[] {analytic}, new double[] {numeric})
                .entries()
                .get(0)
                .verdict();
    }

    @Test
    void singleNumbersAreJudgedByTheOriginalRule() {
        assertThat(ofOne(1, 1)).isEqualTo(Verdict.OK);
        assertThat(ofOne(1.019, 1)).isEqualTo(Verdict.OK);
        assertThat(ofOne(1.021, 1)).isEqualTo(Verdict.WARNING);
        assertThat(ofOne(100, 1)).isEqualTo(Verdict.WARNING);
        assertThat(ofOne(-1e-3, 1)).isEqualTo(Verdict.NOT_OK);
        assertThat(ofOne(-1, 1)).isEqualTo(Verdict.NOT_OK);
        assertThat(ofOne(9e-8, -9e-8)).isEqualTo(Verdict.TOO_SMALL);
        assertThat(ofOne(2e-7, -9e-8)).isEqualTo(Verdict.NOT_OK);
        assertThat(ofOne(0, 0)).isEqualTo(Verdict.TOO_SMALL);
        assertThat(ofOne(Double.NaN, 1)).isEqualTo(Verdict.NOT_OK);
        assertThat(ofOne(1, Double.POSITIVE_INFINITY)).isEqualTo(Verdict.NOT_OK);
    }

    @Test
    void arraysAreJudgedAsAWholeToo() {
        assertThat(gradients(new double[] {1, 2}, new double[] {1, 2}).verdict())
                .isEqualTo(Verdict.OK);
        assertThat(gradients(new double[] {1.02, 2.04}, new double[] {1, 2}).verdict())
                .isEqualTo(Verdict.NOT_OK);
        assertThat(gradients(new double[] {1, 1e-8}, new double[] {1, -1e-8}).verdict())
                .isEqualTo(Verdict.OK);
        assertThat(gradients(new double[] {1e-8, 1e-9}, new double[] {-1e-8, 3e-9})
                        .verdict())
                .isEqualTo(Verdict.TOO_SMALL);
    }

    @Test
    void smallNumberWithAPoorDifferenceWarnsAndDoesNotFail() {
        Row row = gradients(new double[] {1, 2.1e-7}, new double[] {1, 2e-7});
        assertThat(row.verdict()).isEqualTo(Verdict.WARNING);
        assertThat(new CheckReport("title", List.of(row)).passed()).isTrue();
    }

    @Test
    void valuesAreJudgedAgainstTheSizeOfTheirArray() {
        double[] expected = {1, -1, 1e-9};
        assertThat(Comparison.values("cell", "y", new double[] {1, -1, 2e-9}, expected, 1e-6)
                        .verdict())
                .isEqualTo(Verdict.OK);
        assertThat(Comparison.values("cell", "y", new double[] {1, -1, 1e-5}, expected, 1e-6)
                        .verdict())
                .isEqualTo(Verdict.NOT_OK);
        assertThat(Comparison.values("cell", "y", new double[] {1, Double.NaN, 1e-9}, expected, 1e-6)
                        .verdict())
                .isEqualTo(Verdict.NOT_OK);
    }

    @Test
    void tablesSayWhatFailed() {
        CheckReport report = new CheckReport(
                "Gradients",
                List.of(
                        Comparison.gradients("LSTM", "W", new double[] {1, 2}, new double[] {1, 2}, 1e-6),
                        Comparison.gradients("LSTM", "R", new double[] {1.02}, new double[] {1}, 1e-6)));
        assertThat(report.passed()).isFalse();
        assertThat(report.table()).isEqualToNormalizingNewlines("""
            Gradients
            subject  array  numbers      worst    overall  verdict
            LSTM     R            1   9.90e-03   9.90e-03  NOT OK
            LSTM     W            2   0.00e+00   0.00e+00  OK
            2 arrays, 3 numbers: 1 of 2 arrays FAILED
            """);
        assertThat(report.summaryTable()).isEqualToNormalizingNewlines("""
            Gradients
            subject  array     numbers      worst    overall  verdict
            LSTM     2 arrays        3   9.90e-03   9.90e-03  NOT OK
            2 arrays, 3 numbers: 1 of 2 arrays FAILED
            """);
        assertThat(report.verboseTable()).contains("R[0]").contains("+1.0200000000e+00  +1.0000000000e+00");
    }

    @Test
    void tablesBeginWithWhatFailedAndKeepTheOrderOfTheRest() {
        CheckReport report = new CheckReport(
                "Gradients",
                List.of(
                        Comparison.gradients("GRU", "W", new double[] {1}, new double[] {1}, 1e-6),
                        Comparison.gradients("GRU", "R", new double[] {1}, new double[] {1}, 1e-6),
                        Comparison.gradients("RNN", "W", new double[] {1.02}, new double[] {1}, 1e-6),
                        Comparison.gradients("RNN", "R", new double[] {1}, new double[] {1}, 1e-6),
                        Comparison.gradients("RNN", "b", new double[] {3}, new double[] {1}, 1e-6)));
        assertThat(begins(report.table())).containsExactly("RNN W", "RNN b", "GRU W", "GRU R", "RNN R");
        assertThat(begins(report.summaryTable())).containsExactly("RNN 3", "GRU 2");
        assertThat(report.verboseTable().lines().skip(2).findFirst().orElseThrow())
                .startsWith("RNN      W ");
        assertThat(report.rows()).extracting(Row::what).containsExactly("W", "R", "W", "R", "b");
    }

    /** The subject and the array of each row. */
    private static List<String> begins(String table) {
        List<String> lines = table.lines().toList();
        return lines.subList(2, lines.size() - 1).stream()
                .map(line -> line.split(" +", -1)[0] + " " + line.split(" +", -1)[1])
                .toList();
    }

    @Test
    void reportOfNothingDoesNotPass() {
        assertThat(new CheckReport("empty", List.of()).passed()).isFalse();
    }
}
