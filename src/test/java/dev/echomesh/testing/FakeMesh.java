package dev.echomesh.testing;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Several names for the one node of an event bus, as if it were the nodes of a cluster: what rooms
 * see of a mesh, without one.
 */
public final class FakeMesh {
  private final Vertx vertx;
  private final List<Member> members = new CopyOnWriteArrayList<>();
  private final Set<String> ended = ConcurrentHashMap.newKeySet();

  /** The first of the names is the node's own. */
  public FakeMesh(Vertx vertx, int probePort, String... names) {
    this.vertx = vertx;
    for (String name : names) {
      members.add(member(name, probePort));
      List.of(Addresses.ECHO_ENDPOINTS, Addresses.ECHO_CONNECTIONS)
          .forEach(address -> forward(name, address));
      forward(name, Addresses.TESTER_RUN);
      forward(name, Addresses.TESTER_CANCEL);
    }
    vertx
        .eventBus()
        .localConsumer(Addresses.MESH_MEMBERS, request -> request.reply(now(names[0]).toJson()));
  }

  /** A node that takes every run and never says anything of it. */
  public void deaf(String name) {
    vertx
        .eventBus()
        .localConsumer(
            Addresses.ofNode(name, Addresses.TESTER_RUN),
            request -> request.reply(new JsonObject()));
    vertx
        .eventBus()
        .localConsumer(
            Addresses.ofNode(name, Addresses.TESTER_CANCEL),
            request -> {
              ended.add(name);
              request.reply(new JsonObject());
            });
    members.add(member(name, members.get(0).probePort()));
  }

  /** Whether a deaf node has been told to end a run. */
  public boolean wasToldToEnd(String name) {
    return ended.contains(name);
  }

  /** A node that takes every run and reports what makes no sense. */
  public void garbled(String name) {
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            Addresses.ofNode(name, Addresses.TESTER_RUN),
            request -> {
              request.reply(new JsonObject());
              vertx
                  .eventBus()
                  .publish(
                      Addresses.run(request.body().getString("id")),
                      new JsonObject().put("schema", "echomesh.report/1"));
            });
    members.add(member(name, members.get(0).probePort()));
  }

  /** The node is not a member any more. */
  public void lose(String name) {
    members.removeIf(member -> member.name().equals(name));
    tell();
  }

  /** One that was lost is a member again. */
  public void find(String name) {
    members.add(member(name, members.get(0).probePort()));
    tell();
  }

  private void tell() {
    vertx.eventBus().publish(Addresses.MESH_MEMBERS_CHANGES, now(members.get(0).name()).toJson());
  }

  private static Member member(String name, int probePort) {
    return new Member(
        name,
        "",
        "",
        "127.0.0.1",
        probePort,
        "test",
        Member.PROTOCOL,
        MemberState.UP,
        Instant.EPOCH);
  }

  private Members now(String self) {
    return new Members(self, members, null);
  }

  private void forward(String name, String address) {
    vertx
        .eventBus()
        .<Object>localConsumer(
            Addresses.ofNode(name, address),
            message ->
                vertx
                    .eventBus()
                    .<Object>request(address, message.body())
                    .onSuccess(reply -> message.reply(reply.body()))
                    .onFailure(
                        cause ->
                            message.fail(
                                cause instanceof ReplyException failed
                                        && failed.failureType() == ReplyFailure.RECIPIENT_FAILURE
                                    ? failed.failureCode()
                                    : 500,
                                cause.getMessage())));
  }
}
