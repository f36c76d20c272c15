package dev.carousel.data.stream;

import dev.carousel.model.Model;
import java.util.Optional;

/** A model that learns from a stream: what it has become, and how far it was off. */
public sealed interface LearningModel permits OnlineModel, OnlineClassifier {

    /** Whether the gradient of every weight is exact, as {@link dev.carousel.online.OnlineLearner#exact} says. */
    boolean exact();

    /** The model with what has been learned so far: as it was before {@link #updates}. None before the first row of a series. */
    Optional<Model> learned();

    /** How far its answers were off, over no rows where none was judged; none before the first row of a series. */
    Optional<PrequentialErrors> errors();

    /** How many rows, or of a classifier sequences, have been learned from. */
    long updates();
}
