/**
 * Ground: what the rooms say to each other. Event-bus addresses and immutable messages with
 * explicit JSON, both ways.
 */
@NullMarked
package dev.echomesh.bus;

import org.jspecify.annotations.NullMarked;
