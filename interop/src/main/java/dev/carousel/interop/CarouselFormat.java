package dev.carousel.interop;

import dev.carousel.model.Model;
import dev.carousel.model.ModelException;
import dev.carousel.model.SafeTensors;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Carousel's own model file: safetensors with the network in its metadata. */
final class CarouselFormat implements ModelFormat {

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
        return load(file).network();
    }

    @Override
    public Optional<Model> model(Path file) {
        return Optional.of(load(file));
    }

    private static Model load(Path file) {
        try {
            return Model.load(file);
        } catch (ModelException e) {
            throw new InteropException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void write(Network network, Path file) {
        write(Model.of(network, Task.of(ModelFiles.NETWORK_TASK)), file);
    }

    @Override
    public void write(Model model, Path file) {
        try {
            model.save(file);
        } catch (ModelException e) {
            throw new InteropException(String.valueOf(e.getMessage()), e);
        }
    }
}
