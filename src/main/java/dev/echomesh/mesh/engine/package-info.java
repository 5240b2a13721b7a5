/** The cluster engine, and the only place that knows Infinispan and JGroups. */
@NullMarked
package dev.echomesh.mesh.engine;

import org.jspecify.annotations.NullMarked;
