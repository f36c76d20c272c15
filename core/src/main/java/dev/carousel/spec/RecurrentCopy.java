package dev.carousel.spec;

import dev.carousel.cell.Cell;

/** The components of a {@link LayerSpec.Recurrent} once more, to be changed one at a time: the only place that lists them all. */
final class RecurrentCopy {

    private String name;
    private Cell cell;
    private final int inputSize;
    private final int hiddenSize;
    private int projectionSize;
    private int layers;
    private Direction direction;
    private Merge merge;
    private boolean bias;
    private boolean lastOnly;
    private float dropout;
    private Regularisation regularisation;
    private Residual residual;

    RecurrentCopy(LayerSpec.Recurrent of) {
        name = of.name();
        cell = of.cell();
        inputSize = of.inputSize();
        hiddenSize = of.hiddenSize();
        projectionSize = of.projectionSize();
        layers = of.layers();
        direction = of.direction();
        merge = of.merge();
        bias = of.bias();
        lastOnly = of.lastOnly();
        dropout = of.dropout();
        regularisation = of.regularisation();
        residual = of.residual();
    }

    RecurrentCopy name(String changed) {
        name = changed;
        return this;
    }

    RecurrentCopy cell(Cell changed) {
        cell = changed;
        return this;
    }

    RecurrentCopy projectionSize(int changed) {
        projectionSize = changed;
        return this;
    }

    RecurrentCopy layers(int changed) {
        layers = changed;
        return this;
    }

    RecurrentCopy direction(Direction changed) {
        direction = changed;
        return this;
    }

    RecurrentCopy merge(Merge changed) {
        merge = changed;
        return this;
    }

    RecurrentCopy bias(boolean changed) {
        bias = changed;
        return this;
    }

    RecurrentCopy lastOnly(boolean changed) {
        lastOnly = changed;
        return this;
    }

    RecurrentCopy dropout(float changed) {
        dropout = changed;
        return this;
    }

    RecurrentCopy regularisation(Regularisation changed) {
        regularisation = changed;
        return this;
    }

    RecurrentCopy residual(Residual changed) {
        residual = changed;
        return this;
    }

    LayerSpec.Recurrent recurrent() {
        return new LayerSpec.Recurrent(
                name,
                cell,
                inputSize,
                hiddenSize,
                projectionSize,
                layers,
                direction,
                merge,
                bias,
                lastOnly,
                dropout,
                regularisation,
                residual);
    }
}
