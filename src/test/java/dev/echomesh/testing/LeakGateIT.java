package dev.echomesh.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The subjects are run by a JUnit of their own, so that their failures can be asserted. */
class LeakGateIT {
  private static final List<ServerSocket> LEAKED = new ArrayList<>();

  @AfterEach
  void closeWhatTheSubjectsLeft() throws IOException {
    for (ServerSocket socket : LEAKED) {
      socket.close();
    }
    LEAKED.clear();
  }

  @Test
  void shouldPassAClassThatClosesEverything() {
    assertThat(failureOf(Tidy.class, "PT10S")).isEmpty();
  }

  @Test
  void shouldWaitForWhatClosesLate() {
    assertThat(failureOf(ClosesLate.class, "PT10S")).isEmpty();
  }

  @Test
  void shouldComeAfterExtensionsThatCloseWithTheClass() {
    assertThat(failureOf(ClosedByItsExtension.class, "PT0S")).isEmpty();
  }

  @Test
  void shouldPassAClassWhoseVertxIsClosedByItsExtension() {
    assertThat(failureOf(UsesVertx.class, "PT10S")).isEmpty();
  }

  @Test
  void shouldFailAClassThatLeavesASocketOpenAndNameIt() {
    String failure = failureOf(LeavesASocketOpen.class, "PT0.2S").orElseThrow();

    assertThat(failure)
        .contains("LeavesASocketOpen leaks")
        .contains("sockets still open after PT0.2S: 1")
        .containsPattern("127.0.0.1:" + LEAKED.get(0).getLocalPort() + " to .*:0 LISTEN")
        .contains("Netty leak reports: 0");
  }

  @Test
  void shouldNameBothEndsOfAConnection() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(1, Fault.exactEcho());
        Socket socket = new Socket(peer.host(), peer.port())) {
      assertThat(OpenSockets.describe(OpenSockets.now()))
          .anyMatch(
              line ->
                  line.endsWith(
                      "127.0.0.1:%d to 127.0.0.1:%d ESTABLISHED"
                          .formatted(socket.getLocalPort(), peer.port())));
    }
  }

  @Test
  void shouldFailAClassWhoseNestedClassLeaks() {
    assertThat(failureOf(NestedLeaves.class, "PT0.2S").orElseThrow())
        .contains("NestedLeaves leaks");
  }

  @Test
  void shouldFailAClassThatForgetsABufferAndShowWhereItWasUsed() {
    String failure = failureOf(ForgetsABuffer.class, "PT10S").orElseThrow();

    assertThat(failure)
        .contains("sockets still open after PT10S: 0")
        .contains("Netty leak reports: 1")
        .contains("ForgetsABuffer.forget");
  }

  /** Runs a subject with the gate registered as it is for the suite. */
  private static Optional<String> failureOf(Class<?> subject, String deadline) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
        .configurationParameter(LeakGate.DEADLINE_PARAMETER, deadline)
        .selectors(selectClass(subject))
        .execute()
        .allEvents()
        .failed()
        .stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .flatMap(result -> result.getThrowable().stream())
        .map(Throwable::getMessage)
        .findFirst();
  }

  static final class Tidy {
    @Test
    void close() throws IOException {
      listen().close();
      PooledByteBufAllocator.DEFAULT.directBuffer(8).release();
    }
  }

  static final class ClosesLate {
    @Test
    void leave() throws IOException {
      ServerSocket socket = listen();
      CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(() -> close(socket));
    }
  }

  @ExtendWith(ServerSocketParameter.class)
  static final class ClosedByItsExtension {
    @Test
    void use(ServerSocket socket) {
      assertThat(socket.isBound()).isTrue();
    }
  }

  @ExtendWith(VertxExtension.class)
  static final class UsesVertx {
    private static @Nullable NetClient client;

    @BeforeAll
    static void connect(Vertx vertx, VertxTestContext context) {
      NetClient connecting = vertx.createNetClient();
      client = connecting; // a collected client would close its sockets
      vertx
          .createNetServer()
          .connectHandler(socket -> socket.handler(socket::write))
          .listen(0, "127.0.0.1")
          .compose(server -> connecting.connect(server.actualPort(), "127.0.0.1"))
          .compose(
              socket -> {
                socket.handler(echoed -> context.completeNow());
                return socket.write("hello");
              })
          .onFailure(context::failNow);
    }

    @Test
    void leaveItOpen() {
      assertThat(client).isNotNull();
    }
  }

  static final class LeavesASocketOpen {
    @Test
    void leave() throws IOException {
      LEAKED.add(listen());
    }
  }

  static final class NestedLeaves {
    @Nested
    class Inner {
      @Test
      void leave() throws IOException {
        LEAKED.add(listen());
      }
    }
  }

  static final class ForgetsABuffer {
    @Test
    void forget() {
      PooledByteBufAllocator.DEFAULT.directBuffer(8).writeByte(1);
    }
  }

  /** Keeps its socket in the class's store, as vertx-junit5 keeps a Vertx. */
  static final class ServerSocketParameter implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == ServerSocket.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getParent()
          .orElseThrow()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .getOrComputeIfAbsent(ServerSocket.class, key -> listenUnchecked(), ServerSocket.class);
    }
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static ServerSocket listenUnchecked() {
    try {
      return listen();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
