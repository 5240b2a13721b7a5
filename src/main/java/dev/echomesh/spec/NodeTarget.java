package dev.echomesh.spec;

import org.jspecify.annotations.Nullable;

/**
 * An endpoint of a node of the cluster, {@code @node/endpoint}.
 *
 * @param endpoint {@value #MESH} where only the node was named
 * @param found where it is; null until it was asked for
 */
public record NodeTarget(String node, String endpoint, @Nullable SocketTarget found)
    implements Target {
  /** The endpoint that every node of a cluster has, for its members alone. */
  public static final String MESH = "mesh";

  private static final String NAME = "[A-Za-z0-9._-]{1,63}";

  public NodeTarget {
    if (!node.matches(NAME) || !endpoint.matches(NAME)) {
      throw new InvalidValueException("@" + node + "/" + endpoint, "@NODE or @NODE/ENDPOINT");
    }
  }

  static NodeTarget parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new NodeTarget(text.substring(1), MESH, null)
        : new NodeTarget(text.substring(1, slash), text.substring(slash + 1), null);
  }

  @Override
  public SocketTarget socket() {
    if (found == null) {
      throw new IllegalStateException(this + " has not been looked up");
    }
    return found;
  }

  @Override
  public Target at(SocketTarget where) {
    return new NodeTarget(node, endpoint, where);
  }

  @Override
  public String toString() {
    return "@" + node + (endpoint.equals(MESH) ? "" : "/" + endpoint);
  }
}
