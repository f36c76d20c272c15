package dev.carousel.interop;

import dev.carousel.model.Model;
import dev.carousel.model.ModelException;
import dev.carousel.model.SafeTensors;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import java.nio.file.Path;
import java.util.List;

/** Carousel's own model file: safetensors with the network in its metadata. */
final class CarouselFormat implements ModelFormat {

    /** The task of a model that comes from another program. */
    private static final String TASK = "network";

    @Override
    public String name() {
        return "carousel";
    }

    @Override
    public List<String> endings() {
        return List.of(".safetensors");
    }

    @Override
    public boolean accepts(Path file) {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return tensors.metadata().keySet().stream().anyMatch(key -> key.startsWith("carousel."));
        } catch (ModelException e) {
            throw new InteropException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Network read(Path file, ImportOptions options) {
        try {
            return Model.load(file).network();
        } catch (ModelException e) {
            throw new InteropException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void write(Network network, Path file) {
        try {
            Model.of(network, Task.of(TASK)).save(file);
        } catch (ModelException e) {
            throw new InteropException(String.valueOf(e.getMessage()), e);
        }
    }
}
