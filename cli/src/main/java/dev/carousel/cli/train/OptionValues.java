package dev.carousel.cli.train;

import dev.carousel.cli.command.DataFile;
import dev.carousel.cli.command.OptionRoles;
import dev.carousel.cli.command.Scope;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * What the options and parameters of one training are, in the order of its help: as they were typed or stand in a file, else
 * by default. Those that belong to the command as a whole, such as its threads, are not among them, nor are those that only
 * one of several trainings could have. Texts as a user types them, numbers in one form for all ways to write them. Immutable.
 */
public final class OptionValues {

    private static final Set<Class<?>> NUMBERS = Set.of(
            int.class, long.class, float.class, double.class, Integer.class, Long.class, Float.class, Double.class);

    private final CommandSpec spec;
    private final Map<ArgSpec, List<String>> values;

    private OptionValues(CommandSpec spec, Map<ArgSpec, List<String>> values) {
        this.spec = spec;
        this.values = values;
    }

    /** What a command was given, after its words have been parsed. */
    public static OptionValues of(CommandSpec spec) {
        ParseResult parsed = spec.commandLine().getParseResult();
        Map<ArgSpec, List<String>> values = new LinkedHashMap<>();
        for (ArgSpec arg : args(spec)) {
            List<String> given = parsed.matchedArgs().contains(arg) ? typed(parsed, arg) : byDefault(spec, arg);
            if (!given.isEmpty()) {
                values.put(arg, given);
            }
        }
        return new OptionValues(spec, values);
    }

    /** The parameters and options that a file may hold, in the order of the help. */
    public static List<ArgSpec> all(CommandSpec spec) {
        List<ArgSpec> args = new ArrayList<>(spec.positionalParameters());
        spec.options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .filter(option -> !option.longestName().equals(ConfigOptions.NAME))
                .sorted(Comparator.comparingInt(OptionSpec::order))
                .forEach(args::add);
        return args;
    }

    /** Those of them that each of several trainings has. */
    public static List<ArgSpec> args(CommandSpec spec) {
        return all(spec).stream()
                .filter(arg -> OptionRoles.of(arg).scope() == Scope.EVERY_TRAINING)
                .toList();
    }

    /** What an option or parameter is called in a file: {@code hidden} for {@code --hidden}, {@code file} for FILE. */
    public static String key(ArgSpec arg) {
        return arg instanceof OptionSpec option
                ? option.longestName().replaceFirst("^-+", "")
                : arg.paramLabel().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
    }

    /** Whether it takes no value. */
    public static boolean isFlag(ArgSpec arg) {
        return arg.isOption() && arg.arity().max() == 0;
    }

    public static boolean isFile(ArgSpec arg) {
        return element(arg) == Path.class;
    }

    public static boolean isNumber(ArgSpec arg) {
        return NUMBERS.contains(element(arg));
    }

    /** Whether it is a number without a fraction. */
    public static boolean isWhole(ArgSpec arg) {
        Class<?> type = element(arg);
        return type == int.class || type == long.class || type == Integer.class || type == Long.class;
    }

    /** The type of one value, where there may be none or several. */
    private static Class<?> element(ArgSpec arg) {
        Class<?>[] inner = arg.auxiliaryTypes();
        return inner.length > 0 ? inner[0] : arg.type();
    }

    private static List<String> typed(ParseResult parsed, ArgSpec arg) {
        List<String> texts;
        if (arg instanceof OptionSpec option) {
            texts = parsed.matchedOption(option.longestName()).stringValues();
        } else {
            texts = parsed.matchedPositionals().stream()
                    .filter(matched -> matched.equals(arg))
                    .map(PositionalParamSpec::stringValues)
                    .findFirst()
                    .orElse(List.of());
        }
        if (isFlag(arg)) {
            return List.of(String.valueOf(Boolean.TRUE.equals(arg.getValue())));
        }
        return texts.stream().map(text -> plain(arg, text)).toList();
    }

    private static List<String> byDefault(CommandSpec spec, ArgSpec arg) {
        String text = defaultText(spec, arg);
        if (text == null || (isFlag(arg) && !Boolean.parseBoolean(text))) {
            return List.of();
        }
        String split = arg.splitRegex();
        List<String> parts = split.isEmpty() ? List.of(text) : Arrays.asList(text.split(split));
        return parts.stream().map(part -> plain(arg, part)).toList();
    }

    private static @Nullable String defaultText(CommandSpec spec, ArgSpec arg) {
        try {
            String own = spec.defaultValueProvider() == null
                    ? null
                    : spec.defaultValueProvider().defaultValue(arg);
            return own == null ? arg.defaultValue() : own;
        } catch (Exception e) {
            throw new IllegalStateException("The defaults of " + spec.qualifiedName() + " cannot be read.", e);
        }
    }

