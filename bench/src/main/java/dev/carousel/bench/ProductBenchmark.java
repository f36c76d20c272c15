package dev.carousel.bench;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import java.util.Locale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** The products of a layer. {@code products} prints them as a table with the share of the peak. */
public class ProductBenchmark extends Measured {

    /** multiply, multiply_add, transposed. */
    @Param({"multiply", "multiply_add", "transposed"})
    public String kind;

    /** M, steps times sequences. */
    @Param({"64", "256", "1024"})
    public int rows;

    /** K, inputs. */
    @Param({"256", "1024"})
    public int depth;

    /** N, gate columns. */
    @Param({"512", "4096"})
    public int cols;

    /** The number of threads. */
    @Param({"1", "2"})
    public int threads;

    private Team team;
    private Runnable product;

    /** Compares the kernel with the scalar one. */
    @Setup
    public void prepare() {
        team = Team.of(threads);
        ProductCase.Kind which = ProductCase.Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        product = new ProductCase(which, rows, depth, cols).prepared(Kernels.best(), team);
    }

    /** Ends the threads. */
    @TearDown
    public void close() {
        team.close();
    }

    /** The product, once. */
    @Benchmark
    public void run() {
        product.run();
    }
}
