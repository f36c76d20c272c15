package dev.carousel.cli.train;

import dev.carousel.cli.command.OutputFile;
import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import dev.carousel.json.Json;
import dev.carousel.json.JsonException;
import dev.carousel.model.Provenance;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Options of a training from a JSON file, and the file that repeats a run. Names are those of the options without dashes;
 * paths are relative to the file.
 *
 * <pre>{@code
 * {
 *   "command": "train text",
 *   "file": "book.txt",
 *   "hidden": 256,
 *   "made": {"carousel": "0.1.0", "data": [{"name": "book.txt", "sha256": "..."}]}
 * }
 * }</pre>
 *
 * <p>{@code command} and {@code made} may be left out; a run writes them, and they are checked.
 */
public final class ConfigFile {

    private static final String COMMAND = "command";
    private static final String MADE = "made";

    private final Path file;
    private final Map<String, Object> entries;

    private ConfigFile(Path file, Map<String, Object> entries) {
        this.file = file;
        this.entries = entries;
    }

    /**
     * Reads a file of options.
     *
     * @throws DataException if it is not there, or no JSON object
     */
    static ConfigFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataException("--config " + file + ": "
                    + (Files.exists(file) ? "expected a file of options but found something else." : "no such file."));
        }
        try {
            if (Json.parse(Files.readString(file)) instanceof Map<?, ?> map) {
                Map<String, Object> entries = new LinkedHashMap<>();
                map.forEach((key, value) -> entries.put((String) key, value));
                return new ConfigFile(file, entries);
            }
            throw new DataException(
                    "--config " + file + ": expected a JSON object, {\"hidden\": 64, ...}, but found another value.");
        } catch (JsonException e) {
            throw new DataException(
                    "--config " + file + ": expected a JSON object, {\"hidden\": 64, ...}, but " + e.getMessage()
                            + ". Is a comma or a quotation mark amiss?",
                    e);
        } catch (CharacterCodingException e) {
            throw new DataException("--config " + file + ": is not UTF-8 text. Is it a model instead?", e);
        } catch (IOException e) {
            throw new DataException("--config " + file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The words that one would type for it.
     *
     * @param spec the command
     * @param typed what was typed, which wins
     * @throws DataException if it is for another command, an option is unknown, or a value is not valid
     */
    List<String> words(CommandSpec spec, Set<ArgSpec> typed) {
        requireCommand(spec);
        Map<String, ArgSpec> known = new LinkedHashMap<>();
        OptionValues.all(spec).forEach(arg -> known.put(OptionValues.key(arg), arg));
        List<String> options = new ArrayList<>();
        List<String> parameters = new ArrayList<>();
        entries.forEach((key, value) -> {
            if (key.equals(COMMAND) || key.equals(MADE)) {
                return;
            }
            ArgSpec arg = known.get(key);
            if (arg == null) {
                throw unknown(key, spec, known.keySet());
            }
            List<String> words = OptionValues.words(arg, texts(arg, key, value));
            if (!typed.contains(arg)) {
                (arg.isOption() ? options : parameters).addAll(words);
            }
        });
        options.addAll(parameters);
        return options;
    }

    private void requireCommand(CommandSpec spec) {
        String name = name(spec);
        Object said = entries.getOrDefault(COMMAND, name);
        if (!said.equals(name)) {
            throw new DataException("--config " + file + ": holds the options of 'carousel " + said
                    + "', but the command is 'carousel " + name + "'.");
        }
    }

    private static String name(CommandSpec spec) {
        return spec.qualifiedName(" ").replaceFirst("^carousel ", "");
    }

    private DataException unknown(String key, CommandSpec spec, Set<String> known) {
        String meant = Spelling.nearest(key.replaceFirst("^-+", ""), known)
                .map(name -> " Did you mean '" + name + "'?")
                .orElse("");
        return new DataException("--config " + file + ": '" + key + "' is no option of 'carousel " + name(spec) + "'."
                + meant + " It has: " + String.join(", ", known) + ".");
    }

    private List<String> texts(ArgSpec arg, String key, Object value) {
        if (OptionValues.isFlag(arg)) {
            if (!(value instanceof Boolean)) {
                throw wrong(key, "true or false", value);
            }
            return List.of(value.toString());
        }
        if (value instanceof List<?> list) {
            if (!arg.isMultiValue()) {
                throw wrong(key, "one value", value);
            }
            return list.stream().map(item -> text(arg, key, item)).toList();
        }
        return List.of(text(arg, key, value));
    }

    private String text(ArgSpec arg, String key, Object value) {
        if (value instanceof String text) {
            return OptionValues.isFile(arg) ? fromHere(key, text) : text;
        }
        if (value instanceof Number number) {
            return OptionValues.plain(new BigDecimal(number.toString()));
        }
        throw wrong(key, "a text or a number", value);
    }

    private String fromHere(String key, String text) {
        try {
            return file.resolveSibling(text).normalize().toString();
        } catch (java.nio.file.InvalidPathException e) {
            throw new DataException("--config " + file + ": '" + key + "' is no path: " + e.getMessage(), e);
        }
    }

    private DataException wrong(String key, String expected, Object found) {
        return new DataException("--config " + file + ": expected '" + key + "' to be " + expected + " but found "
                + Json.write(found) + ".");
    }

    /** The SHA-256 of the data of the run that wrote this file, by name; empty where a person did. */
    Map<String, String> sums() {
        Map<String, String> sums = new TreeMap<>();
        if (entries.get(MADE) instanceof Map<?, ?> made && made.get("data") instanceof List<?> data) {
            for (Object item : data) {
                if (item instanceof Map<?, ?> one
                        && one.get("name") instanceof String name
                        && one.get("sha256") instanceof String sum) {
                    sums.put(name, sum);
                }
            }
        }
        return sums;
    }

    /** Where the file that repeats a run is: next to its model, {@code book.run.json} for {@code book.safetensors}. */
    public static Path besideModel(Path model) {
        String name = String.valueOf(model.getFileName());
        int dot = name.lastIndexOf('.');
        return model.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".run.json");
    }

    /**
     * Writes the file that repeats a run: what decides the model, and where that is. How it was run, with so many threads or
     * with a report, is not in it.
     *
     * @param model the model, next to which it goes
     * @param values what the training was given
     * @param made where the model comes from
     * @throws DataException if it cannot be written
     */
    public static void write(Path model, OptionValues values, Provenance made) {
        Path file = besideModel(model);
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put(COMMAND, values.commandName().replaceFirst("^carousel ", ""));
        Path folder = file.toAbsolutePath().getParent();
        entries.putAll(values.decisive()
                .with(TrainCommand.OUTPUT, model.toString())
                .toJson(folder == null ? Path.of("") : folder));
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("carousel", made.software().carousel());
        about.put("java", made.software().java());
        about.put("kernels", made.software().kernels());
        List<Object> data = new ArrayList<>();
        for (Provenance.Data one : made.data()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", one.name());
            entry.put("bytes", one.bytes());
            entry.put("sha256", one.sha256());
            data.add(entry);
        }
        about.put("data", data);
        entries.put(MADE, about);
        OutputFile.write(file, lines(entries).getBytes(StandardCharsets.UTF_8));
    }

    /** One entry a line, for people to read and change. */
    private static String lines(Map<String, Object> entries) {
        StringBuilder text = new StringBuilder("{\n");
        Iterator<Map.Entry<String, Object>> all = entries.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Object> entry = all.next();
            text.append("  ").append(Json.write(entry.getKey())).append(": ").append(Json.write(entry.getValue()));
            text.append(all.hasNext() ? ",\n" : "\n");
        }
        return text.append("}\n").toString();
    }
}
