/**
 * Where the sessions of a pool are kept beyond the process: in a file, or in Redis.
 *
 * <p>Begin with {@link dev.carousel.store.MvStateStore} and {@link dev.carousel.store.RedisStateStore}; what they are for says
 * {@link dev.carousel.stream.StateStore}.
 */
module dev.carousel.store {
    requires static org.jspecify;
    requires transitive dev.carousel.core;
    requires com.h2database.mvstore;
    requires redis.clients.jedis;

    exports dev.carousel.store;
}
