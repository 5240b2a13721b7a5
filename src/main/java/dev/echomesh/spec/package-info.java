/**
 * Ground: values that mean the same in a file, on the command line and in a request. They parse,
 * check and print themselves; they know neither Vert.x nor the clock.
 */
@NullMarked
package dev.echomesh.spec;

import org.jspecify.annotations.NullMarked;
