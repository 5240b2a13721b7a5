/** Echomesh and programs that others wrote, in other languages. */
@NullMarked
package dev.echomesh.interop;

import org.jspecify.annotations.NullMarked;
