package dev.carousel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.RowKernel;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.CtcLoss;
import dev.carousel.loss.LogisticCrossEntropy;
import dev.carousel.loss.Loss;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Pinball;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.model.Checkpoints;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Optimiser;
import dev.carousel.optim.Plateau;
import dev.carousel.optim.Schedule;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.Direction;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Merge;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.Residual;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.Sampler;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionBatch;
import dev.carousel.stream.SessionPool;
import dev.carousel.stream.Sessions;
import dev.carousel.stream.StateStore;
import dev.carousel.stream.Stepper;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Averaging;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import dev.carousel.train.EarlyStopping;
import dev.carousel.train.Evaluator;
import dev.carousel.train.Examples;
import dev.carousel.train.RemoteGradients;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.UpdateRule;
import dev.carousel.train.Windows;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a user calls first says which argument is null: "Type: what is null", never the words of the JVM. */
@Timeout(60)
class NullArgumentsTest {

    private static final NetworkSpec SPEC =
            NetworkSpec.of(LayerSpec.Recurrent.gru(2, 3).withLayers(2), LayerSpec.Dense.head(3, 2));
    private static final TrainingPlan PLAN = TrainingPlan.forNumbers().withEpochs(1);

    private static Network network() {
        return Network.initialised(SPEC, new Seeds(1).initialisation());
    }

    private static final PackedNetwork PACKED = network().pack();

    private static final Sessions.Callback<Object> CALLBACK = new Sessions.Callback<>() {
        @Override
        public void answered(List<Object> answers) {}

        @Override
        public void failed(RuntimeException cause) {}
    };

    /**
     * What is between parts of the library, or begins no program: visitors, the loss of one row, leases, what a trainer tells
     * its listeners; and backward, which needs a forward pass before it.
     */
    private static final Set<String> NOT_CALLED_BY_USERS = Set.of(
            "accept",
            "addTo",
            "backward",
            "epochEnded",
            "lent",
            "requireFits",
            "requireStepwise",
            "resumable",
            "row",
            "shuffle",
            "trainingEnded",
            "trainingResumed",
            "trainingStarted",
            "weight");

    /** Types whose factories, constructors and methods are tried, each with an instance where it can have one. */
    private static Map<Class<?>, Optional<Supplier<?>>> types() {
        Map<Class<?>, Optional<Supplier<?>>> types = new LinkedHashMap<>();
        types.put(NetworkSpec.class, Optional.of(() -> SPEC));
        types.put(LayerSpec.Recurrent.class, Optional.of(() -> LayerSpec.Recurrent.gru(2, 3)));
        types.put(LayerSpec.Dense.class, Optional.of(() -> LayerSpec.Dense.head(3, 2)));
        types.put(LayerSpec.Embedding.class, Optional.empty());
        types.put(Parameterless.Elementwise.class, Optional.empty());
        types.put(Parameters.class, Optional.of(SPEC::zeroParameters));
        types.put(Network.class, Optional.of(NullArgumentsTest::network));
        types.put(PackedNetwork.class, Optional.of(() -> PACKED));
        types.put(Tape.class, Optional.of(() -> network().tape(Team.single())));
        types.put(State.class, Optional.of(() -> PACKED.freshState(1)));
        types.put(Session.class, Optional.of(() -> Session.of(PACKED)));
        types.put(Stepper.class, Optional.of(() -> Stepper.of(PACKED)));
        types.put(SessionBatch.class, Optional.of(() -> {
            SessionBatch batch = SessionBatch.of(PACKED, 4, Team.single());
            batch.add();
            batch.add();
            return batch;
        }));
        types.put(SessionPool.class, Optional.of(() -> SessionPool.of(PACKED)));
        types.put(PoolOptions.class, Optional.of(PoolOptions::defaults));
        types.put(Sampler.class, Optional.of(() -> Sampler.of(1)));
        types.put(Sequence.class, Optional.of(() -> Sequence.zeros(2, 1, 2)));
        types.put(Tokens.class, Optional.of(() -> Tokens.ignored(2, 1)));
        types.put(Target.class, Optional.of(() -> Target.of(Sequence.zeros(2, 1, 2))));
        types.put(BatchLoss.class, Optional.of(() -> BatchLoss.of(new MeanSquaredError())));
        types.put(MeanSquaredError.class, Optional.empty());
        types.put(SoftmaxCrossEntropy.class, Optional.of(SoftmaxCrossEntropy::new));
        types.put(MeanAbsoluteError.class, Optional.empty());
        types.put(LogisticCrossEntropy.class, Optional.empty());
        types.put(Pinball.class, Optional.empty());
        types.put(CtcLoss.class, Optional.empty());
        types.put(Batch.class, Optional.empty());
        types.put(Examples.class, Optional.of(NullArgumentsTest::examples));
        types.put(
                Windows.class,
                Optional.of(
                        () -> Windows.of(Sequence.zeros(20, 2, 2), Sequence.zeros(20, 2, 2), 5, Windows.Tail.KEEP)));
        types.put(TrainingPlan.class, Optional.of(() -> PLAN));
        types.put(UpdateRule.class, Optional.of(() -> UpdateRule.DEFAULT));
        types.put(Trainer.class, Optional.of(() -> Trainer.of(network(), PLAN, Team.single())));
        types.put(Evaluator.class, Optional.empty());
        types.put(EarlyStopping.class, Optional.empty());
        types.put(Model.class, Optional.of(() -> Model.of(network(), Task.of("x"))));
        types.put(Task.class, Optional.of(() -> Task.of("x")));
        types.put(Provenance.class, Optional.of(() -> Provenance.of("scalar")));
        types.put(Checkpoints.class, Optional.of(() -> Checkpoints.inFolder(Path.of("nowhere"))));
        return types;
    }

