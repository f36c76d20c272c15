package dev.carousel.train.search;

import dev.carousel.train.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Several trainings at once, as many as there are threads. */
final class SideBySide {

    private SideBySide() {}

    /** How many threads each of this many trainings may use. */
    static int threadsOfEach(int trainings, int threads) {
        return Math.max(1, threads / Math.max(1, Math.min(threads, trainings)));
    }

    /** What a training gives, also if it diverges. */
    static TrialOutcome outcome(Supplier<TrialOutcome> training) {
        try {
            return training.get();
        } catch (TrainingException e) {
            return TrialOutcome.failed("diverged in epoch " + e.epoch() + ": " + e.getMessage());
        }
    }

    /**
     * Runs them all.
     *
     * @param ended told of each as it ends, one at a time, in any order; of none any more once this has returned or thrown
     * @return what they gave, in their order
     */
    static <A, B> List<B> run(List<A> all, int threads, Function<A, B> training, Consumer<B> ended) {
        if (all.isEmpty()) {
            return List.of();
        }
        AtomicBoolean stopped = new AtomicBoolean();
        ExecutorService workers = Executors.newFixedThreadPool(Math.min(threads, all.size()), SideBySide::worker);
        try {
            List<Future<B>> running = new ArrayList<>();
            for (A one : all) {
                running.add(workers.submit(() -> {
                    B result = training.apply(one);
                    synchronized (stopped) {
                        if (!stopped.get()) {
                            ended.accept(result);
                        }
                    }
                    return result;
                }));
            }
            List<B> results = new ArrayList<>();
            for (Future<B> one : running) {
                results.add(result(one));
            }
            return results;
        } finally {
            synchronized (stopped) {
                stopped.set(true);
            }
            workers.shutdownNow();
        }
    }

    private static Thread worker(Runnable work) {
        Thread thread = new Thread(work, "carousel-training");
        thread.setDaemon(true);
        return thread;
    }

    private static <B> B result(Future<B> one) {
        try {
            return one.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The trainings were interrupted before all had ended.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException inner) {
                throw inner;
            }
            if (e.getCause() instanceof Error inner) {
                throw inner;
            }
            throw new IllegalStateException("A training ended in an unexpected way: " + e.getCause(), e);
        }
    }
}
