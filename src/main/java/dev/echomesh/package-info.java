/**
 * Echomesh proves, byte for byte, what TCP really does between two machines.
 *
 * <p>Each package is a room with one job. Arrows go one way, and {@code ArchitectureTest} proves
 * it:
 *
 * <pre>
 *   spec                                    ground: durations, sizes, targets, address blocks
 *   config  → spec                          ground: the node's configuration
 *   wire    → spec                          ground: bytes on a socket; the only room with Netty types
 *   bus     → spec                          ground: addresses and messages
 *   echo    → spec, config, wire, bus       answers bytes
 *   tester  → spec, config, wire, bus       sends, checks and measures bytes
 *   bridge  → spec, config, wire, bus       the event bus for other languages
 *   mesh    → spec, config, bus, report     members, probes its share, knows who reaches whom
 *   metrics → spec, config, bus             meters
 *   report  → spec, bus                     renders reports
 *   script  → config                        verticles in other languages of the JVM
 *   web     → spec, config, bus, metrics, report  the API over HTTP
 *   node    → everything above              composition root, health
 *   client  → spec, bus                     asks another node's API
 *   cli     → spec, config, bus, node, report, client
 *   junit5  → spec, config, bus, node, report   for the test suites of others
 *   dev.echomesh (Main) → cli
 * </pre>
 *
 * <p>The echo side and the tester never import each other: bytes under test travel over TCP, and
 * what is said about them travels over the event bus. That is what makes a verdict honest.
 */
@NullMarked
package dev.echomesh;

import org.jspecify.annotations.NullMarked;
