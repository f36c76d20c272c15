package dev.carousel.train;

import dev.carousel.network.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What trainings work on while they run: a network, whose parameters one at a time may change, and sources of batches, which
 * fill their buffers again for each batch.
 */
final class InUse {

    private static final Set<Object> ALL = Collections.newSetFromMap(new IdentityHashMap<>());

    private final List<Object> mine;

    private InUse(List<Object> mine) {
        this.mine = mine;
    }

    /**
     * A training begins.
     *
     * @throws IllegalStateException if another has not ended
     */
    static InUse of(Network network, Sources data) {
        InUse use = new InUse(new ArrayList<>());
        try {
            use.add("network", network.parameters().values());
            use.add("source of training data", data.training());
            if (data.heldOut().isPresent() && data.heldOut().get() != data.training()) {
                use.add("source of held-out data", data.heldOut().get());
            }
            if (data.remote().isPresent()) {
                use.add("remote gradients", data.remote().get());
            }
            return use;
        } catch (IllegalStateException e) {
            use.end();
            throw e;
        }
    }

    private void add(String what, Object one) {
        synchronized (ALL) {
            if (!ALL.add(one)) {
                throw new IllegalStateException("Another training is using the same " + what
                        + ". Give each training its own, or let one wait for the other.");
            }
        }
        mine.add(one);
    }

    /** The training has ended. */
    void end() {
        synchronized (ALL) {
            // Not removeAll, which may compare by equals: a source may be a record.
            mine.forEach(ALL::remove);
        }
    }
}
