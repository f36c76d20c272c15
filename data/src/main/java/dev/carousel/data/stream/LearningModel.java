package dev.carousel.data.stream;

import dev.carousel.model.Model;
import java.util.Optional;

/** A model that learns from a stream: what it has become, and how far it was off. */
public sealed interface LearningModel permits OnlineModel, OnlineClassifier {

    /** Whether the gradient of every weight is exact, as {@link dev.carousel.online.OnlineLearner#exact} says. */
    boolean exact();

    /** The model with what has been learned so far; none before the first row. */
    Optional<Model> learned();

    /** How far its answers were off; none before the first row. */
    Optional<PrequentialErrors> errors();
}
