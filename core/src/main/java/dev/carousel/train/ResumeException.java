package dev.carousel.train;

/** A run cannot go on from a {@link TrainingState}, which is of another network, plan or data; the message says what. */
public final class ResumeException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    ResumeException(String message) {
        super(message);
    }
}
