package dev.carousel.spark;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** One session of Spark in this process for all tests: two cores, and tasks that are tried again. */
final class LocalSpark {

    private static final SparkSession SESSION = SparkSession.builder()
            .master("local[2, 4]")
            .appName("carousel tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/carousel-warehouse")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();

    static {
        SESSION.sparkContext().setLogLevel("OFF");
    }

    private LocalSpark() {}

    static SparkSession session() {
        return SESSION;
    }

    static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(SESSION.sparkContext());
    }
}
