package dev.echomesh.report;

import dev.echomesh.bus.TestReport;

/**
 * A report among others.
 *
 * @param name what its reader knows it by, such as its file
 */
public record NamedReport(String name, TestReport report) {}
