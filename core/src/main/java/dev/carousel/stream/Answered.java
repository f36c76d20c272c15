package dev.carousel.stream;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Answers as a future, for which no callback can wait: the thread that runs callbacks is the one that takes steps. */
final class Answered<A> implements Sessions.Callback<A> {

    private final CompletableFuture<List<A>> future = new Future<>();

    CompletableFuture<List<A>> future() {
        return future;
    }

    @Override
    public void answered(List<A> answers) {
        future.complete(answers);
    }

    @Override
    public void failed(RuntimeException cause) {
        future.completeExceptionally(cause);
    }

    private static final class Future<T> extends CompletableFuture<T> {

        /** What is made of it is no other. */
        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new Future<>();
        }

        private void requireOutside() {
            if (!isDone()) {
                PoolShard.requireNoCallback();
            }
        }

        @Override
        public T join() {
            requireOutside();
            return super.join();
        }

        @Override
        public T get() throws InterruptedException, ExecutionException {
            requireOutside();
            return super.get();
        }

        @Override
        public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
            requireOutside();
            return super.get(timeout, unit);
        }
    }
}
