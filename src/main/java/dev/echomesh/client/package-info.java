/** Asks a node's HTTP API, for commands that work with a node elsewhere. */
@NullMarked
package dev.echomesh.client;

import org.jspecify.annotations.NullMarked;
