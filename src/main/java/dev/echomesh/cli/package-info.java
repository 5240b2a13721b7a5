/** The command line: one class per command, text output, exit codes. */
@NullMarked
package dev.echomesh.cli;

import org.jspecify.annotations.NullMarked;
