package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.RESULT;
import static dev.carousel.cli.command.Scope.THE_COMMAND;

import dev.carousel.cli.command.CommandTree;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.model.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Options from a file; what is typed wins. */
public final class ConfigOptions {

    static final String NAME = "--config";

    @Role(value = RESULT, scope = THE_COMMAND)
    @Option(
            order = -45,
            names = NAME,
            paramLabel = "FILE",
            description = "Take options from a JSON file, {\"hidden\": 64}, such as the .run.json that every training"
                    + " writes next to its model; what is typed wins, paths are relative to the file.")
    Optional<Path> config = Optional.empty();

    /** The sums of the data that the run of the file learned from, remembered before a run writes it anew. */
    private Map<String, String> sums = Map.of();

    /** Reads the sums of the data, before the file may be written over. */
    void remember() {
        sums = config.map(file -> ConfigFile.read(file).sums()).orElse(Map.of());
    }

    /** Says where data is not what it was in the run that the file repeats. */
    void noteOtherData(Subcommand command, List<Provenance.Data> data) {
        for (Provenance.Data one : data) {
            String before = sums.getOrDefault(one.name(), one.sha256());
            if (!before.equals(one.sha256())) {
                command.note("note: " + one.name() + " is not what it was in the run of "
                        + config.map(Path::toString).orElse("") + ": expected SHA-256 " + before.substring(0, 12)
                        + "... but found " + one.sha256().substring(0, 12) + "...; the model will be another");
            }
        }
    }

    /**
     * The words of a command with those of its file of options after the names of the command.
     *
     * @param tree knows the options of the command
     * @throws dev.carousel.data.DataException if the file cannot be used
     */
    public static String[] expanded(CommandTree tree, String... args) {
        if (Arrays.stream(args).noneMatch(word -> word.equals(NAME) || word.startsWith(NAME + "="))) {
            return args;
        }
        ParseResult parsed = read(tree, args);
        int at = 0;
        while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
            String name = parsed.commandSpec().name();
            while (at < args.length && !args[at].equals(name)) {
                at++;
            }
            at++;
        }
        if (!parsed.hasMatchedOption(NAME)) {
            return args;
        }
        Path file = parsed.matchedOptionValue(NAME, Optional.<Path>empty()).orElse(Path.of(""));
        List<String> words = new ArrayList<>(Arrays.asList(args));
        words.addAll(at, ConfigFile.read(file).words(parsed.commandSpec(), Set.copyOf(parsed.matchedArgs())));
        return words.toArray(String[]::new);
    }

    /** As far as the words can be understood without the file. */
    private static ParseResult read(CommandTree tree, String... args) {
        CommandLine probe = tree.silent(args);
        collectErrors(probe);
        return probe.parseArgs(args);
    }

    private static void collectErrors(CommandLine line) {
        line.getCommandSpec().parser().collectErrors(true);
        new LinkedHashMap<>(line.getSubcommands()).values().forEach(ConfigOptions::collectErrors);
    }
}
