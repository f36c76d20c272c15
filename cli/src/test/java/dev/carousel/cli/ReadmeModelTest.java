package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.text.TextData;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model that the program of the README saves is one for every command that a text model is for. */
class ReadmeModelTest {

    @Test
    void theCommandGoesOnWithTheModelOfTheReadme(@TempDir Path folder) {
        Path book = Small.text(folder);
        Path model = folder.resolve("book.safetensors");
        TextData text = TextData.read(book);
        int V = text.units().size();
        NetworkSpec spec = NetworkSpec.of(new OneHot(V), Recurrent.lstm(V, 16), Dense.head(16, V));
        Trainer trainer =
                Trainer.of(spec, TrainingPlan.forClasses().withClipNorm(5).withEpochs(2));
        trainer.train(text.windows(4, 20));
        text.model(trainer.network()).save(model);

        assertThat(Run.ok("sample", model, "--length", 30).out()).isNotBlank();
        assertThat(Run.ok("evaluate", model, book).out()).contains("nats");
        assertThat(Run.ok("inspect", model).out()).contains("text");
        assertThat(Run.withInput("the first line\n", "stream", model).out()).isNotBlank();
    }
}
