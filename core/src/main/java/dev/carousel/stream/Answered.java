package dev.carousel.stream;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Answers as a future. */
final class Answered<A> implements Sessions.Callback<A> {

    private final CompletableFuture<List<A>> future = new CompletableFuture<>();

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
}
