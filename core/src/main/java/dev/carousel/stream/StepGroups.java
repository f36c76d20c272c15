package dev.carousel.stream;

import dev.carousel.kernel.Team;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.List;

/** Room for the steps of a {@link SessionBatch}: a tape for each size, so that each finds its buffers as it left them. */
final class StepGroups {

    /** Room for a step of some sessions at once. */
    record Group(int size, State state, Tape tape, SequenceBatch x) {}

    private final PackedNetwork network;
    private final Team team;
    private final int capacity;
    private final WaitingEvents events;
    private final List<Group> groups = new ArrayList<>();

    StepGroups(PackedNetwork network, Team team, int capacity, WaitingEvents events) {
        this.network = network;
        this.team = team;
        this.capacity = capacity;
        this.events = events;
    }

    /**
     * Room for this many rows or somewhat more; the rows beyond hold what others left there, and nobody reads what happens to
     * them. Sizes are 1, 2, 3, 4, 6, 8, 12, 16, ..., so that few of them serve all numbers of rows.
     */
    Group of(int count) {
        int power = Integer.highestOneBit(Math.max(1, count - 1));
        int half = power + power / 2;
        int size = Math.min(capacity, count <= half ? half : 2 * power);
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).size() == size) {
                return groups.get(i);
            }
        }
        Group group = new Group(size, network.freshState(size), network.tape(team), input(size));
        groups.add(group);
        return group;
    }

    private SequenceBatch input(int size) {
        return network.spec().readsIds()
                ? Tokens.of(events.ids(), 1, size)
                : Sequence.of(events.vectors(), 1, size, network.spec().inputSize());
    }
}
