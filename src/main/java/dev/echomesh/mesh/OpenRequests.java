package dev.echomesh.mesh;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Requests to named nodes that have no answer yet, whoever of this node made them. Those to a node
 * that stops being a member fail then, and later ones at once, with {@link Failure#NODE_DOWN}; the
 * event bus alone may let them wait for their whole timeout. Thread-safe.
 */
final class OpenRequests {
  /** Those that timed out are not told of, and stay until as many others have come. */
  static final int MOST = 10_000;

  /** So many nodes that were members are remembered. */
  private static final int MOST_GONE = 1000;

  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final EventBus bus;
  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final Set<String> gone = new LinkedHashSet<>();
  private Map<String, Member> members = Map.of();

  private OpenRequests(EventBus bus) {
    this.bus = bus;
  }

  /** Of all that this event bus sends from now on. */
  static OpenRequests of(Vertx vertx) {
    OpenRequests open = new OpenRequests(vertx.eventBus());
    vertx.eventBus().addOutboundInterceptor(open::sent);
    vertx.eventBus().addInboundInterceptor(open::received);
    return open;
  }

  private void sent(DeliveryContext<Object> delivery) {
    String address = delivery.message().address();
    String reply = delivery.message().replyAddress();
    if (reply != null && Addresses.isOfNodes(address)) {
      String node = add(reply, address);
      if (!node.isEmpty()) {
        fail(reply, node);
        return;
      }
    }
    delivery.next();
  }

  /** The node, if it is gone; else empty. */
  private synchronized String add(String reply, String address) {
    String node = owner(address);
    if (gone.contains(node)) {
      return node;
    }
    if (addresses.size() == MOST) {
      addresses.remove(addresses.keySet().iterator().next());
    }
    addresses.put(reply, address);
    return "";
  }

  private void received(DeliveryContext<Object> delivery) {
    synchronized (this) {
      addresses.remove(delivery.message().address());
    }
    delivery.next();
  }

  /** Fails those to nodes that are none of these, or have begun another life since. */
  void follow(Members present) {
    failures(present).forEach(this::fail);
  }

  private synchronized Map<String, String> failures(Members present) {
    Map<String, Member> before = members;
    members = new HashMap<>();
    present.members().forEach(member -> members.put(member.name(), member));
    Set<String> ended = new HashSet<>();
    before.values().stream().filter(this::hasEnded).map(Member::name).forEach(ended::add);
    gone.addAll(ended);
    Map<String, String> failures = new HashMap<>();
    if (!ended.isEmpty()) {
      addresses.forEach(
          (reply, address) -> {
            String node = owner(address);
            if (ended.contains(node)) {
              failures.put(reply, node);
            }
          });
      addresses.keySet().removeAll(failures.keySet());
    }
    gone.removeAll(members.keySet());
    while (gone.size() > MOST_GONE) {
      gone.remove(gone.iterator().next());
    }
    return failures;
  }

  private boolean hasEnded(Member before) {
    Member now = members.get(before.name());
    return now == null || (now.state() == MemberState.UP && !now.since().equals(before.since()));
  }

  /** Of the names that fit the longest; empty without any. */
  private String owner(String address) {
    return Stream.concat(gone.stream(), members.keySet().stream())
        .filter(name -> Addresses.mayBeOfNode(address, name))
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }

  private void fail(String reply, String node) {
    bus.send(
        reply,
        new ReplyException(
            ReplyFailure.RECIPIENT_FAILURE,
            Failure.NODE_DOWN.code(),
            "node " + node + " has left the cluster"),
        HERE);
  }
}
