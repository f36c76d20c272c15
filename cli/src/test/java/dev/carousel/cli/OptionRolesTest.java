package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.Changes;
import dev.carousel.cli.command.OptionRoles;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.train.OptionValues;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** What an option changes stands on the option. */
class OptionRolesTest {

    static List<CommandLine> trainings() {
        CommandLine root = Main.commandLine(Console.of(System.out, System.err));
        return List.copyOf(root.getSubcommands().get("train").getSubcommands().values());
    }

    /** All but {@code --help} and {@code --version}, which end the command. */
    private static Stream<ArgSpec> args(CommandLine training) {
        return training.getCommandSpec().args().stream()
                .filter(arg -> !(arg instanceof CommandLine.Model.OptionSpec option
                        && (option.usageHelp() || option.versionHelp())));
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void everyOptionOfATrainingHasARole(CommandLine training) {
        assertThat(args(training)).isNotEmpty().allSatisfy(arg -> {
            assertThat(OptionRoles.find(arg)).as("@Role of %s", arg).isPresent();
            Role role = OptionRoles.of(arg);
            assertThat(role.why().isEmpty())
                    .as("why of %s is said if it changes the measure", arg)
                    .isEqualTo(role.value() != Changes.MEASURE);
            assertThat(arg.isPositional() && role.value() != Changes.RESULT)
                    .as("%s is data", arg)
                    .isFalse();
        });
    }

    /** Its losses are of different things, which is said by its name, with the reason and what to do instead. */
    @ParameterizedTest
    @MethodSource("trainings")
    void noOptionThatChangesTheMeasureIsSearched(CommandLine training) {
        args(training)
                .filter(arg -> OptionRoles.of(arg).value() == Changes.MEASURE)
                .forEach(arg -> Run.refused(
                                "tune", "--search", OptionValues.key(arg) + "=true,false", training.getCommandName())
                        .saying(
                                "--" + OptionValues.key(arg) + " changes what the loss on what is held out means",
                                OptionRoles.of(arg).why(),
                                "carousel evaluate"));
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void noOptionThatLeavesTheLossAsItIsIsSearched(CommandLine training) {
        args(training)
                .filter(arg -> OptionRoles.of(arg).value() == Changes.MODEL)
                .forEach(arg -> Run.refused(
                                "tune", "--search", OptionValues.key(arg) + "=true,false", training.getCommandName())
                        .saying("--" + OptionValues.key(arg) + " changes the model but not the loss"));
    }

    @Test
    void aDetectorsThresholdLeavesItsLossAsItIs() {
        CommandLine anomaly = trainings().stream()
                .filter(line -> line.getCommandName().equals("anomaly"))
                .findFirst()
                .orElseThrow();
        assertThat(args(anomaly)
                        .filter(arg -> OptionRoles.of(arg).value() == Changes.MODEL)
                        .map(OptionValues::key))
                .containsExactlyInAnyOrder("alarms", "threshold", "label");
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void nothingIsSearchedAmongOptionsOfTheRun(CommandLine training) {
        args(training)
                .filter(arg -> OptionRoles.of(arg).value() == Changes.RUN)
                .forEach(arg -> Run.refused(
                                "tune", "--search", OptionValues.key(arg) + "=true,false", training.getCommandName())
                        .saying("--" + OptionValues.key(arg) + " changes nothing in a model"));
    }
}
