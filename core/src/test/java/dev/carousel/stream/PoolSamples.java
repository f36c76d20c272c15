package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A network, its events, and what sessions alone make of them. */
abstract class PoolSamples {

    static final int D = 3;
    static final int O = 2;
    static final PoolOptions TWO = PoolOptions.defaults().withThreads(2);

    final PackedNetwork network = new Samples(4)
            .network(Recurrent.lstm(D, 5).withLayers(2), Dense.head(5, O))
            .pack();

    static float[] event(SplittableRandom random, NetworkSpec spec) {
        if (spec.readsIds()) {
            return new float[] {random.nextInt(spec.inputSize())};
        }
        float[] event = new float[spec.inputSize()];
        for (int d = 0; d < event.length; d++) {
            event[d] = (float) random.nextGaussian();
        }
        ColumnEmbedding.drawIds(spec, event, random);
        return event;
    }

    float[] event(int seed) {
        return event(new SplittableRandom(seed), network.spec());
    }

    static float[] step(Session session, float[] event, NetworkSpec spec) {
        float[] y = new float[spec.outputSize()];
        if (spec.readsIds()) {
            session.step((int) event[0], y);
        } else {
            session.step(event, y);
        }
        return y;
    }

    /** What a session alone answers to events 0, 1, 2 and so on. */
    List<float[]> answersAlone(int count) {
        Session alone = Session.of(network);
        List<float[]> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(step(alone, event(i), network.spec()));
        }
        return answers;
    }

    byte[] stateAlone(int count) {
        Session alone = Session.of(network);
        for (int i = 0; i < count; i++) {
            step(alone, event(i), network.spec());
        }
        return alone.save();
    }

    List<float[]> events(int from, int count) {
        List<float[]> events = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            events.add(event(i));
        }
        return events;
    }

    static void assertSame(List<float[]> found, List<float[]> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).containsExactly(expected.get(i));
        }
    }

    static PoolException.Kind kindOf(CompletableFuture<?> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            return ((PoolException) e.getCause()).kind();
        }
        throw new AssertionError("it was answered");
    }

    static List<NetworkSpec> networks() {
        List<NetworkSpec> all = new ArrayList<>(Samples.stepwise(D, 5));
        all.add(NetworkSpec.of(new OneHot(7), Recurrent.gru(7, 6), Dense.head(6, 3)));
        return all;
    }
}
