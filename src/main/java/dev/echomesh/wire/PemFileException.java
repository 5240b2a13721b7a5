package dev.echomesh.wire;

import java.security.GeneralSecurityException;

/** A PEM file that cannot be used. The message is for the user. */
public final class PemFileException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String complaint;

  PemFileException(String key, String complaint, Throwable cause) {
    super(key + " " + complaint, cause);
    this.key = key;
    this.complaint = complaint;
  }

  /** The configuration key or request field of the file, {@code tls.keyFile}. */
  public String key() {
    return key;
  }

  /** The file, what is wrong with it and what was expected. */
  public String complaint() {
    return complaint;
  }
}
