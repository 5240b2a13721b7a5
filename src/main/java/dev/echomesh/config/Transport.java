package dev.echomesh.config;

import java.util.Locale;

/** How the process talks to the kernel's sockets; one choice per process. */
public enum Transport {
  /** epoll on Linux, NIO elsewhere. */
  AUTO,
  EPOLL,
  IO_URING,
  NIO;

  /** The name in a configuration: {@code auto}, {@code epoll}, {@code io_uring}, {@code nio}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
