package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.classification.LabelledCsv;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceSplit;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sequences in groups, of which none may stand on both sides. */
class ClassifyGroupsTest {

    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    /** Gestures of some persons, each of whom makes both kinds. */
    private Path gestures(int persons) {
        StringBuilder text = new StringBuilder("gesture,person,x,kind\n");
        for (int gesture = 0; gesture < 4 * persons; gesture++) {
            for (int t = 0; t < 8; t++) {
                boolean up = gesture % 2 == 0;
                text.append(String.format(
                        Locale.ROOT,
                        "g%d,person %d,%d,%s%n",
                        gesture,
                        gesture / 4,
                        (up ? t : 8 - t) + gesture % 3,
                        up ? "up" : "down"));
            }
        }
        return Small.write(folder.resolve("gestures.csv"), text.toString());
    }

    private Object[] trainGestures(Path csv, Object... more) {
        Object[] words = Small.trainClassifier(
                model(), 2, csv, "--id", "gesture", "--label", "kind", "--group", "person", "--validation", 0.3);
        return Small.replaced(words, more);
    }

    @Test
    void nothingOfAPersonStandsOnBothSides() {
        Path csv = gestures(6);
        Run run = Run.ok(trainGestures(csv));
        assertThat(run.json().get("part")).isEqualTo("held_out");
        assertThat(run.number("of")).as("two of six persons").isEqualTo(8);
        assertThat(run.err()).contains("8 steps, 1 number a step").contains("16 to learn from, 8 held out");

        LabelledSequences all = new LabelledCsv(
                        Optional.of("gesture"), Optional.empty(), Optional.of("kind"), List.of(), Optional.of("person"))
                .read(csv, false);
        List<String> held = Arrays.stream(
                        SequenceSplit.byGroup(all, all.groups(), 0.3, 1).heldOut())
                .mapToObj(all.groups()::get)
                .distinct()
                .toList();
        assertThat(held).hasSize(2);
        Run judged = Run.ok("evaluate", model(), csv, "--json");
        assertThat(judged.json().get("part")).isEqualTo("held_out");
        assertThat(judged.number("of")).isEqualTo(8);
        assertThat(judged.number("log_loss")).isEqualTo(run.number("log_loss"));

        byte[] first = Small.bytes(model());
        Run.ok("train", "classify", "--config", folder.resolve("model.run.json"));
        assertThat(Small.bytes(model())).isEqualTo(first);

        // A file that is not of the training needs no such column.
        Path other = Small.write(folder.resolve("other.csv"), "gesture,x,kind\na,1,up\na,2,up\n");
        assertThat(Run.ok("evaluate", model(), other, "--json").number("of")).isEqualTo(1);
        assertThat(Run.ok("predict", model(), other).out()).contains("a,");
    }

    @Test
    void groupsThatMakeNoSenseAreRefused() {
        Path csv = gestures(3);
        Run.refused(trainGestures(csv, "--validation", 0)).saying("--group is person but --validation is 0,");
        Run.refused(trainGestures(csv, "--group", "persons")).saying("there is no column 'persons'. ");
        Run.refused(trainGestures(gestures(1))).saying("all sequences are of the group 'person 0'");
        Run.refused(trainGestures(Small.waves(folder.resolve("waves.ts"), 20, 1)))
                .saying("--group is person but");
        Path mixed = Small.write(
                folder.resolve("mixed.csv"), "gesture,person,x,kind\na,ann,1,up\na,bob,2,up\nb,bob,1,down\n");
        Run.refused(trainGestures(mixed))
                .saying("line 3, column 'person': the sequence 'a' is of the group 'bob' here but of 'ann' in line 2");
        Path nobody = Small.write(folder.resolve("nobody.csv"), "gesture,person,x,kind\na,,1,up\nb,bob,1,down\n");
        Run.refused(trainGestures(nobody)).saying("line 2, column 'person': expected the name of a group");
        Path apart = Small.write(
                folder.resolve("apart.csv"), "gesture,person,x,kind\na,ann,1,up\nb,bob,1,down\nc,ann,2,up\n");
        Run.refused(trainGestures(apart)).saying("takes all of the classes");
    }
}
