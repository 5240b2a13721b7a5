/**
 * What is fed to parsers of input from outside, and what must hold whatever it is. Jazzer calls
 * each {@code fuzzerTestOneInput}; the inputs that it and people found are in {@code
 * src/test/resources/dev/echomesh/fuzz}.
 */
@NullMarked
package dev.echomesh.fuzz;

import org.jspecify.annotations.NullMarked;
