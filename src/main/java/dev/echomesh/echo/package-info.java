/** The echo side: answers every byte with itself (RFC 862), or every whole record with itself. */
@NullMarked
package dev.echomesh.echo;

import org.jspecify.annotations.NullMarked;
