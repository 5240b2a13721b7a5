/** Membership of a cluster of nodes. */
@NullMarked
package dev.echomesh.mesh;

import org.jspecify.annotations.NullMarked;