    /** 1e-3 and 0.001 are one number. */
    private static String plain(ArgSpec arg, String text) {
        if (!isNumber(arg)) {
            return text;
        }
        try {
            return plain(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return text;
        }
    }

    public static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** Those that decide the model: what a run is repeated by, and all that a model says of it. */
    public OptionValues decisive() {
        Map<ArgSpec, List<String>> less = new LinkedHashMap<>(values);
        less.keySet().removeIf(OptionRoles::isRunOnly);
        return new OptionValues(spec, less);
    }

    /** The same with other values for one option. */
    public OptionValues with(ArgSpec arg, List<String> texts) {
        Map<ArgSpec, List<String>> more = new LinkedHashMap<>(values);
        more.put(arg, texts.stream().map(text -> plain(arg, text)).toList());
        return new OptionValues(spec, more);
    }

    /** The same with another value for an option by its name, such as {@code --seed}. */
    public OptionValues with(String option, String text) {
        return with(spec.findOption(option), List.of(text));
    }

    /** The same without an option; nothing changes if there is no such option. */
    public OptionValues without(String option) {
        Map<ArgSpec, List<String>> less = new LinkedHashMap<>(values);
        less.keySet()
                .removeIf(arg ->
                        arg instanceof OptionSpec known && known.longestName().equals(option));
        return new OptionValues(spec, less);
    }

    /** The value of an option as text, or nothing. */
    public String text(String option) {
        return String.join(",", values.getOrDefault(spec.findOption(option), List.of()));
    }

    /** All of them, for the words after {@code carousel train}: parsing these gives the same values. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        values.forEach((arg, texts) -> words.addAll(words(arg, texts)));
        return words;
    }

    public static List<String> words(ArgSpec arg, List<String> texts) {
        if (isFlag(arg)) {
            return texts.stream()
                    .flatMap(text -> flag((OptionSpec) arg, Boolean.parseBoolean(text)).stream())
                    .toList();
        }
        return texts.stream()
                .map(text -> arg.isOption() ? ((OptionSpec) arg).longestName() + "=" + text : text)
                .toList();
    }

    /** The word that sets a flag, {@code --layer-norm} or {@code --no-layer-norm}; none for one that can only be set. */
    private static Optional<String> flag(OptionSpec flag, boolean set) {
        if (set) {
            return Optional.of(flag.longestName());
        }
        CommandSpec of = flag.command();
        return flag.negatable()
                ? Optional.of(of.negatableOptionTransformer().makeNegative(flag.longestName(), of))
                : Optional.empty();
    }

    /**
     * The command as one might type it, for a model's provenance: what is not as by default, files without their folders.
     */
    public String command() {
        List<String> words = new ArrayList<>(List.of(spec.qualifiedName(" ")));
        values.forEach((arg, texts) -> {
            String name = arg instanceof OptionSpec option ? option.longestName() : "";
            if (texts.equals(byDefault(spec, arg))) {
                return;
            }
            if (isFlag(arg)) {
                words.addAll(words(arg, texts));
                return;
            }
            for (String text : texts) {
                if (!name.isEmpty()) {
                    words.add(name);
                }
                words.add(quoted(isFile(arg) ? String.valueOf(Path.of(text).getFileName()) : text));
            }
        });
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return word.matches("[\\p{L}\\p{N}_./:,=+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** The command, {@code carousel train text}. */
    String commandName() {
        return spec.qualifiedName(" ");
    }

    /**
     * By key, as a file of options holds them.
     *
     * @param folder what files are named from
     */
    public Map<String, Object> toJson(Path folder) {
        Map<String, Object> json = new LinkedHashMap<>();
        values.forEach((arg, texts) -> {
            List<Object> all =
                    texts.stream().map(text -> json(arg, text, folder)).toList();
            json.put(key(arg), all.size() == 1 ? all.get(0) : all);
        });
        return json;
    }

    /** The SHA-256 of every file that is named and there, by name; of a folder, nothing. */
    public Map<String, Object> sums() {
        Map<String, Object> sums = new TreeMap<>();
        values.forEach((arg, texts) -> texts.stream()
                .filter(text -> isFile(arg) && Files.isRegularFile(Path.of(text)))
                .forEach(text -> sums.put(text, DataFile.of(Path.of(text)).sha256())));
        return sums;
    }

    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");

    private static Object json(ArgSpec arg, String text, Path folder) {
        if (isFile(arg)) {
            return fromFolder(folder, Path.of(text)).replace('\\', '/');
        }
        if (isFlag(arg)) {
            return Boolean.valueOf(text);
        }
        if (!isNumber(arg)) {
            return text;
        }
        return WHOLE.matcher(text).matches() ? (Object) Long.valueOf(text) : (Object) Double.valueOf(text);
    }

    private static String fromFolder(Path folder, Path file) {
        Path from = folder.toAbsolutePath().normalize();
        Path to = file.toAbsolutePath().normalize();
        boolean reachable = from.getRoot() != null && from.getRoot().equals(to.getRoot());
        return (reachable ? from.relativize(to) : to).toString();
    }
}
