package dev.echomesh.config;

import java.nio.file.Path;

/**
 * Key material of a member of a cluster, all PEM files: for the cluster's own connections, the
 * event bus and the endpoint {@code mesh}. Both ends of a connection show it to each other.
 *
 * @param certFile the certificate chain, leaf first
 * @param keyFile its private key, PKCS #8
 * @param caFile the authorities of all members
 */
public record MeshTls(Path certFile, Path keyFile, Path caFile) {}
