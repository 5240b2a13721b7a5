package dev.echomesh.junit5;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what tests leave on one server. Tests that overlap in time are one group, since nobody can
 * tell whose connection is whose; the last of them to end answers for all. Thread-safe.
 */
final class LeakWatch {
  private final EchoServerHandle server;
  private final Duration patience;

  /** Clients that were there before the group began. */
  private final Set<String> before = new HashSet<>();

  /** Clients that are reported, or belong to tests that are not examined. */
  private final Set<String> settled = new HashSet<>();

  private final Set<String> group = new LinkedHashSet<>();
  private int running;
  private boolean examined;

  LeakWatch(EchoServerHandle server, Duration patience) {
    this.server = server;
    this.patience = patience;
  }

  synchronized void begin(String test) {
    if (running == 0) {
      group.clear();
      examined = true;
      before.clear();
      server.known().forEach(each -> before.add(each.client()));
    }
    running++;
    group.add(test);
  }

  /**
   * Ends a test's part in it.
   *
   * @param examine false for a test that has failed by itself
   * @return what is left over, if the group ends with it
   */
  synchronized Optional<String> end(boolean examine) {
    running--;
    examined &= examine;
    if (running > 0) {
      return Optional.empty();
    }
    if (!examined) {
      server.known().stream()
          .map(ServerConnection::client)
          .filter(client -> !before.contains(client))
          .forEach(settled::add);
      return Optional.empty();
    }
    return leftOver(group);
  }

  /** What is left over in the end, also by whoever connected before the first test. */
  synchronized Optional<String> endAll(String name) {
    before.clear();
    return leftOver(Set.of(name));
  }

  private Optional<String> leftOver(Set<String> tests) {
    List<ServerConnection> left = Blocking.poll(this::leftOver, List::isEmpty, patience);
    if (left.isEmpty()) {
      return Optional.empty();
    }
    left.forEach(each -> settled.add(each.client()));
    return Optional.of(
        Leaks.describe(
            server.toString(),
            tests,
            left,
            patience,
            each ->
                SocketOwner.of(each.client(), server.port()).map(who -> ", " + who).orElse("")));
  }

  private List<ServerConnection> leftOver() {
    return server.known().stream()
        .filter(each -> !before.contains(each.client()) && !settled.contains(each.client()))
        .filter(each -> Leaks.isLeftOver(each, !server.wasFaulty()))
        .toList();
  }
}
