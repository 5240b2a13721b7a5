/** Renders test reports. */
@NullMarked
package dev.echomesh.report;

import org.jspecify.annotations.NullMarked;
