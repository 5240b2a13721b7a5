package dev.echomesh.tester;

import dev.echomesh.bus.TestReport.Bytes;
import dev.echomesh.bus.TestReport.Peer;
import java.util.ArrayList;
import java.util.List;

/** Compares what both ends counted on the same connections. */
final class Reconciliation {
  private Reconciliation() {}

  /**
   * Where bytes went missing, or came from nowhere; empty if sent = received there = sent back =
   * received.
   */
  static List<String> discrepancies(Bytes here, Peer there) {
    List<String> found = new ArrayList<>();
    compare(found, here.sent(), there.bytesReceived(), "sent here", "received by the peer");
    compare(
        found, there.bytesReceived(), there.bytesSent(), "received by the peer", "sent back by it");
    compare(found, there.bytesSent(), here.received(), "sent back by the peer", "received here");
    return found;
  }

  private static void compare(
      List<String> found, long before, long after, String beforeName, String afterName) {
    if (before != after) {
      found.add(
          "%d bytes %s, but %d %s: %d %s"
              .formatted(
                  before,
                  beforeName,
                  after,
                  afterName,
                  Math.abs(before - after),
                  after < before ? "missing" : "too many"));
    }
  }
}
