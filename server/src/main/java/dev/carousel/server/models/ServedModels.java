package dev.carousel.server.models;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.StreamPool;
import dev.carousel.model.Model;
import dev.carousel.model.ModelException;
import dev.carousel.network.PackedNetwork;
import dev.carousel.server.http.Problem;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.SessionPool;
import dev.carousel.stream.StateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * All models that are served. {@link #refresh} looks again at files and folders: new and changed files become the newest version
 * of their model at once, while running sessions stay on theirs; a version whose sessions have ended is let go.
 *
 * <p>Any thread may ask; one at a time refreshes.
 */
public final class ServedModels implements AutoCloseable {

    private static final int FINGERPRINT_DIGITS = 16;
    private static final Pattern STORED = Pattern.compile("(.+)@[0-9a-f]{" + FINGERPRINT_DIGITS + "}");

    private final List<Path> sources;
    private final PoolOptions options;
    private final Optional<StateStore> store;
    private final int most;
    private final Function<Path, Model> loader;
    private final Consumer<String> log;
    private final ConcurrentMap<String, ServedModel> models = new ConcurrentHashMap<>();
    private final Map<Path, ModelFile.Stamp> seen = new LinkedHashMap<>();

    /** Whether there are versions that the store's sessions have not been compared with; stays so while the store fails. */
    private boolean unlooked;

    /** Of models that are not served at all, how many sessions the store has. */
    private volatile Map<String, Long> gone = Map.of();

    /**
     * The models of some files and folders; none is read yet.
     *
     * @param sources files of models, or folders of them
     * @param options of each model's pool; the name is set for each
     * @param store where sessions are kept, if anywhere; not closed
     * @param most how many models there may be
     * @param loader reads a file
     * @param log receives a line on each version that comes, goes or cannot be read
     */
    public ServedModels(
            List<Path> sources,
            PoolOptions options,
            Optional<StateStore> store,
            int most,
            Function<Path, Model> loader,
            Consumer<String> log) {
        this.sources = List.copyOf(sources);
        this.options = options;
        this.store = store;
        this.most = most;
        this.loader = loader;
        this.log = log;
    }

    /**
     * Reads all files; unlike {@link #refresh}, a file that cannot be read is an error.
     *
     * @throws DataException if a source is missing, two files have one name, or there are too many
     * @throws ModelException if a file cannot be read
     */
    public void open() {
        for (ModelFile file : ModelFile.all(sources)) {
            load(file);
        }
        if (models.isEmpty()) {
            throw new DataException("There is no model in " + sources
                    + ": expected files that end in .safetensors, or folders of them (NAME/VERSION.safetensors).");
        }
        lookForUnserved(true);
    }

    /** What the store has of networks that are not served. */
    private void lookForUnserved(boolean tell) {
        if (store.isEmpty()) {
            return;
        }
        Set<String> served = versions().stream().map(ModelVersion::stored).collect(Collectors.toSet());
        Map<String, List<String>> unserved = new TreeMap<>();
        store.get().models(name -> {
            Matcher stored = STORED.matcher(name);
            if (!served.contains(name) && stored.matches()) {
                unserved.computeIfAbsent(stored.group(1), model -> new ArrayList<>())
                        .add(name);
            }
        });
        Map<String, Long> others = new HashMap<>();
        models.values().stream()
                .filter(model -> !unserved.containsKey(model.name()))
                .forEach(model -> model.setUnserved(UnservedSessions.NONE));
        unserved.forEach((name, names) -> {
            UnservedSessions sessions = UnservedSessions.of(store.get(), names, options.shared());
            Optional.ofNullable(models.get(name))
                    .ifPresentOrElse(
                            model -> model.setUnserved(sessions),
                            () -> others.merge(name, sessions.count(), Long::sum));
            if (tell && !sessions.isEmpty()) {
                log.accept("The store has " + sessions.count() + " sessions of " + names
                        + (models.containsKey(name)
                                ? ", networks of the model '" + name
                                        + "' that are not served any more. They are kept, and whoever asks for one gets 409: put"
                                        + " the file back as another version to go on with them."
                                : ", and the model '" + name + "' is not served. They are kept until it is."));
            }
        });
        others.values().removeIf(count -> count == 0);
        gone = Map.copyOf(others);
    }

    /** Looks again at files and folders; what cannot be read is said in the log, and what was there before stays. */
    public synchronized void refresh() {
        List<ModelFile> found;
        try {
            found = ModelFile.all(sources);
        } catch (DataException e) {
            log.accept(String.valueOf(e.getMessage()));
            return;
        }
        int before = versions().size();
        for (ModelFile file : found) {
            try {
                load(file);
            } catch (ModelException | DataException | IllegalArgumentException e) {
                log.accept(file.path() + ": not taken, what was there before stays. " + e.getMessage());
            }
        }
        unlooked |= versions().size() > before;
        if (unlooked) {
            lookForUnserved(true);
            unlooked = false;
        }
        models.values().forEach(ServedModel::leaveBehind);
        retire();
    }

    private synchronized void load(ModelFile file) {
        if (file.stamp().equals(seen.get(file.path()))) {
            return;
        }
        seen.put(file.path(), file.stamp());
        ServedModel served = models.get(file.model());
        if (served == null && models.size() >= most) {
            throw new DataException(file.path() + ": there are " + most
                    + " models already, which is as many as this server takes. Start it with a larger --max-models.");
        }
        Model model = loader.apply(file.path());
        String label = file.version().orElse(served == null ? "1" : next(served));
        Unopened network = unopened(file, label, model);
        if (served == null) {
            models.put(
                    file.model(),
                    new ServedModel(file.model(), List.of(network.open().get())));
            return;
        }
        // Before it has a pool: two of one network would keep their sessions under one name.
        Optional<ModelVersion<?, ?>> same = served.versions().stream()
                .filter(one -> one.pool().fingerprint().equals(network.fingerprint()))
                .findFirst();
        if (same.isPresent()) {
            log.accept(file.path() + ": the network is that of version "
                    + same.get().label() + " of '" + file.model() + "', so its sessions go on.");
            return;
        }
        served.add(network.open().get());
        log.accept(file.path() + ": version " + label + " of '" + file.model()
                + "' takes new sessions; those that run finish on theirs.");
    }

    private static String next(ServedModel served) {
        long largest = served.versions().stream()
                .map(ModelVersion::label)
                .filter(label -> label.matches("[0-9]{1,9}"))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
        return Long.toString(largest + 1);
    }

    /**
     * A version that has no pool yet.
     *
     * @param fingerprint what the states of its sessions belong to
     * @param open gives it its pool
     */
    private record Unopened(String fingerprint, Supplier<ModelVersion<?, ?>> open) {}

    private Unopened unopened(ModelFile file, String label, Model model) {
        if (hasStreams(model)) {
            StreamModel streams = StreamModel.of(model);
            PoolOptions named = named(file, streams.fingerprint());
            return new Unopened(
                    streams.fingerprint(),
                    () -> new ModelVersion<Event, Answer>(
                            file.model(),
                            label,
                            file.path(),
                            named.name(),
                            streams.task(),
                            new TaskForm(streams, AnswerNumbers.of(model)),
                            store.map(kept -> StreamPool.of(streams, named, kept))
                                    .orElseGet(() -> StreamPool.of(streams, named)),
                            ModelExample.of(model, streams)));
        }
        if (!model.spec().stepwise()) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    file.path() + ": cannot be served, since a session takes one event at a time and the network "
                            + model.spec().layers()
                            + (model.spec().encoderDecoder().isPresent()
                                    ? " reads the whole input before it writes. 'carousel predict' runs it."
                                    : " needs whole sequences. 'carousel predict' runs it."));
        }
        PackedNetwork network = model.network().pack();
        PoolOptions named = named(file, network.fingerprint());
        return new Unopened(
                network.fingerprint(),
                () -> new ModelVersion<float[], float[]>(
                        file.model(),
                        label,
                        file.path(),
                        named.name(),
                        "",
                        new VectorForm(network.spec()),
                        store.map(kept -> SessionPool.of(network, named, kept))
                                .orElseGet(() -> SessionPool.of(network, named)),
                        ModelExample.of(network.spec())));
    }

    /** Sessions are stored by the model's name and what their states belong to. */
    private PoolOptions named(ModelFile file, String fingerprint) {
        return options.withName(file.model() + "@" + fingerprint.substring(0, FINGERPRINT_DIGITS));
    }

    private static boolean hasStreams(Model model) {
        return List.of("forecast", "anomaly", "classify", "tag", "transcribe", "text")
                .contains(model.task().kind());
    }

    /** Lets go of versions that are not the newest and have no session any more. */
    private void retire() {
        for (ServedModel model : models.values()) {
            for (ModelVersion<?, ?> version : model.versions()) {
                if (version != model.newest() && !hasSessions(version)) {
                    model.remove(version);
                    version.pool().close();
                    log.accept("Version " + version.label() + " of '" + model.name()
                            + "' has no session any more and is gone.");
                }
            }
        }
    }

    private static boolean hasSessions(ModelVersion<?, ?> version) {
        if (version.pool().figures().sessions() > 0) {
            return true;
        }
        boolean[] any = {false};
        version.pool().keys(key -> any[0] = true);
        return any[0];
    }

    /** All models, by name. */
    public List<ServedModel> all() {
        List<ServedModel> all = new ArrayList<>(models.values());
        all.sort(java.util.Comparator.comparing(ServedModel::name));
        return all;
    }

    /**
     * The model of a name.
     *
     * @throws Problem 404, or 409 if the store has sessions of it
     */
    public ServedModel get(String name) {
        ServedModel model = models.get(name);
        if (model == null) {
            Long left = gone.get(name);
            if (left != null) {
                throw Problem.of(
                                409,
                                "The model '" + name + "' is not served, but the store has " + left
                                        + " sessions of it. Put its file back under that name to go on with them.")
                        .with("reason", "model-gone");
            }
            Collection<String> names = all().stream().map(ServedModel::name).toList();
            throw Problem.notFound("There is no model '" + name + "'; there are " + names + "."
                    + dev.carousel.data.Spelling.nearest(name, names)
                            .map(near -> " Did you mean '" + near + "'?")
                            .orElse(""));
        }
        return model;
    }

    /** All versions of all models. */
    public List<ModelVersion<?, ?>> versions() {
        List<ModelVersion<?, ?>> versions = new ArrayList<>();
        all().forEach(model -> versions.addAll(model.versions()));
        return versions;
    }

    /** Takes what waits, writes what is not in the store, and ends the pools; the store stays open. */
    @Override
    public void close() {
        RuntimeException first = null;
        for (ModelVersion<?, ?> version : versions()) {
            try {
                version.pool().close();
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
