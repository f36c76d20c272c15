package dev.carousel.bench;

import dev.carousel.cli.timing.Shape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** One recurrent layer of any engine. What it does, and on which shapes, is said by the classes within. */
public abstract class LayerBenchmark extends Measured {

    /** All steps forward. */
    public static class Infer extends LayerBenchmark {

        /** T,N,D,H. */
        @Param({
            "50,1,64,128",
            "20,16,64,64",
            "100,50,65,128",
            "50,32,128,128",
            "50,64,256,256",
            "100,64,512,512",
            "100,128,64,1024"
        })
        public String shape;

        @Override
        LayerCase layerCase() {
            return new LayerCase(cell, Work.INFER, Shape.parse(shape));
        }
    }

    /** All steps forward and backward. */
    public static class Train extends LayerBenchmark {

        /** T,N,D,H. */
        @Param({
            "50,1,64,128",
            "20,16,64,64",
            "100,50,65,128",
            "50,32,128,128",
            "50,64,256,256",
            "100,64,512,512",
            "100,128,64,1024"
        })
        public String shape;

        @Override
        LayerCase layerCase() {
            return new LayerCase(cell, Work.TRAIN, Shape.parse(shape));
        }
    }

    /** One step, the state carried. */
    public static class Step extends LayerBenchmark {

        /** T,N,D,H. */
        @Param({"1,1,32,64", "1,1,128,256"})
        public String shape;

        @Override
        LayerCase layerCase() {
            return new LayerCase(cell, Work.STEP, Shape.parse(shape));
        }
    }

    /** Who runs it; others than Carousel are there with the Maven profiles peers and peers-dl4j. */
    @Param("carousel")
    public String engine;

    /** lstm, gru, rnn. */
    @Param({"lstm", "gru", "rnn"})
    public String cell;

    /** The number of threads that the engine may use. */
    @Param("2")
    public int threads;

    private TimedLayer layer;

    abstract LayerCase layerCase();

    /** Compares the kernels with the scalar ones and a peer with Carousel, then hands the layer to the benchmark. */
    @Setup
    public void open() {
        LayerCase one = layerCase();
        LayerData data = LayerData.of(one);
        LayerCheck.againstScalarKernels(one, data);
        Engine chosen = Engines.of(engine);
        if (!chosen.knows(one)) {
            throw new IllegalArgumentException(chosen.name() + " does not know " + one + ".");
        }
        layer = chosen.open(one, data, threads);
        try (TimedLayer ours = CarouselEngine.best().open(one, data, threads)) {
            LayerCheck.agree(one, "carousel", ours, chosen.name(), layer);
        }
    }

    /** Ends the engine's threads and frees what is not on the heap. */
    @TearDown
    public void close() {
        layer.close();
    }

    /** The layer, once. */
    @Benchmark
    public void run() {
        layer.run();
    }
}
