package dev.carousel.stream;

import dev.carousel.kernel.Team;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.spec.NetworkSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Steps of a network: the states of a group come side by side, take one product, and go back. */
final class VectorSteps implements SessionSteps<VectorState, VectorEvent, float[]> {

    private final PackedNetwork network;
    private final boolean readsIds;
    private final int outputSize;
    private final WaitingEvents waiting;
    private final StepGroups groups;

    /** How many numbers each part of a state has, in the order in which they lie. */
    private final int[] widths;

    /** For bytes. */
    private final State one;

    private float[] outputs = {};

    VectorSteps(PackedNetwork network, int maxBatch) {
        NetworkSpec spec = network.spec();
        this.network = network;
        this.readsIds = spec.readsIds();
        this.outputSize = spec.outputSize();
        this.waiting = new WaitingEvents(maxBatch, readsIds ? 0 : spec.inputSize());
        this.groups = new StepGroups(network, Team.single(), maxBatch, waiting);
        this.one = network.freshState(1);
        this.widths = widths(one);
    }

    private static int[] widths(State state) {
        List<Integer> sizes = new ArrayList<>();
        for (int part = 0; part < state.parts(); part++) {
            state.named(part).forEach(named -> sizes.add(named.size()));
        }
        return sizes.stream().mapToInt(size -> size).toArray();
    }

    @Override
    public String fingerprint() {
        return network.fingerprint();
    }

    @Override
    public String layout() {
        return network.spec().fingerprint(network.spec().zeroParameters());
    }

    @Override
    public VectorState open(String key) {
        return new VectorState(network.freshState(1).values());
    }

    @Override
    public void step(Group<VectorState, VectorEvent, float[]> group) {
        int count = group.size();
        StepGroups.Group together = groups.of(count);
        float[] states = together.state().values();
        for (int i = 0; i < count; i++) {
            float[] x = group.event(i).x();
            if (readsIds) {
                waiting.add(i, (int) x[0]);
            } else {
                waiting.add(i, x);
            }
            gather(group.session(i).numbers(), states, i, together.size());
        }
        try {
            together.tape().forward(together.x(), together.state(), room(together.size()));
        } finally {
            waiting.clear();
        }
        for (int i = 0; i < count; i++) {
            scatter(states, i, together.size(), group.session(i).numbers());
            float[] y = group.event(i).y();
            System.arraycopy(outputs, i * outputSize, y, 0, outputSize);
            group.answer(i, y);
        }
    }

    private float[] room(int size) {
        if (outputs.length < size * outputSize) {
            outputs = new float[Math.multiplyExact(size, outputSize)];
        }
        return outputs;
    }

    private void gather(float[] session, float[] states, int row, int rows) {
        int from = 0;
        for (int width : widths) {
            System.arraycopy(session, from, states, rows * from + row * width, width);
            from += width;
        }
    }

    private void scatter(float[] states, int row, int rows, float[] session) {
        int to = 0;
        for (int width : widths) {
            System.arraycopy(states, rows * to + row * width, session, to, width);
            to += width;
        }
    }

    @Override
    public void shrink(VectorState session) {
        session.shrink();
    }

    @Override
    public byte[] save(VectorState session) {
        float[] numbers = session.numbers();
        System.arraycopy(numbers, 0, one.values(), 0, numbers.length);
        return StateBytes.of(network, one);
    }

    @Override
    public VectorState restore(String key, byte[] saved) {
        StateBytes.read(saved, network, one);
        return new VectorState(one.values().clone());
    }

    @Override
    public VectorState adopt(String key, byte[] saved) {
        StateBytes.read(saved, network, one, true);
        return new VectorState(one.values().clone());
    }

    @Override
    public byte[] write(float[] answer) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * answer.length);
        bytes.asFloatBuffer().put(answer);
        return bytes.array();
    }

    @Override
    public float[] read(byte[] written) {
        if (written.length != Float.BYTES * outputSize) {
            throw new IllegalArgumentException("The saved answer of a session has " + written.length
                    + " bytes but one of this network has " + Float.BYTES * outputSize + ".");
        }
        float[] answer = new float[outputSize];
        ByteBuffer.wrap(written).asFloatBuffer().get(answer);
        return answer;
    }
}
