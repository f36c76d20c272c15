/**
 * What the formats share and nobody outside needs: whole files with errors that a user can act upon, zip archives, and
 * half-precision floats.
 *
 * <p>Begin with {@link dev.carousel.interop.file.DiskFile}. It uses nothing of interop but its error.
 */
@NullMarked
package dev.carousel.interop.file;

import org.jspecify.annotations.NullMarked;
