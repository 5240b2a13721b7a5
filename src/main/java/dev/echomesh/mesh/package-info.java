/**
 * Membership of a cluster, who probes whom, what is known of each path, and the matrix of it all.
 */
@NullMarked
package dev.echomesh.mesh;

import org.jspecify.annotations.NullMarked;
