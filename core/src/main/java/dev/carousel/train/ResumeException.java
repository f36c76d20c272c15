package dev.carousel.train;

/**
 * A run cannot resume from a {@link TrainingState}, which belongs to another network, plan or data; the message says
 * which.
 */
public final class ResumeException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    ResumeException(String message) {
        super(message);
    }
}
