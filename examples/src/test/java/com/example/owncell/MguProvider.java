package com.example.owncell;

import dev.carousel.cell.Cell;
import dev.carousel.cell.CellProvider;
import java.util.Map;

/** Makes the cell known to files and commands. */
public final class MguProvider implements CellProvider {
    @Override
    public String kind() {
        return "mgu";
    }

    @Override
    public Cell of(Map<String, String> variant) {
        return new Mgu();
    }
}
