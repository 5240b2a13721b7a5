package dev.echomesh.mesh;

/**
 * What a node may spend on probing.
 *
 * @param probesPerSecond above 0
 * @param bytesPerSecond sent, above 0
 */
record ProbeBudget(double probesPerSecond, double bytesPerSecond) {}
