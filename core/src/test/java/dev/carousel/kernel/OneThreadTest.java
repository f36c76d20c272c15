package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class OneThreadTest {

    @Test
    void aSecondCallIsRefusedUntilTheFirstHasEnded() throws Exception {
        OneThread one = new OneThread("Session");
        one.enter();
        Thread other = new Thread(() -> assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(one::enter)
                .withMessageContaining("This Session is in use by another call"));
        Throwable[] thrown = new Throwable[1];
        other.setUncaughtExceptionHandler((thread, e) -> thrown[0] = e);
        other.start();
        other.join();
        if (thrown[0] != null) {
            throw new AssertionError(thrown[0]);
        }
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(one::enter);
        one.leave();
        one.enter();
        one.leave();
    }
}
