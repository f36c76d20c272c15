package dev.carousel.kernel;

/** The nonlinearities of a plain recurrent cell that have a dedicated kernel; {@link Activation} has all. */
public enum Nonlinearity {
    /** tanh(a); derivative 1 - h². */
    TANH,
    /** max(a, 0); derivative 1 where h is positive, else 0. */
    RELU,
    /** 1 / (1 + e⁻ᵃ), the logistic function; derivative h (1 - h). */
    LOGISTIC
}
