/** What operators deploy, from the folder {@code conf}. */
@NullMarked
package dev.echomesh.deploy;

import org.jspecify.annotations.NullMarked;
