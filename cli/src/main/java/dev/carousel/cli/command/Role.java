package dev.carousel.cli.command;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The role of an option of a training, next to its {@code @Option} or {@code @Parameters}: what it changes. It decides what
 * a model and the file next to it say of a run, and what trainings can be compared by. Every option of a training has one.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Role {

    /** What another value changes. */
    Changes value();

    /** Whose it is where there are several trainings. */
    Scope scope() default Scope.EVERY_TRAINING;

    /** Of one that changes the measure: why losses are then of different things; the end of a sentence. */
    String why() default "";
}
