package dev.carousel.cli.command;

import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import picocli.CommandLine.Model.ArgSpec;

/** Reads the {@link Role} of options and parameters from where they are declared. */
public final class OptionRoles {

    private OptionRoles() {}

    /** The role of an option or parameter, if it says one. */
    public static Optional<Role> find(ArgSpec arg) {
        return arg.userObject() instanceof AnnotatedElement declared
                ? Optional.ofNullable(declared.getAnnotation(Role.class))
                : Optional.empty();
    }

    /**
     * The role of an option or parameter of a training.
     *
     * @throws IllegalStateException if it says none
     */
    public static Role of(ArgSpec arg) {
        return find(arg).orElseThrow(() -> new IllegalStateException(arg + " has no @Role next to its declaration."));
    }

    /** Whether it changes nothing but the run. */
    public static boolean isRunOnly(ArgSpec arg) {
        return of(arg).value() == Changes.RUN;
    }
}
