/**
 * The proofs: gradients against central differences, a whole sequence against its steps one by one, and the tables that
 * say how it went.
 *
 * <p>{@link dev.carousel.check.GradientCheck} takes anything that is {@link dev.carousel.reference.Differentiable}, a
 * layer of a user's own too; {@link dev.carousel.check.SequenceCheck} any
 * {@link dev.carousel.reference.LayerReference}. {@link dev.carousel.check.StandardChecks} runs both on every cell there
 * is. All give a {@link dev.carousel.check.Report}, which renders itself as text.
 */
@NullMarked
package dev.carousel.check;

import org.jspecify.annotations.NullMarked;
