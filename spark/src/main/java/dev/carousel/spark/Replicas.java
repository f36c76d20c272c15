package dev.carousel.spark;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The replicas of this process that are not at work, by their training, so that a job need not make new ones. They are forgotten
 * when memory is scarce or other trainings follow.
 */
final class Replicas {

    /** So many trainings have theirs kept. */
    private static final int MOST_RUNS = 4;

    private static final Map<String, SoftReference<ArrayDeque<Replica>>> IDLE = new LinkedHashMap<>(8, 0.75f, true) {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SoftReference<ArrayDeque<Replica>>> eldest) {
            return size() > MOST_RUNS;
        }
    };

    private Replicas() {}

    /** One for the calling thread. */
    static Replica borrow(ReplicaTask task) {
        synchronized (IDLE) {
            Replica idle = ofRun(task).poll();
            if (idle != null) {
                return idle;
            }
        }
        return new Replica(task);
    }

    /** Gives one back that did its work; one that failed in the middle is not. */
    static void giveBack(ReplicaTask task, Replica replica) {
        synchronized (IDLE) {
            ofRun(task).push(replica);
        }
    }

    private static ArrayDeque<Replica> ofRun(ReplicaTask task) {
        SoftReference<ArrayDeque<Replica>> kept = IDLE.get(task.run());
        ArrayDeque<Replica> idle = kept == null ? null : kept.get();
        if (idle == null) {
            idle = new ArrayDeque<>();
            IDLE.put(task.run(), new SoftReference<>(idle));
        }
        return idle;
    }
}
