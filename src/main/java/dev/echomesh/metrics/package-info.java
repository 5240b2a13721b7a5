/** Meter registry and what the node counts into it. */
@NullMarked
package dev.echomesh.metrics;

import org.jspecify.annotations.NullMarked;
