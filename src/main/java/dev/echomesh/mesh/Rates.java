package dev.echomesh.mesh;

import java.time.Duration;

/**
 * How often nodes of a mesh talk to each other. What everybody hears of everybody grows with the
 * square of their number unless each says less, so in a large mesh they do.
 */
final class Rates {
  /** Peers that a node tells what it knows: enough rings to lead everywhere in few steps. */
  static final int PEERS = 4;

  /** At most so many rows and paths in one message. */
  static final int MOST_TOLD = 500;

  /** From one message to a peer to the next, if there is something to tell. */
  static final Duration TELL = Duration.ofSeconds(2);

  /** The same where the state of a path has changed. */
  static final Duration TELL_CHANGE = Duration.ofMillis(100);

  private static final Duration REFRESH = Duration.ofSeconds(5);
  private static final double NODES_PER_SECOND = 50;

  private Rates() {}

  /** From one sign of life of a node to the next. */
  static Duration beat(int nodes) {
    return longer(TELL, nodes, NODES_PER_SECOND);
  }

  /** How often figures of a path are told whose state does not change, to peers and to watchers. */
  static Duration refresh(int nodes) {
    return longer(REFRESH, nodes, NODES_PER_SECOND / 5);
  }

  /** After how long without a sign of life a node is silent. */
  static Duration silence(int nodes) {
    return beat(nodes).multipliedBy(4).plusSeconds(2);
  }

  private static Duration longer(Duration least, int nodes, double nodesPerSecond) {
    return Duration.ofMillis(Math.max(least.toMillis(), Math.round(1000 * nodes / nodesPerSecond)));
  }
}
