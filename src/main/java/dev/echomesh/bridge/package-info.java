/** Lets programs in other languages talk to the event bus over TCP. */
@NullMarked
package dev.echomesh.bridge;

import org.jspecify.annotations.NullMarked;
