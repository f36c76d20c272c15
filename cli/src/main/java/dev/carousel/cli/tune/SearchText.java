package dev.carousel.cli.tune;

import dev.carousel.cli.command.Changes;
import dev.carousel.cli.command.OptionRoles;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.train.OptionValues;
import dev.carousel.cli.train.TrainCommand;
import dev.carousel.cli.train.TrialFiles;
import dev.carousel.data.Spelling;
import dev.carousel.train.search.SearchSpace;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What is searched, as it is typed.
 *
 * <pre>{@code
 * hidden=32..256:log:step=16      a whole number, since the option takes one
 * rate=1e-4..1e-2:log             a number
 * cell=lstm,gru                   one of these
 * }</pre>
 */
final class SearchText {

    private static final Pattern RANGE = Pattern.compile("([^:]+?)\\.\\.([^:]+)((?::[^:]+)*)");

    private SearchText() {}

    /** The search of a training. */
    static SearchSpace space(Subcommand command, CommandSpec training, List<String> searches) {
        SearchSpace space = SearchSpace.empty();
        for (String search : searches) {
            try {
                space = with(space, training, search);
            } catch (IllegalArgumentException e) {
                throw command.mistake("--search " + search + ": " + e.getMessage());
            }
        }
        return space;
    }

    private static SearchSpace with(SearchSpace space, CommandSpec training, String search) {
        int equals = search.indexOf('=');
        if (equals < 1 || equals == search.length() - 1) {
            throw new IllegalArgumentException("expected NAME=LOW..HIGH, NAME=LOW..HIGH:log or NAME=ONE,OTHER.");
        }
        String name = search.substring(0, equals).replaceFirst("^-+", "");
        String values = search.substring(equals + 1);
        ArgSpec option = option(training, name);
        Matcher range = RANGE.matcher(values);
        if (!range.matches()) {
            List<String> choices =
                    Arrays.stream(values.split(",", -1)).map(String::strip).toList();
            if (OptionValues.isFlag(option) && !List.of("true", "false").containsAll(choices)) {
                throw new IllegalArgumentException("--" + name + " is a flag, so its values are true and false.");
            }
            return space.withChoice(name, choices.toArray(String[]::new));
        }
        if (!OptionValues.isNumber(option)) {
            throw new IllegalArgumentException(
                    "--" + name + " takes no number, so it has no range. Name its values: " + name + "=ONE,OTHER.");
        }
        return withRange(space, option, name, range);
    }

    private static ArgSpec option(CommandSpec training, String name) {
        Map<String, ArgSpec> known = new LinkedHashMap<>();
        OptionValues.args(training).stream()
                .filter(ArgSpec::isOption)
                .forEach(arg -> known.put(OptionValues.key(arg), arg));
        ArgSpec option = known.get(name);
        if (option != null) {
            requireComparable(option, name);
            if (training.userObject() instanceof TrainCommand command) {
                command.changesMeasure("--" + name).ifPresent(why -> {
                    throw changesMeasure(name, why);
                });
            }
            return option;
        }
        OptionSpec other = training.findOption("--" + name);
        if (other != null && OptionRoles.find(other).isPresent()) {
            requireComparable(other, name);
            throw new IllegalArgumentException(
                    "--" + name + " is no option of a single training, so there is nothing to search.");
        }
        known.values().removeIf(arg -> OptionRoles.of(arg).value() != Changes.RESULT);
        known.remove(Tuning.EPOCHS.substring(2));
        throw new IllegalArgumentException("'carousel " + String.join(" ", TrialFiles.names(training))
                + "' has no option --" + name + "."
                + Spelling.nearest(name, known.keySet())
                        .map(meant -> " Did you mean '" + meant + "'?")
                        .orElse("")
                + " It can search: " + String.join(", ", known.keySet()) + ".");
    }

    /**
     * Refuses what a training, once its options are known, cannot be compared by.
     *
     * @param names of the options that are searched
     */
    static void requireComparable(Subcommand command, TrainCommand training, List<String> names) {
        for (String name : names) {
            training.changesMeasure("--" + name).ifPresent(why -> {
                throw command.mistake(
                        "--search " + name + ": " + changesMeasure(name, why).getMessage());
            });
        }
    }

    private static void requireComparable(ArgSpec option, String name) {
        Role role = OptionRoles.of(option);
        if (role.value() == Changes.RUN) {
            throw new IllegalArgumentException(
                    "--" + name + " changes nothing in a model, so there is nothing to search.");
        }
        if (role.value() == Changes.MODEL) {
            throw new IllegalArgumentException(
                    "--" + name + " changes the model but not the loss on what is held out, so"
                            + " that all trials would be equal. Give it one value, after the task; to compare several, train with"
                            + " each and judge the models with 'carousel evaluate'.");
        }
        if (role.value() == Changes.MEASURE) {
            throw changesMeasure(name, role.why());
        }
        if (name.equals(Tuning.EPOCHS.substring(2))) {
            throw new IllegalArgumentException("--" + name + " says how far a training goes, so trials could not be"
                    + " compared. Give the most of them after the task; --halving tries fewer first.");
        }
    }

    private static IllegalArgumentException changesMeasure(String name, String why) {
        return new IllegalArgumentException("--" + name + " changes what the loss on what is held out means (" + why
                + "), so trials could not be compared. Give it one value, after the task; to compare several, train with"
                + " each and judge the models with 'carousel evaluate'.");
    }

    private static SearchSpace withRange(SearchSpace space, ArgSpec option, String name, Matcher range) {
        boolean logarithmic = false;
        BigDecimal step = BigDecimal.ONE;
        for (String word : range.group(3).split(":", -1)) {
            if (word.equals("log")) {
                logarithmic = true;
            } else if (word.startsWith("step=")) {
                step = number(word.substring("step=".length()));
                if (!OptionValues.isWhole(option)) {
                    throw new IllegalArgumentException("--" + name + " is no whole number, so its range has no step.");
                }
            } else if (!word.isEmpty()) {
                throw new IllegalArgumentException(
                        "expected 'log' or 'step=N' after the range but found '" + word + "'.");
            }
        }
        BigDecimal low = number(range.group(1));
        BigDecimal high = number(range.group(2));
        return OptionValues.isWhole(option)
                ? space.withWhole(name, whole(name, low), whole(name, high), whole(name, step), logarithmic)
                : space.withReal(name, low.doubleValue(), high.doubleValue(), logarithmic);
    }

    private static BigDecimal number(String text) {
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number but found '" + text + "'.", e);
        }
    }

    private static long whole(String name, BigDecimal number) {
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "--" + name + " takes whole numbers but found " + number + " in its range.", e);
        }
    }

    /** A value that was drawn, as it is typed. */
    static String typed(Object value) {
        return value instanceof Number number ? OptionValues.plain(new BigDecimal(number.toString())) : (String) value;
    }
}
