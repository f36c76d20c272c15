package dev.carousel.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.stream.PoolException;
import dev.carousel.stream.StateStore;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Sessions in Redis, for several servers that share them: a hash for each model, {@code carousel:sessions:MODEL}, with a field for
 * each session.
 *
 * <p>As durable as that server is: with {@code appendonly yes} and {@code appendfsync always} an answered event survives a failure
 * of its power, with the default {@code everysec} all but the last second of it; a failure of this process loses nothing either way.
 */
public final class RedisStateStore implements StateStore {

    private static final String PREFIX = "carousel:sessions:";

    private static final int SCANNED_AT_ONCE = 1000;

    /**
     * Sets and removes fields of KEYS[1] in one go. ARGV has four for each: the field, the SHA-1 of what must be there, "-" if
     * nothing, "*" if anything; "set" or "remove"; the value. Tells whether it was done.
     */
    private static final byte[] SCRIPT = """
            for i = 1, #ARGV, 4 do
              if ARGV[i + 1] ~= '*' then
                local present = redis.call('HGET', KEYS[1], ARGV[i])
                local sum = present and redis.sha1hex(present) or '-'
                if sum ~= ARGV[i + 1] then
                  return 0
                end
              end
            end
            for i = 1, #ARGV, 4 do
              if ARGV[i + 2] == 'set' then
                redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 3])
              else
                redis.call('HDEL', KEYS[1], ARGV[i])
              end
            end
            return 1
            """.getBytes(UTF_8);

    private static final byte[] ANYTHING = "*".getBytes(UTF_8);
    private static final byte[] NOTHING = "-".getBytes(UTF_8);
    private static final byte[] SET = "set".getBytes(UTF_8);
    private static final byte[] REMOVE = "remove".getBytes(UTF_8);
    private static final byte[] NONE = {};

    private final URI uri;
    private final RedisClient client;

    private RedisStateStore(URI uri, RedisClient client) {
        this.uri = uri;
        this.client = client;
    }

    /**
     * Connects with a server.
     *
     * @param uri such as {@code redis://localhost:6379}, with a user, a password and a database if they are needed; {@code rediss}
     *     for TLS
     * @throws PoolException of the kind {@code STORE_FAILED} if it does not answer
     */
    public static RedisStateStore connect(URI uri) {
        RedisClient client;
        try {
            client = RedisClient.create(uri);
        } catch (RuntimeException e) {
            throw failed(uri, e);
        }
        RedisStateStore store = new RedisStateStore(uri, client);
        try {
            store.call(RedisClient::ping);
        } catch (PoolException e) {
            client.close();
            throw e;
        }
        return store;
    }

    private <T> T call(Function<RedisClient, T> command) {
        try {
            return command.apply(client);
        } catch (JedisException | IllegalStateException e) {
            throw failed(uri, e);
        }
    }

    private static PoolException failed(URI uri, RuntimeException e) {
        String where = uri.getHost() + ":" + uri.getPort();
        String text = String.valueOf(e.getMessage());
        if (e instanceof JedisDataException && (text.contains("OOM ") || text.startsWith("MISCONF"))) {
            return new PoolException(
                    PoolException.Kind.STORE_FULL,
                    "Redis at " + where + " takes no more: " + text + " Give it more memory (maxmemory) or disk.",
                    e);
        }
        return new PoolException(
                PoolException.Kind.STORE_FAILED,
                "Redis at " + where + " failed: " + text
                        + " Is it running, and are the address and the password right?",
                e);
    }

    private static byte[] hash(String model) {
        return (PREFIX + model).getBytes(UTF_8);
    }

    private static byte[] field(String key) {
        return key.getBytes(UTF_8);
    }

    @Override
    public Optional<byte[]> get(String model, String key) {
        return call(redis -> Optional.ofNullable(redis.hget(hash(model), field(key))));
    }

    @Override
    public Map<String, byte[]> getAll(String model, Collection<String> keys) {
        List<String> ordered = List.copyOf(keys);
        if (ordered.isEmpty()) {
            return Map.of();
        }
        byte[][] fields = ordered.stream().map(RedisStateStore::field).toArray(byte[][]::new);
        List<byte[]> values = call(redis -> redis.hmget(hash(model), fields));
        Map<String, byte[]> found = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) != null) {
                found.put(ordered.get(i), values.get(i));
            }
        }
        return found;
    }

    @Override
    public void write(String model, List<Change> changes) {
        write(model, changes, Optional.empty());
    }

    @Override
    public boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected) {
        return write(model, changes, Optional.of(expected));
    }

    private boolean write(String model, List<Change> changes, Optional<Map<String, byte[]>> expected) {
        if (changes.isEmpty()) {
            return true;
        }
        List<byte[]> arguments = new ArrayList<>();
        for (Change change : changes) {
            arguments.add(field(change.key()));
            arguments.add(expected.map(all -> all.containsKey(change.key()) ? sha1(all.get(change.key())) : NOTHING)
                    .orElse(ANYTHING));
            arguments.add(change.record().isPresent() ? SET : REMOVE);
            arguments.add(change.record().orElse(NONE));
        }
        return Long.valueOf(1).equals(call(redis -> redis.eval(SCRIPT, List.of(hash(model)), arguments)));
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(bytes))
                    .getBytes(UTF_8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1.", e);
        }
    }

    @Override
    public void keys(String model, Consumer<String> each) {
        // A scan may give a field more than once, while the hash grows or shrinks.
        Set<String> seen = new HashSet<>();
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            byte[] from = cursor;
            ScanResult<Map.Entry<byte[], byte[]>> some =
                    call(redis -> redis.hscan(hash(model), from, new ScanParams().count(SCANNED_AT_ONCE)));
            for (Map.Entry<byte[], byte[]> entry : some.getResult()) {
                String key = new String(entry.getKey(), UTF_8);
                if (seen.add(key)) {
                    each.accept(key);
                }
            }
            cursor = some.getCursorAsBytes();
        } while (!Arrays.equals(cursor, ScanParams.SCAN_POINTER_START_BINARY));
    }

    @Override
    public void models(Consumer<String> each) {
        Set<String> seen = new HashSet<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        ScanParams these = new ScanParams().match(PREFIX + "*").count(SCANNED_AT_ONCE);
        do {
            String from = cursor;
            ScanResult<String> some = call(redis -> redis.scan(from, these));
            seen.addAll(some.getResult());
            cursor = some.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        seen.forEach(key -> each.accept(key.substring(PREFIX.length())));
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public void close() {
        client.close();
    }
}
