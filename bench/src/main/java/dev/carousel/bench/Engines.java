package dev.carousel.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The engines on the class path: Carousel, and the peers of the Maven profiles that it was built with. */
public final class Engines {

    private Engines() {}

    /** All but Carousel. */
    static List<Engine> peers() {
        List<Engine> peers = new ArrayList<>();
        ServiceLoader.load(Engine.class, Engines.class.getClassLoader()).forEach(peers::add);
        return peers;
    }

    /**
     * An engine by its name.
     *
     * @throws IllegalArgumentException if it is not there
     */
    public static Engine of(String name) {
        List<Engine> all = peers();
        all.add(0, CarouselEngine.best());
        return all.stream()
                .filter(engine -> engine.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no engine " + name + ", only "
                        + all.stream().map(Engine::name).toList()
                        + ". The others need the Maven profile peers or peers-dl4j."));
    }
}