    private static Examples examples() {
        return Examples.of(Sequence.zeros(2, 4, 2), Target.of(Sequence.zeros(2, 4, 2)), 2);
    }

    /** An argument of each type that a call takes. */
    private static Map<Class<?>, Object> samples() {
        Map<Class<?>, Object> samples = new LinkedHashMap<>();
        samples.put(int.class, 1);
        samples.put(long.class, 1L);
        samples.put(float.class, 0f);
        samples.put(double.class, 1.0);
        samples.put(boolean.class, false);
        samples.put(String.class, "rnn");
        samples.put(String[].class, new String[] {"rnn"});
        samples.put(float[].class, new float[] {1, 2});
        samples.put(double[].class, new double[] {1, 2});
        samples.put(int[].class, new int[] {1});
        samples.put(int[][].class, new int[][] {{1}});
        samples.put(float[][][].class, new float[][][] {{{1, 2}}});
        samples.put(byte[].class, new byte[] {1});
        samples.put(List.class, List.of(new float[] {1, 2}));
        samples.put(Map.class, Map.of());
        samples.put(Optional.class, Optional.empty());
        samples.put(OptionalLong.class, OptionalLong.empty());
        samples.put(Sessions.Part.class, Sessions.Part.ANY);
        samples.put(RemoteGradients.class, new NoGradients());
        samples.put(Path.class, Path.of("nowhere", "nothing"));
        samples.put(Duration.class, Duration.ofMillis(1));
        samples.put(Instant.class, Instant.EPOCH);
        samples.put(RandomGenerator.class, new SplittableRandom(1));
        samples.put(Consumer.class, (Consumer<Object>) any -> {});
        samples.put(UnaryOperator.class, UnaryOperator.identity());
        samples.put(Team.class, Team.single());
        samples.put(Kernels.class, Kernels.best());
        samples.put(NetworkSpec.class, SPEC);
        samples.put(LayerSpec[].class, SPEC.layers().toArray(new LayerSpec[0]));
        samples.put(Network.class, network());
        samples.put(PackedNetwork.class, PACKED);
        samples.put(Parameters.class, SPEC.zeroParameters());
        samples.put(State.class, PACKED.freshState(1));
        samples.put(Sequence.class, Sequence.zeros(2, 1, 2));
        samples.put(SequenceBatch.class, Sequence.zeros(2, 1, 2));
        samples.put(Tokens.class, Tokens.ignored(2, 1));
        samples.put(Target.class, Target.of(Sequence.zeros(2, 1, 2)));
        samples.put(Loss.class, new MeanSquaredError());
        samples.put(Steps.class, Steps.EVERY);
        samples.put(Batches.class, examples());
        samples.put(TrainingPlan.class, PLAN);
        samples.put(TrainingListener[].class, new TrainingListener[0]);
        samples.put(UpdateRule.class, UpdateRule.DEFAULT);
        samples.put(Averaging.class, Averaging.NONE);
        samples.put(Optimiser.class, new Sgd(0.1));
        samples.put(Schedule.class, Schedule.CONSTANT);
        samples.put(Clipping.class, Clipping.NONE);
        samples.put(Task.class, Task.of("x"));
        samples.put(Provenance.class, Provenance.of("scalar"));
        samples.put(Provenance.Data.class, Provenance.Data.of("a.csv", new byte[1]));
        samples.put(Provenance.Software.class, Provenance.Software.current("scalar"));
        samples.put(Checkpoints.ModelOf.class, (Checkpoints.ModelOf)
                (parameters, epochs) -> Model.of(network(), Task.of("x")));
        samples.put(Activation.class, Activation.RELU);
        samples.put(Plateau.class, new Plateau(0.5, 2, 0, 0));
        samples.put(Direction.class, Direction.FORWARD);
        samples.put(Merge.class, Merge.CONCATENATE);
        samples.put(Residual.class, Residual.NONE);
        samples.put(Regularisation.class, Regularisation.NONE);
        samples.put(Cell.class, Gru.STANDARD);
        samples.put(RowKernel.class, Kernels.best().rows());
        samples.put(Windows.Tail.class, Windows.Tail.DROP);
        samples.put(CtcLoss.Unfit.class, CtcLoss.Unfit.REFUSE);
        samples.put(StateStore.class, StateStore.onHeap());
        samples.put(Sessions.Callback.class, CALLBACK);
        samples.put(Object.class, new float[] {1, 2});
        samples.put(PoolOptions.class, PoolOptions.defaults());
        samples.put(Initialisation.class, Initialisation.uniform());
        return samples;
    }

