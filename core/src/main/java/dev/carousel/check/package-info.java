/**
 * The proofs: gradients against central differences, a whole sequence against its steps one by one, the float32 engine
 * against the double reference, and the tables that say how it went.
 *
 * <p>Begin with {@link dev.carousel.check.StandardChecks}. {@link dev.carousel.check.GradientCheck} takes anything that is {@link dev.carousel.reference.Differentiable}, your own
 * layer, too; {@link dev.carousel.check.SequenceCheck} any
 * {@link dev.carousel.reference.LayerReference}; {@link dev.carousel.check.EngineCheck} any network of the engine that
 * reads vectors. {@link dev.carousel.check.StandardChecks} runs them on every cell there is. All give a
 * {@link dev.carousel.check.CheckReport}, which renders itself as text.
 */
@NullMarked
package dev.carousel.check;

import org.jspecify.annotations.NullMarked;
