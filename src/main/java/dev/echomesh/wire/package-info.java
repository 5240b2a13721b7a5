/**
 * Ground: bytes on a socket. Frame layout, payload pattern, record cutting, half-close-safe
 * sockets. Beside the transport choice in {@code node}, the only room that knows Netty types.
 */
@NullMarked
package dev.echomesh.wire;

import org.jspecify.annotations.NullMarked;
