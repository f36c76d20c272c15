package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Gru;
import dev.carousel.data.DataException;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.network.Network;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same reading for a training and for all that comes after it, whatever kind of file it is. */
class SequenceReadingTest {

    @TempDir
    Path folder;

    private static SequenceReading reading(boolean perStep) {
        LabelledCsv form =
                new LabelledCsv(Optional.of("who"), Optional.of("when"), Optional.of("what"), List.of("b", "a"));
        return new SequenceReading(perStep, 4, form);
    }

    private Path csv() throws IOException {
        return Files.writeString(folder.resolve("walks.csv"), """
                who,when,what,a,b,c
                x,1,up,1,2,9
                x,2,up,3,4,9
                y,1,down,5,6,9
                y,2,down,7,8,9
                """);
    }

    /** Saved and loaded again. */
    private Model model(SequenceReading reading, ClassifierSpec spec) {
        Network network = Network.initialised(
                RecurrentArchitecture.of(Gru.STANDARD, 3)
                        .withPooling(
                                spec.perStep()
                                        ? RecurrentArchitecture.Pooling.NONE
                                        : RecurrentArchitecture.Pooling.MEAN)
                        .network(spec.inputSize(), spec.classes().size()),
                Initialisation.uniform(),
                new Seeds(1).initialisation());
        Path file = folder.resolve("model.safetensors");
        Model.of(network, reading.addTo(spec.task(), spec), Provenance.of("scalar"))
                .save(file);
        return Model.load(file);
    }

    @Test
    void aModelReadsLaterFilesAsItsTrainingDid() throws IOException {
        for (boolean perStep : new boolean[] {false, true}) {
            SequenceReading reading = reading(perStep);
            LabelledSequences all = reading.numbers(csv());
            assertThat(all.count()).isEqualTo(2);
            assertThat(all.values(0)).containsExactly(2, 1, 4, 3);
            ClassifierSpec spec = ClassifierSpec.fit(all, SequenceScaling.Kind.STANDARD);

            Model model = model(reading, spec);
            ClassifierSpec known = ClassifierSpec.of(model);
            SequenceReading again = SequenceReading.of(model, known);
            assertThat(again.form()).isEqualTo(reading.form());
            assertThat(again.perStep()).isEqualTo(perStep);
            LabelledSequences judged = again.labelled(csv(), known);
            assertThat(judged.values(1)).isEqualTo(all.values(1));
            assertThat(judged.label(1, 0)).isEqualTo(all.label(1, 0));
            assertThat(again.unlabelled(csv(), known).values(1)).isEqualTo(all.values(1));
        }
    }

    @Test
    void aTsFileHasAClassForEachSequenceAndNoneForSteps() throws IOException {
        Path file = Files.writeString(folder.resolve("w.ts"), """
                @problemName w
                @univariate true
                @equalLength true
                @seriesLength 3
                @classLabel true one two
                @data
                1,2,3:one
                4,5,6:two
                """);
        LabelledSequences all = reading(false).numbers(file);
        assertThat(all.classes()).containsExactly("one", "two");
        assertThatThrownBy(() -> reading(true).numbers(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("tagging needs one for each step");
    }

    @Test
    void aFolderOfTextsIsCutToTheLongest() throws IOException {
        Path texts = folder.resolve("texts");
        for (String label : List.of("loud", "soft")) {
            Files.createDirectories(texts.resolve(label));
            Files.writeString(texts.resolve(label).resolve("1.txt"), label + " and much longer");
        }
        assertThat(reading(false).readsTexts(texts)).isTrue();
        LabelledSequences all = reading(false).texts(texts).by(ByteUnits.INSTANCE);
        assertThat(all.classes()).containsExactly("loud", "soft");
        assertThat(all.longest()).isEqualTo(4);
        assertThatThrownBy(() -> reading(true).texts(texts)).isInstanceOf(DataException.class);
    }

    @Test
    void whatCannotBeToldByItsNameIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("data.bin"), "?");
        assertThatThrownBy(() -> reading(false).numbers(file)).hasMessageContaining("cannot tell what it holds");
        assertThatThrownBy(() -> reading(false).numbers(folder.resolve("none"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> new SequenceReading(false, 0, reading(false).form()))
                .hasMessageContaining("must be at least 1");
    }
}
