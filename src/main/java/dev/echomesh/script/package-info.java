/** Deploys verticles that are written in other languages of the JVM. */
@NullMarked
package dev.echomesh.script;

import org.jspecify.annotations.NullMarked;
