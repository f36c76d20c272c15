package dev.carousel;

import dev.carousel.spec.Parameters;
import dev.carousel.train.RemoteGradients;
import java.util.Optional;

/** Never asked, for the training does not begin. */
final class NoGradients implements RemoteGradients {

    @Override
    public int size() {
        return 1;
    }

    @Override
    public Sums gradient(int epoch, int batch, Parameters parameters, long noise, Parameters gradient) {
        throw new IllegalStateException("There is none.");
    }

    @Override
    public boolean holdsOut() {
        return false;
    }

    @Override
    public Optional<Sums> heldOut(Parameters parameters) {
        return Optional.empty();
    }

    @Override
    public String trainingData() {
        return "";
    }

    @Override
    public String heldOutData() {
        return "";
    }
}
