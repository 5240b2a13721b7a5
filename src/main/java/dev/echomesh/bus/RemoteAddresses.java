package dev.echomesh.bus;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What programs that come in over a bridge may ask for and listen to; everything else is refused,
 * injected faults among it. A run that is begun so obeys {@code tester.allow} and the tester's
 * limits like every other.
 */
public final class RemoteAddresses {
  private static final String NAME = "[A-Za-z0-9._-]{1,63}";

  private static final List<String> LOCAL =
      List.of(
          Addresses.TESTER_RUN,
          Addresses.TESTER_CHECK,
          Addresses.TESTER_CANCEL,
          Addresses.ECHO_ENDPOINTS,
          Addresses.ECHO_CONNECTIONS,
          Addresses.MESH_MATRIX,
          Addresses.MESH_MEMBERS,
          Addresses.MESH_RUN,
          Addresses.MESH_CANCEL,
          Addresses.NODE_HEALTH);

  /** Expressions that a whole address to which requests may be sent matches. */
  public static final List<String> REQUESTS =
      Stream.concat(
              LOCAL.stream().map(RemoteAddresses::literally),
              Stream.of(
                  "echomesh\\.node\\."
                      + NAME
                      + "\\.(tester\\.(run|check|cancel)|echo\\.(endpoints|connections)"
                      + "|mesh\\.(matrix|members|path|run)|(node\\.)?health)"))
          .toList();

  /** Expressions that a whole address whose messages may be followed matches. */
  public static final List<String> SUBSCRIPTIONS =
      List.of(
          literally(Addresses.run("")) + "[A-Za-z0-9-]{1,64}",
          literally(Addresses.REPORTS),
          literally(Addresses.MESH_CHANGES),
          literally(Addresses.MESH_MEMBERS_CHANGES));

  private static final List<Pattern> REQUEST_PATTERNS =
      REQUESTS.stream().map(Pattern::compile).toList();
  private static final List<Pattern> SUBSCRIPTION_PATTERNS =
      SUBSCRIPTIONS.stream().map(Pattern::compile).toList();

  private RemoteAddresses() {}

  public static boolean mayRequest(String address) {
    return REQUEST_PATTERNS.stream().anyMatch(each -> each.matcher(address).matches());
  }

  public static boolean mayFollow(String address) {
    return SUBSCRIPTION_PATTERNS.stream().anyMatch(each -> each.matcher(address).matches());
  }

  /**
   * Whether messages to the address are followed from the whole cluster, as those of a run are;
   * others concern this node, and would come once from every node.
   */
  public static boolean isClusterWide(String address) {
    return address.startsWith(Addresses.run(""));
  }

  private static String literally(String address) {
    return address.replace(".", "\\.");
  }
}
