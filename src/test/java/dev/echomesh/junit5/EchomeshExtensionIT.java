package dev.echomesh.junit5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.InvalidFieldException;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The subjects are run by a JUnit of their own, so that their failures can be asserted. */
class EchomeshExtensionIT {
  private static final List<Socket> LEFT = new CopyOnWriteArrayList<>();

  /** Not their ports: the system may give that of one that has ended to the next. */
  private static final Set<EchoServerHandle> SERVERS = ConcurrentHashMap.newKeySet();

  @AfterEach
  void closeWhatTheSubjectsLeft() throws IOException {
    for (Socket socket : LEFT) {
      socket.close();
    }
    LEFT.clear();
    SERVERS.clear();
  }

  @Test
  void shouldNameTheClientThatATestLeft() {
    assertThat(failures(LeavesAClient.class))
        .singleElement()
        .asString()
        .containsPattern("LeavesAClient\\.leave\\(.*\\) left 1 connection open, still 300ms later")
        .contains(
            "client 127.0.0.1:%d, 3 bytes received, 3 sent, open for "
                .formatted(LEFT.get(0).getLocalPort()))
        .contains("held by this JVM");
  }

  @Test
  void shouldNameTheClientThatLeftBytesWithoutAnEcho() {
    assertThat(failures(LeavesBytes.class))
        .singleElement()
        .asString()
        .contains("left bytes that were not echoed on 1 connection")
        .contains("10 bytes received, 0 sent, was open for");
  }

  @Test
  void shouldLetVertxCloseItsClientsFirst() {
    assertThat(failures(VertxClosesIt.class)).isEmpty();
  }

  @Test
  void shouldBlameOnlyTheTestThatLeftAClientOnASharedServer() {
    assertThat(failures(FirstOfTwoLeaves.class))
        .singleElement()
        .asString()
        .contains("FirstOfTwoLeaves.first() left 1 connection open");
  }

  @Test
  void shouldLetAClientOfTheWholeClassLiveUntilTheClassEnds() {
    assertThat(failures(ConnectsBeforeAll.class))
        .singleElement()
        .asString()
        .contains(": ConnectsBeforeAll left 1 connection open");
  }

  @Test
  void shouldNotExamineATestThatFailedByItself() {
    assertThat(failures(FailsByItself.class))
        .singleElement()
        .asString()
        .isEqualTo("its own reason");
  }

  @Test
  void shouldNotCheckWhereNotWanted() {
    assertThat(failures(LeaksOnPurpose.class)).isEmpty();
  }

  @Test
  void shouldGiveEveryTestAndParameterAServerOfItsOwnButShareStaticFields() {
    assertThat(failures(ManyServers.class)).isEmpty();
    assertThat(SERVERS).as("2 tests with a field and two parameters each").hasSize(6);
  }

  @Test
  void shouldShareAFieldWhereTheInstanceIsShared() {
    assertThat(failures(SharedInstance.class)).isEmpty();
    assertThat(SERVERS).hasSize(1);
  }

  @Test
  void shouldKeepToTheLifecycleOfTheClassThatAFieldIsIn() {
    assertThat(failures(SharedOutside.class)).isEmpty();
    assertThat(SERVERS).as("one for a shared instance").hasSize(1);
    SERVERS.clear();

    assertThat(failures(OwnOutside.class)).isEmpty();
    assertThat(SERVERS).as("one for each of two tests").hasSize(2);
  }

  @Test
  void shouldRunTestsAtTheSameTime() {
    assertThat(failures(AtTheSameTime.class)).isEmpty();
    assertThat(SERVERS).hasSize(8);
  }

  @Test
  void shouldSayWhatIsWrongWithAnAnnotation() {
    assertThat(failures(WrongType.class))
        .singleElement()
        .asString()
        .contains("type String (expected EchoServerHandle)");
    assertThat(failures(WrongFault.class))
        .singleElement()
        .asString()
        .contains("drop: often (expected");
    assertThat(failures(InConstructor.class))
        .singleElement()
        .asString()
        .contains("expected a field or another method");
  }

