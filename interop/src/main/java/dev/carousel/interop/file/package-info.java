/** What the formats share and nobody outside needs: bytes from and to the disk, zip archives, names in errors. */
@NullMarked
package dev.carousel.interop.file;

import org.jspecify.annotations.NullMarked;
