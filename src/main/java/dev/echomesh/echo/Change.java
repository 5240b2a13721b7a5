package dev.echomesh.echo;

import dev.echomesh.config.EchoConfig;
import dev.echomesh.config.EndpointConfig;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What has to be closed before the endpoints can be as wanted. Vert.x lets servers that ask for the
 * same port share it, TLS options included, and the system lets no two addresses that overlap have
 * it: so a port that another listener needs is closed first.
 *
 * @param toClose names of the open endpoints to close first
 */
record Change(EchoConfig config, Set<String> toClose) {
  /**
   * Compares.
   *
   * @param usable those of the configuration that can be opened, as far as that is known
   */
  static Change of(
      EchoConfig config, Collection<OpenEndpoint> open, Collection<EndpointConfig> usable) {
    Map<String, OpenEndpoint> now =
        open.stream()
            .collect(
                Collectors.toMap(each -> each.endpoint().config().name(), Function.identity()));
    List<EndpointConfig> toOpen =
        usable.stream()
            .filter(
                wanted -> {
                  OpenEndpoint same = now.get(wanted.name());
                  return same == null || !same.canBecome(wanted, config.instances());
                })
            .toList();
    Set<Integer> needed =
        toOpen.stream()
            .map(EndpointConfig::port)
            .filter(port -> port != 0)
            .collect(Collectors.toSet());
    Set<String> toClose = new HashSet<>(now.keySet());
    config.endpoints().forEach(wanted -> toClose.remove(wanted.name()));
    for (EndpointConfig moving : toOpen) {
      OpenEndpoint from = now.get(moving.name());
      if (from != null && needed.contains(from.endpoint().port())) {
        toClose.add(moving.name());
      }
    }
    return new Change(config, toClose);
  }

  int instances() {
    return config.instances();
  }

  /** Whether an endpoint of another name shall have the port. */
  boolean isNeededByAnother(Endpoint endpoint) {
    return config.endpoints().stream()
        .anyMatch(
            wanted ->
                wanted.port() == endpoint.port()
                    && !wanted.name().equals(endpoint.config().name()));
  }
}
