package dev.echomesh.mesh;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Located;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.RequestException;
import dev.echomesh.spec.CidrBlock;
import dev.echomesh.spec.InvalidValueException;
import dev.echomesh.spec.NodeTarget;
import dev.echomesh.spec.SocketTarget;
import java.util.List;
import java.util.stream.Collectors;

/** Tells where this node reaches an endpoint of another. */
final class EndpointFinder {
  private EndpointFinder() {}

  /**
   * The member that the target names.
   *
   * @throws RequestException if there is none
   */
  static Member member(NodeTarget target, Members members) {
    return members
        .find(target.node())
        .orElseThrow(
            () ->
                RequestException.invalid(
                    "target", target, "a member of the mesh: " + names(members)));
  }

  /** Its endpoint for members; they get in with this node's own certificate. */
  static Located mesh(Member member, Members members) {
    return new Located(
        new SocketTarget(member.host(), member.probePort()),
        NodeTarget.MESH,
        member.name(),
        members.tls());
  }

  /**
   * One of its other endpoints.
   *
   * @param endpoints all of the member's
   * @throws RequestException if there is none of that name, or it cannot be reached from here
   */
  static Located endpoint(
      NodeTarget target, Member member, Members members, List<EndpointInfo> endpoints) {
    EndpointInfo endpoint =
        endpoints.stream()
            .filter(each -> each.name().equals(target.endpoint()))
            .findFirst()
            .orElseThrow(
                () ->
                    RequestException.invalid(
                        "target",
                        target,
                        "an endpoint of %s: %s"
                            .formatted(
                                member.name(),
                                endpoints.stream()
                                    .map(EndpointInfo::name)
                                    .sorted()
                                    .collect(Collectors.joining(", ")))));
    boolean here = members.self().equals(member.name()) || isLoopback(member.host());
    if (isLoopback(endpoint.host()) && !here) {
      throw new RequestException(
          Failure.NOT_ALLOWED,
          "target: %s is bound to %s, where only %s itself reaches it (expected another host)"
              .formatted(target, endpoint.host(), member.name()));
    }
    return new Located(
        new SocketTarget(host(endpoint.host(), member), endpoint.port()),
        endpoint.name(),
        member.name(),
        null);
  }

  private static String host(String bound, Member member) {
    return bound.equals("0.0.0.0") || bound.equals("::") ? member.host() : bound;
  }

  private static boolean isLoopback(String host) {
    try {
      return host.equals("localhost") || CidrBlock.parse(host).network().isLoopbackAddress();
    } catch (InvalidValueException aName) {
      return false;
    }
  }

  private static String names(Members members) {
    return members.members().stream().map(Member::name).collect(Collectors.joining(", "));
  }
}
