package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Located;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.RequestException;
import dev.echomesh.spec.Faults;
import dev.echomesh.spec.NodeTarget;
import dev.echomesh.spec.SocketTarget;
import dev.echomesh.spec.Target;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointFinderTest {
  private static final ClientTls TLS = new ClientTls("ca", "cert", "key", false);
  private static final Members MEMBERS =
      new Members("a", List.of(member("a", "10.0.0.1"), member("b", "10.0.0.2")), TLS);

  @Test
  void shouldFindTheEndpointForMembersWithThisNodesOwnCertificate() {
    Member b = EndpointFinder.member(target("@b"), MEMBERS);

    assertThat(EndpointFinder.mesh(b, MEMBERS))
        .isEqualTo(new Located(new SocketTarget("10.0.0.2", 7947), "mesh", "b", TLS));
  }

  @ParameterizedTest
  @CsvSource({
    "b, 0.0.0.0, 10.0.0.2",
    "b, ::, 10.0.0.2",
    "b, 10.0.0.9, 10.0.0.9",
    "b, name.example, name.example",
    "a, 127.0.0.1, 127.0.0.1",
    "a, localhost, localhost"
  })
  void shouldFindAnotherEndpointWhereItIsBound(String node, String bound, String host) {
    NodeTarget target = target("@" + node + "/echo");
    Member member = EndpointFinder.member(target, MEMBERS);

    Located found =
        EndpointFinder.endpoint(target, member, MEMBERS, List.of(endpoint("echo", bound)));

    assertThat(found).isEqualTo(new Located(new SocketTarget(host, 1234), "echo", node, null));
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "::1", "localhost"})
  void shouldSayThatNobodyElseReachesALoopbackEndpoint(String bound) {
    NodeTarget target = target("@b/echo");
    Member member = EndpointFinder.member(target, MEMBERS);

    assertThatThrownBy(
            () ->
                EndpointFinder.endpoint(target, member, MEMBERS, List.of(endpoint("echo", bound))))
        .isInstanceOfSatisfying(
            RequestException.class,
            refused -> assertThat(refused.failure()).isEqualTo(Failure.NOT_ALLOWED))
        .hasMessage(
            "target: @b/echo is bound to "
                + bound
                + ", where only b itself reaches it (expected another host)");
  }

  @Test
  void shouldNameWhatThereIsInstead() {
    NodeTarget target = target("@b/exho");

    assertThatThrownBy(
            () ->
                EndpointFinder.endpoint(
                    target,
                    EndpointFinder.member(target, MEMBERS),
                    MEMBERS,
                    List.of(endpoint("echo", "::"), endpoint("tls", "::"))))
        .hasMessage("target: @b/exho (expected an endpoint of b: echo, tls)");
    assertThatThrownBy(() -> EndpointFinder.member(target("@c"), MEMBERS))
        .hasMessage("target: @c (expected a member of the mesh: a, b)");
  }

  @Test
  void shouldRunFromAllButTheTargetItself() {
    JsonObject all = new JsonObject().put("from", "all");

    assertThat(Sources.of(all, target("@b"), MEMBERS)).containsExactly("a");
    assertThat(Sources.of(all, Target.parse("host:7"), MEMBERS)).containsExactly("a", "b");
    assertThat(
            Sources.of(
                new JsonObject().put("from", new JsonArray().add("b").add("b")),
                target("@b"),
                MEMBERS))
        .containsExactly("b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; from: null (expected a list of members of the mesh, or all)",
        "{'from': []}; from: [] (expected a list",
        "{'from': 'some'}; from: some (expected a list",
        "{'from': ['a', 'c']}; from: c (expected members of the mesh: a, b)"
      })
  void shouldRefuseSourcesThatAreNone(String request, String message) {
    assertThatThrownBy(
            () ->
                Sources.of(
                    new JsonObject(request.replace('\'', '"')), Target.parse("host:7"), MEMBERS))
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith(message);
  }

  private static NodeTarget target(String text) {
    return (NodeTarget) Target.parse(text);
  }

  private static Member member(String name, String host) {
    return new Member(
        name, "", "", host, 7947, "1", Member.PROTOCOL, MemberState.UP, Instant.EPOCH);
  }

  private static EndpointInfo endpoint(String name, String host) {
    return new EndpointInfo(
        name,
        host,
        1234,
        "stream",
        0,
        "off",
        0,
        0,
        0,
        0,
        0,
        0,
        Map.of(),
        Map.of(),
        true,
        0,
        Faults.of(Map.of()));
  }
}