    /** One fault, or none. */
    private static Optional<String> fault(
            Executable what, @Nullable Object on, @Nullable Object[] arguments, String where) {
        try {
            if (what instanceof Method method) {
                method.invoke(on, arguments);
            } else {
                ((Constructor<?>) what).newInstance(arguments);
            }
        } catch (InvocationTargetException e) {
            return said(e.getCause()) ? Optional.empty() : Optional.of(where + ": " + e.getCause());
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return Optional.of(where + " could not be called: " + e);
        }
        return Optional.of(where + ": taken without a word");
    }

    /** Whether it is said in words of ours: "Type: what is null". */
    private static boolean said(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        return (thrown instanceof NullPointerException || thrown instanceof IllegalArgumentException)
                && message.matches("(?s)[A-Z]\\w+: .*\\bnull\\b.*")
                && !message.matches("(?s).*(Cannot |because \"|<local|<parameter).*");
    }

    /** The parts of an argument that may be null in turn: itself, and each first element down to the last array. */
    private static List<Optional<Object>> withNulls(@Nullable Object sample) {
        List<Optional<Object>> all = new ArrayList<>();
        all.add(Optional.empty());
        if (sample == null) {
            return all;
        }
        if (sample instanceof List) {
            all.add(Optional.of(Collections.singletonList(null)));
        }
        Class<?> type = sample.getClass();
        if (type.isArray() && !type.getComponentType().isPrimitive()) {
            Object holder = Array.newInstance(type.getComponentType(), 1);
            all.add(Optional.of(holder));
            if (Array.getLength(sample) > 0 && type.getComponentType().isArray()) {
                for (Optional<Object> inner : withNulls(Array.get(sample, 0))) {
                    inner.ifPresent(element -> {
                        Object outer = Array.newInstance(type.getComponentType(), 1);
                        Array.set(outer, 0, element);
                        all.add(Optional.of(outer));
                    });
                }
            }
        }
        return all;
    }

    private static boolean mayBeNull(Executable what, int i) {
        return what.getAnnotatedParameterTypes()[i].isAnnotationPresent(Nullable.class)
                || what.getParameterTypes()[i].isPrimitive();
    }

    private static List<Executable> called(Class<?> type) {
        List<Executable> all = new ArrayList<>();
        for (Method method : type.getMethods()) {
            boolean left = method.getDeclaringClass() == Object.class
                    || method.getName().equals("equals")
                    || NOT_CALLED_BY_USERS.contains(method.getName());
            if (!method.isBridge() && !left) {
                all.add(method);
            }
        }
        all.addAll(Arrays.asList(type.getConstructors()));
        return all;
    }

    @Test
    void everyNullArgumentIsNamed() {
        Map<Class<?>, Object> samples = samples();
        List<String> faults = new ArrayList<>();
        int tried = 0;
        for (Map.Entry<Class<?>, Optional<Supplier<?>>> type : types().entrySet()) {
            for (Executable what : called(type.getKey())) {
                boolean bound = what instanceof Method && !Modifier.isStatic(what.getModifiers());
                if (bound && type.getValue().isEmpty()) {
                    continue;
                }
                @Nullable Object[] arguments = new Object[what.getParameterCount()];
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] =
                            what.getGenericParameterTypes()[i].getTypeName().equals("java.util.List<java.lang.String>")
                                    ? List.of("rnn")
                                    : samples.get(what.getParameterTypes()[i]);
                }
                for (int i = 0; i < arguments.length; i++) {
                    @Nullable Object right = arguments[i];
                    if (mayBeNull(what, i)) {
                        continue;
                    }
                    String where = type.getKey().getSimpleName() + "." + what.getName()
                            + Arrays.toString(what.getParameterTypes()) + ", argument " + i;
                    for (int k = 0; k < arguments.length; k++) {
                        if (k != i && arguments[k] == null) {
                            faults.add(where + ": there is no sample for argument " + k);
                        }
                    }
                    for (Optional<Object> wrong : withNulls(right)) {
                        arguments[i] = wrong.orElse(null);
                        Object on = bound ? type.getValue().orElseThrow().get() : null;
                        fault(what, on, arguments, where + (wrong.isPresent() ? ", an element" : ""))
                                .ifPresent(faults::add);
                        tried++;
                        if (on instanceof SessionPool pool) {
                            pool.close();
                        }
                    }
                    arguments[i] = right;
                }
            }
        }
        assertThat(faults).isEmpty();
        assertThat(tried).isGreaterThan(200);
    }
}
