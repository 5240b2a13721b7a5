/** The tester: sends frames, checks every byte that comes back, measures, gives the verdict. */
@NullMarked
package dev.echomesh.tester;

import org.jspecify.annotations.NullMarked;
