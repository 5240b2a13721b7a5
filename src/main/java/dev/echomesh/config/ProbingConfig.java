package dev.echomesh.config;

import java.time.Duration;

/**
 * Whom a node probes of its mesh, and how.
 *
 * @param every from one probe of a healthy path to the next, while the limits allow it
 * @param timeout for a connection to be made, and for a frame to come back
 * @param maxProbes of all paths, a second
 * @param maxBytes sent by all probes, a second
 * @param frameLength bytes of the short frames
 * @param longFrameLength bytes of the long ones, above the MTU of the paths
 * @param forgetAfter how long a node that the cluster has lost is probed and shown
 * @param fullUpTo nodes up to which everybody probes everybody
 * @param degree nodes that each one probes above that
 */
public record ProbingConfig(
    Duration every,
    Duration timeout,
    int maxProbes,
    long maxBytes,
    int frameLength,
    int longFrameLength,
    Duration forgetAfter,
    int fullUpTo,
    int degree) {}
