package dev.echomesh.echo;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of one connection: written by its event loop, read by whoever asks. */
final class ConnectionCounters {
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private volatile boolean open = true;

  void set(long received, long sent) {
    this.received.lazySet(received);
    this.sent.lazySet(sent);
  }

  void end() {
    open = false;
  }

  long received() {
    return received.get();
  }

  long sent() {
    return sent.get();
  }

  boolean isOpen() {
    return open;
  }
}
