/**
 * The conformance checks: what every TCP echo server must do, one class for each, and what they
 * share. Everything lives on one event loop.
 */
@NullMarked
package dev.echomesh.tester.checks;

import org.jspecify.annotations.NullMarked;
