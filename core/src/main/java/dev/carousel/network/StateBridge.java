package dev.carousel.network;

import dev.carousel.cell.StatePart;
import dev.carousel.tensor.Matrix;

/**
 * The way from the final states of an encoder to the initial ones of a decoder: layer by layer and part by part, those of two
 * directions side by side; and the gradients' way back.
 */
final class StateBridge {

    private final int directions;

    StateBridge(int directions) {
        this.directions = directions;
    }

    /** Overwrites the decoder's states. */
    void forward(State encoder, State decoder) {
        move(encoder, decoder, true);
    }

    /** Overwrites the gradient of the encoder's states. */
    void backward(State dDecoder, State dEncoder) {
        move(dEncoder, dDecoder, false);
    }

    private void move(State encoder, State decoder, boolean forward) {
        for (int layer = 0; layer < decoder.parts(); layer++) {
            for (StatePart part : decoder.named(layer)) {
                Matrix to = decoder.get(layer, part.name());
                for (int direction = 0; direction < directions; direction++) {
                    Matrix from = encoder.get(layer * directions + direction, part.name());
                    move(from, to, direction * from.cols(), forward);
                }
            }
        }
    }

    private static void move(Matrix narrow, Matrix wide, int column, boolean toWide) {
        for (int n = 0; n < narrow.rows(); n++) {
            for (int j = 0; j < narrow.cols(); j++) {
                if (toWide) {
                    wide.set(n, column + j, narrow.get(n, j));
                } else {
                    narrow.set(n, j, wide.get(n, column + j));
                }
            }
        }
    }
}
