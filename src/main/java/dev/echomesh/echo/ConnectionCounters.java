package dev.echomesh.echo;

import dev.echomesh.spec.TcpInfo;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Bytes and time of one connection: written by its event loop, read by whoever asks. */
final class ConnectionCounters {
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final long beganNanos;
  private volatile long endedNanos;
  private volatile boolean open = true;
  private volatile @Nullable TcpInfo tcp;

  /** Of a connection that begins now. */
  ConnectionCounters(long nowNanos) {
    this.beganNanos = nowNanos;
  }

  void set(long received, long sent) {
    this.received.lazySet(received);
    this.sent.lazySet(sent);
  }

  /** What the kernel knew when the client ended; null if it could not be asked. */
  void tcp(@Nullable TcpInfo known) {
    tcp = known;
  }

  @Nullable TcpInfo tcp() {
    return tcp;
  }

  void end(long nowNanos) {
    endedNanos = nowNanos;
    open = false;
  }

  /** For how long it has been, or was, open. */
  long openNanos(long nowNanos) {
    return (open ? nowNanos : endedNanos) - beganNanos;
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
