package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckCommandTest {

    @Test
    void everyCellPasses() {
        Run run = Run.ok("check", "--json");
        assertThat(run.json().get("passed")).isEqualTo(true);
        assertThat(run.number("failed")).isZero();
        assertThat(run.out()).contains("LSTM", "GRU", "RNN", "passed in");
    }

    @Test
    void oneCellAloneIsShownInEverySingleNumber() {
        Run run = Run.ok("check", "--cell", "gru", "--verbose");
        assertThat(run.out()).contains("GRU").doesNotContain("LSTM").contains("W[0]");
    }
}
