package dev.echomesh.web;

import io.vertx.core.http.HttpMethod;
import java.util.Set;

/**
 * One thing that can be asked for.
 *
 * @param path with its parameters in braces, {@code /api/v1/tests/{id}}
 * @param parameters names that the query may have; any other is an error
 */
record Operation(
    HttpMethod method, String path, Access access, Set<String> parameters, Action action) {
  Operation {
    parameters = Set.copyOf(parameters);
  }

  static Operation get(String path, Action action, String... parameters) {
    return new Operation(HttpMethod.GET, path, Access.READ, Set.of(parameters), action);
  }

  static Operation health(String path, Action action) {
    return new Operation(HttpMethod.GET, path, Access.HEALTH, Set.of(), action);
  }

  static Operation command(HttpMethod method, String path, Action action) {
    return new Operation(method, path, Access.COMMAND, Set.of(), action);
  }

  /** The path as the router writes it, {@code /api/v1/tests/:id}. */
  String route() {
    return path.replaceAll("\\{(\\w+)}", ":$1");
  }
}
