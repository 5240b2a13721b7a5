/** Composition root: builds Vert.x for a configuration and deploys the rooms on it. */
@NullMarked
package dev.echomesh.node;

import org.jspecify.annotations.NullMarked;
