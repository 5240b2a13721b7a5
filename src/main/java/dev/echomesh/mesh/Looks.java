package dev.echomesh.mesh;

import java.util.List;

/**
 * What one probe of a path after the other does, again and again. A new connection over TLS costs
 * both ends as much as a dozen probes of one that stays, so a path of which nothing is wrong sees
 * few of them.
 *
 * @param calm while all is well
 * @param suspect from the probe on that failed until all is well again
 */
record Looks(List<Look> calm, List<Look> suspect) {
  static final Looks OF_A_NODE =
      new Looks(
          List.of(
              Look.SHORT,
              Look.CONNECT,
              Look.SHORT,
              Look.LONG,
              Look.SHORT,
              Look.SHORT,
              Look.SHORT,
              Look.LONG,
              Look.SHORT,
              Look.SHORT,
              Look.SHORT,
              Look.LONG),
          List.of(Look.CONNECT, Look.SHORT, Look.LONG, Look.SHORT));
  static final Looks OF_AN_ECHO =
      new Looks(List.of(Look.SHORT, Look.CONNECT), List.of(Look.CONNECT, Look.SHORT));
  static final Looks OF_A_PORT = new Looks(List.of(Look.CONNECT), List.of(Look.CONNECT));
}
