package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

/**
 * What a pickle would make by calling something that is not known here: it is kept closed, under the name of what would be
 * called, and nothing is called. Next to weights it does no harm; nothing looks into it.
 */
final class ClosedValue {

    private final String name;

    /** Of the full name of a class or function. */
    ClosedValue(String name) {
        this.name = name;
    }

    /** What its user can do about it. */
    String advice() {
        if (name.startsWith("numpy")) {
            return "Numbers of NumPy must become Python's own (float(x)) or tensors before torch.save.";
        }
        if (name.startsWith("torch.nn.")) {
            return "Is it a whole module? Save its weights alone: torch.save(model.state_dict(), file).";
        }
        return "Save the weights alone: torch.save(model.state_dict(), file).";
    }

    @Override
    public String toString() {
        return quoted(name);
    }
}
