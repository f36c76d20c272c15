package dev.carousel.stream;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Sessions as bytes in memory. */
final class HeapStore implements StateStore {

    private final Map<String, Map<String, byte[]>> models = new ConcurrentHashMap<>();

    private Map<String, byte[]> of(String model) {
        return models.computeIfAbsent(model, name -> new ConcurrentHashMap<>());
    }

    @Override
    public Optional<byte[]> get(String model, String key) {
        return Optional.ofNullable(of(model).get(key)).map(byte[]::clone);
    }

    @Override
    public synchronized boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected) {
        Map<String, byte[]> records = of(model);
        for (Change change : changes) {
            if (!Arrays.equals(records.get(change.key()), expected.get(change.key()))) {
                return false;
            }
        }
        write(model, changes);
        return true;
    }

    @Override
    public synchronized void write(String model, List<Change> changes) {
        Map<String, byte[]> records = of(model);
        for (Change change : changes) {
            if (change.record().isPresent()) {
                records.put(change.key(), change.record().get().clone());
            } else {
                records.remove(change.key());
            }
        }
    }

    @Override
    public void keys(String model, Consumer<String> each) {
        of(model).keySet().forEach(each);
    }

    @Override
    public void models(Consumer<String> each) {
        models.forEach((model, sessions) -> {
            if (!sessions.isEmpty()) {
                each.accept(model);
            }
        });
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public void close() {
        models.clear();
    }
}
