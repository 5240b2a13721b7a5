package dev.echomesh.testing;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The latest frame of every connection of one peer. Safe for use by all their threads. */
final class LatestFrames {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<PeerConnection, byte[]> frames = new HashMap<>();

  synchronized void put(PeerConnection connection, byte[] frame) {
    frames.put(connection, frame);
    notifyAll();
  }

  synchronized byte[] awaitOther(PeerConnection self) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (Optional<byte[]> other = other(self); ; other = other(self)) {
      if (other.isPresent()) {
        return other.get();
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException("no other connection sent a frame within " + PATIENCE);
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted while waiting for another connection", e);
      }
    }
  }

  private Optional<byte[]> other(PeerConnection self) {
    return frames.entrySet().stream()
        .filter(entry -> entry.getKey() != self)
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
