/**
 * Echo servers and testers in JUnit 5 tests: {@link dev.echomesh.junit5.EchoServer}, {@link
 * dev.echomesh.junit5.EchoTester}. Beside Vert.x's own extension, or alone.
 */
@NullMarked
package dev.echomesh.junit5;

import org.jspecify.annotations.NullMarked;
