package dev.carousel.report;

/**
 * What is measured along one side of a chart.
 *
 * @param name such as {@code loss}
 * @param unit such as {@code nats}; empty where there is none
 */
public record Axis(String name, String unit) {

    /** An axis of numbers without a unit. */
    public static Axis of(String name) {
        return new Axis(name, "");
    }

    /** An axis of numbers with a unit. */
    public static Axis of(String name, String unit) {
        return new Axis(name, unit);
    }

    /** The name, and the unit in brackets. */
    public String label() {
        return unit.isEmpty() ? name : name + " (" + unit + ")";
    }
}