  @Test
  void shouldTellWhoIsConnectedAndWhatWasEchoed(@EchoServer EchoServerHandle echo)
      throws IOException {
    try (Socket socket = new Socket(echo.host(), echo.port())) {
      echo.awaitConnections(1);
      socket.getOutputStream().write(new byte[100]);
      echo.assertEchoed(100);
      assertThat(echo.receivedBytes()).isEqualTo(100);
      assertThat(echo.sentBytes()).isEqualTo(100);
      assertThat(echo.acceptedConnections()).isEqualTo(1);
      assertThat(echo.connections())
          .singleElement()
          .satisfies(
              each -> assertThat(each.client()).isEqualTo("127.0.0.1:" + socket.getLocalPort()));
      assertThat(socket.getInputStream().readNBytes(100)).hasSize(100);
    }
    echo.awaitConnections(0);
    assertThat(echo.connections()).isEmpty();
  }

  @Test
  void shouldRefuseToBlockAnEventLoop(@EchoServer EchoServerHandle echo) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      assertThatThrownBy(
              () ->
                  vertx
                      .deployVerticle(
                          context -> {
                            echo.awaitConnections(0);
                            return io.vertx.core.Future.succeededFuture();
                          })
                      .toCompletionStage()
                      .toCompletableFuture()
                      .get())
          .hasMessageContaining("must not be made on an event loop");
    } finally {
      var unused = vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  @Test
  void shouldRefuseUnknownFaultsAtRunTime(@EchoServer EchoServerHandle echo) {
    assertThatThrownBy(() -> echo.injectFault("late=5ms"))
        .isInstanceOf(InvalidFieldException.class);
    assertThatThrownBy(() -> echo.injectFault("late")).hasMessageContaining("expected KEY=VALUE");
  }

  @Test
  void shouldHealAndReportReadably(
      @EchoServer EchoServerHandle echo, @EchoTester EchoTesterHandle tester) {
    TestRequest request = TestRequest.to(echo.target()).count(50).build();
    echo.injectFault("corrupt=1/10");

    assertThatThrownBy(() -> tester.assertPassed(request))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("FAIL " + echo.target())
        .hasMessageContaining("mismatch");

    echo.heal();
    var unused = tester.assertPassed(request);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void shouldShowACertificateForItsNames(String name, @EchoServer(tls = true) EchoServerHandle echo)
      throws IOException {
    exchangeOverTls(echo, name);
  }

  @Test
  void shouldAskForTheClientsCertificate(
      @EchoServer(tls = true, clientCertificate = true) EchoServerHandle echo) throws Exception {
    exchangeOverTls(echo, "localhost");
    javax.net.ssl.SSLContext stranger = javax.net.ssl.SSLContext.getInstance("TLS");
    javax.net.ssl.TrustManagerFactory trusts =
        javax.net.ssl.TrustManagerFactory.getInstance(
            javax.net.ssl.TrustManagerFactory.getDefaultAlgorithm());
    trusts.init(echo.tls().trustStore());
    stranger.init(null, trusts.getTrustManagers(), null);
    try (Socket socket = stranger.getSocketFactory().createSocket(echo.host(), echo.port())) {
      assertThatThrownBy(
              () -> {
                socket.getOutputStream().write(1);
                socket.getInputStream().read();
              })
          .isInstanceOfAny(SSLException.class, java.net.SocketException.class);
    }
  }

  private static void exchangeOverTls(EchoServerHandle echo, String name) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) echo.tls().sslContext().getSocketFactory().createSocket(name, echo.port())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.getOutputStream().write(7);
      assertThat(socket.getInputStream().read()).isEqualTo(7);
    }
    echo.assertEchoed(1);
  }

  private static List<String> failures(Class<?> subject) {
    List<String> messages = new ArrayList<>();
    EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
        .selectors(selectClass(subject))
        .execute()
        .allEvents()
        .failed()
        .stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .flatMap(result -> result.getThrowable().stream())
        .forEach(cause -> messages.add(deepest(cause)));
    return messages;
  }

  private static String deepest(Throwable cause) {
    Throwable last = cause;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return String.valueOf(last.getMessage());
  }

  private static Socket connect(EchoServerHandle echo) throws IOException {
    Socket socket = new Socket(echo.host(), echo.port());
    echo.awaitConnections(1);
    return socket;
  }

  static final class LeavesAClient {
    @Test
    void leave(@EchoServer(closeWithin = "300ms") EchoServerHandle echo) throws IOException {
      Socket socket = connect(echo);
      LEFT.add(socket);
      socket.getOutputStream().write(new byte[3]);
      echo.assertEchoed(3);
    }
  }

  static final class LeavesBytes {
    @Test
    void leave(@EchoServer(frameLength = 64, closeWithin = "300ms") EchoServerHandle echo)
        throws IOException {
      try (Socket socket = connect(echo)) {
        socket.getOutputStream().write(new byte[10]);
        socket.shutdownOutput();
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @ExtendWith(VertxExtension.class)
  static final class VertxClosesIt {
    private @Nullable NetClient client;

    @Test
    void leave(Vertx vertx, VertxTestContext test, @EchoServer EchoServerHandle echo) {
      NetClient connecting = vertx.createNetClient();
      client = connecting; // a collected client would close its sockets
      connecting.connect(echo.port(), echo.host()).onComplete(test.succeedingThenComplete());
      assertThat(client).isNotNull();
    }
  }

  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static final class FirstOfTwoLeaves {
    @EchoServer(closeWithin = "300ms")
    private static EchoServerHandle echo;

    @Test
    @Order(1)
    void first() throws IOException {
      LEFT.add(connect(echo));
    }

    @Test
    @Order(2)
    void second() throws IOException {
      try (Socket polite = new Socket(echo.host(), echo.port())) {
        echo.awaitConnections(2);
        assertThat(polite.isConnected()).isTrue();
      }
      // a busy machine may take longer over it than a leak is waited for
      echo.awaitConnections(1);
    }
  }

  static final class ConnectsBeforeAll {
    @BeforeAll
    static void connectOnce(@EchoServer(closeWithin = "300ms") EchoServerHandle echo)
        throws IOException {
      LEFT.add(connect(echo));
    }

    @Test
    void use() throws IOException {
      LEFT.get(0).getOutputStream().write(1);
      assertThat(LEFT.get(0).getInputStream().read()).isEqualTo(1);
    }
  }

  static final class FailsByItself {
    @Test
    void fail(@EchoServer EchoServerHandle echo) throws IOException {
      LEFT.add(connect(echo));
      throw new AssertionError("its own reason");
    }
  }

  static final class LeaksOnPurpose {
    @Test
    void leave(@EchoServer(leakCheck = false) EchoServerHandle echo) throws IOException {
      LEFT.add(connect(echo));
    }
  }

  static final class ManyServers {
    @EchoServer private static EchoServerHandle shared;
    private static final Set<EchoServerHandle> SHARED = new HashSet<>();
    @EchoServer private EchoServerHandle own;

    @Test
    void one(@EchoServer EchoServerHandle a, @EchoServer EchoServerHandle b) {
      note(a, b);
    }

    @Test
    void other(@EchoServer EchoServerHandle a, @EchoServer EchoServerHandle b) {
      note(a, b);
    }

    private void note(EchoServerHandle a, EchoServerHandle b) {
      assertThat(List.of(shared.port(), own.port(), a.port(), b.port())).doesNotHaveDuplicates();
      SERVERS.addAll(List.of(own, a, b));
      SHARED.add(shared);
      assertThat(SHARED).hasSize(1);
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static final class SharedInstance {
    @EchoServer private EchoServerHandle own;

    @Test
    void one() {
      SERVERS.add(own);
    }

    @Test
    void other() {
      SERVERS.add(own);
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static final class SharedOutside {
    @EchoServer private EchoServerHandle own;

    @BeforeAll
    void note() {
      SERVERS.add(own);
    }

    @Nested
    final class Inside {
      @Test
      void one() {
        SERVERS.add(own);
      }

      @Test
      void other() {
        SERVERS.add(own);
      }
    }
  }

  static final class OwnOutside {
    @EchoServer private EchoServerHandle own;

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    final class Inside {
      @Test
      void one() {
        SERVERS.add(own);
      }

      @Test
      void other() {
        SERVERS.add(own);
      }
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  static final class AtTheSameTime {
    @EchoServer private static EchoServerHandle shared;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void exchange(int bytes, @EchoServer EchoServerHandle own) throws IOException {
      SERVERS.add(own);
      for (EchoServerHandle echo : List.of(own, shared)) {
        try (Socket socket = new Socket(echo.host(), echo.port())) {
          socket.getOutputStream().write(new byte[bytes]);
          assertThat(socket.getInputStream().readNBytes(bytes)).hasSize(bytes);
        }
      }
      own.assertEchoed(bytes);
    }
  }

  static final class WrongType {
    @Test
    void take(@EchoServer String echo) {}
  }

  static final class WrongFault {
    @Test
    void take(@EchoServer(faults = "drop=often") EchoServerHandle echo) {}
  }

  static final class InConstructor {
    InConstructor(@EchoServer EchoServerHandle echo) {}

    @Test
    void take() {}
  }
}
