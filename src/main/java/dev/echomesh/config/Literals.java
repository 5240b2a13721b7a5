package dev.echomesh.config;

import dev.echomesh.spec.CidrBlock;
import dev.echomesh.spec.InvalidValueException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Addresses as they are written, without a name server. */
final class Literals {
  private Literals() {}

  /** Null for what is a name. */
  static @Nullable InetAddress parse(String host) {
    try {
      return CidrBlock.parse(host).network();
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
