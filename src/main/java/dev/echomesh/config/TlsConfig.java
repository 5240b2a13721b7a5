package dev.echomesh.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Key material of a TLS server, all PEM files.
 *
 * @param certFile the certificate chain, leaf first
 * @param keyFile its private key, PKCS #8
 * @param clientCaFile the authorities whose client certificates are accepted; mutual TLS is
 *     required if present
 */
public record TlsConfig(Path certFile, Path keyFile, @Nullable Path clientCaFile) {}
