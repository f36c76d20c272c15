package dev.carousel.data.forecast;

/** The rows of one series as a formulation reads them, normalised, wherever they lie: in a table or in a stream. */
interface ForecastRows {

    /** z of a target in a row that was seen. */
    double z(int target, int row);

    /**
     * The mean of z over some rows.
     *
     * @param end the row after the last one
     * @param count how many
     */
    double mean(int target, int end, int count);

    /** A feature in a row that was seen, normalised. */
    double feature(int feature, int row);

    /** A column that is known ahead, normalised. */
    double known(int feature, int row);

    /** The id of a category; beyond the rows that are there, that of the last one. */
    int category(int category, int row);

    /** Writes what the date of a row tells. */
    void calendar(int row, float[] into, int at);
}
