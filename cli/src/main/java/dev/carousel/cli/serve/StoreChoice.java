package dev.carousel.cli.serve;

import dev.carousel.cli.command.Subcommand;
import dev.carousel.store.MvStateStore;
import dev.carousel.store.RedisStateStore;
import dev.carousel.stream.StateStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where sessions are kept beyond memory. */
final class StoreChoice {

    @Option(
            order = -70,
            names = "--durable",
            paramLabel = "DIR",
            description =
                    "Keep sessions in this folder: an event that was answered is never lost, whatever ends the process.")
    Optional<Path> folder = Optional.empty();

    @Option(
            order = -70,
            names = "--redis",
            paramLabel = "URI",
            description =
                    "Keep sessions in Redis, such as redis://127.0.0.1:6379, for several servers that share them.")
    Optional<URI> redis = Optional.empty();

    @Option(
            order = -70,
            names = "--idle",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = TimeSpan.class,
            description =
                    "After which time without an event a session leaves memory for the store, such as 30s or 2h; 0 for"
                            + " never (default: ${DEFAULT-VALUE}).")
    Duration idle = Duration.ZERO;

    /** Opens the store that was chosen, if one was. */
    Optional<StateStore> open(Subcommand command) {
        if (folder.isPresent() && redis.isPresent()) {
            throw command.mistake("--durable and --redis are two places for the same sessions: give one.");
        }
        if (folder.isPresent()) {
            command.requireFolderName("--durable", folder.get(), "");
            return Optional.of(MvStateStore.open(folder.get()));
        }
        return redis.map(RedisStateStore::connect);
    }

    /** Whether other servers may have the same sessions at the same time. */
    boolean isShared() {
        return redis.isPresent();
    }

    /** When sessions leave memory: never where there is no store. */
    Duration idle() {
        return folder.isPresent() || redis.isPresent() ? idle : Duration.ZERO;
    }
}
