package dev.echomesh.testing;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A peer on this machine that does not read clients any more while its kernel still takes what they
 * send: an end that is sent then arrives, with bytes before it unread.
 */
public final class StalledPeer {
  private static final int STEP = 64 * 1024;
  private static final int LAST_STEPS = 16 * 1024;

  private StalledPeer() {}

  /** One client's way of sending. */
  @FunctionalInterface
  public interface Sender {
    /** Sends at most so many bytes and returns how many. */
    int send(int bytes) throws IOException;
  }

  /**
   * Has clients that do not read send until so many bytes of each wait in the peer's kernel, and
   * none in their own. A peer that is merely late is not told from one that has stopped reading.
   *
   * @param port the peer's
   * @param unread bytes, fewer than a kernel takes
   * @param clients by their ports
   * @return bytes that they have sent
   */
  public static long fill(int port, long unread, Map<Integer, Sender> clients) {
    AtomicLong sent = new AtomicLong();
    Patience.until(
        unread + " bytes of each client are unread",
        () -> {
          Map<Integer, SocketTable.Entry> here = SocketTable.connectedTo(port);
          Map<Integer, SocketTable.Entry> there = SocketTable.acceptedAt(port);
          boolean all = true;
          for (Map.Entry<Integer, Sender> each : clients.entrySet()) {
            SocketTable.Entry client = here.get(each.getKey());
            SocketTable.Entry peer = there.get(each.getKey());
            boolean arrived = client != null && client.unacknowledged() == 0;
            boolean enough = peer != null && peer.unread() >= unread;
            if (arrived && peer != null && !enough) {
              sent.addAndGet(each.getValue().send(peer.unread() == 0 ? STEP : LAST_STEPS));
            }
            all &= arrived && enough;
          }
          return all;
        });
    return sent.get();
  }

  /** Waits until the ends that clients have sent have arrived. */
  public static void awaitEnds(int port, Set<Integer> clients) {
    Patience.until(
        "the ends of all clients have arrived",
        () -> {
          Map<Integer, SocketTable.Entry> there = SocketTable.acceptedAt(port);
          return clients.stream().allMatch(client -> hasEnded(there.get(client)));
        });
  }

  /** Bytes of a client that the peer has not read. */
  public static long unread(int port, int client) {
    AtomicLong unread = new AtomicLong();
    Patience.until(
        "the connection is listed",
        () -> {
          SocketTable.Entry peer = SocketTable.acceptedAt(port).get(client);
          if (peer != null) {
            unread.set(Math.max(0, peer.unread() - (hasEnded(peer) ? 1 : 0)));
          }
          return peer != null;
        });
    return unread.get();
  }

  private static boolean hasEnded(SocketTable.@Nullable Entry peer) {
    return peer != null && peer.state().equals("CLOSE_WAIT");
  }
}
