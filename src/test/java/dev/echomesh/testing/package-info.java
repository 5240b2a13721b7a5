/**
 * Test equipment: peers that misbehave on purpose, clients and certificates that owe nothing to the
 * product's own code, other programs and other JVMs, and the gate that no test class passes with a
 * socket or a buffer left open.
 */
@NullMarked
package dev.echomesh.testing;

import org.jspecify.annotations.NullMarked;
