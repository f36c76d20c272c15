package com.example.owncell;

import dev.carousel.cell.Cell;
import dev.carousel.cell.CellProvider;
import java.util.Map;

/** Makes the cell known to files and commands. */
public final class MguProvider implements CellProvider {
    public String kind() {
        return "mgu";
    }

    public Cell of(Map<String, String> variant) {
        return new Mgu();
    }
}
