package dev.echomesh.config;

import dev.echomesh.spec.AllowList;
import java.time.Duration;

/**
 * What the tester may be asked to do over the event bus. The command line's own target is the
 * user's word and not bound by {@code allow}.
 *
 * @param allow addresses that may be tested
 * @param maxRate frames per second of one run
 * @param maxConnections of one run
 * @param maxDuration of one run
 * @param maxInFlight bytes of frames in flight of one run: connections times window times frame
 *     length
 * @param maxRuns runs at the same time
 * @param maxProbes probes open at the same time
 */
public record TesterConfig(
    AllowList allow,
    int maxRate,
    int maxConnections,
    Duration maxDuration,
    long maxInFlight,
    int maxRuns,
    int maxProbes) {}
