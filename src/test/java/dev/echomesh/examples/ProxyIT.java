package dev.echomesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckName;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.junit5.EchoServer;
import dev.echomesh.junit5.EchoServerHandle;
import dev.echomesh.junit5.EchoTester;
import dev.echomesh.junit5.EchoTesterHandle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An example: testing a proxy that stands between a client and an echo with faults. */
@ExtendWith(VertxExtension.class)
class ProxyIT {
  /** The proxy under test. */
  private static final class Proxy {
    private final NetServer server;
    private final NetClient client;

    Proxy(Vertx vertx, int port, String host) {
      this.client = vertx.createNetClient();
      this.server =
          vertx
              .createNetServer()
              .connectHandler(
                  front -> {
                    front.pause();
                    client
                        .connect(port, host)
                        .onSuccess(back -> join(front, back))
                        .onFailure(refused -> front.close());
                  });
    }

    private static void join(NetSocket front, NetSocket back) {
      front.pipeTo(back).onFailure(broken -> back.close());
      back.pipeTo(front).onFailure(broken -> front.close());
      front.resume();
    }

    Future<NetServer> listen() {
      return server.listen(0, "127.0.0.1");
    }
  }

  @EchoServer private EchoServerHandle echo;
  @EchoTester private EchoTesterHandle tester;
  private Proxy proxy;
  private String target;

  @BeforeEach
  void start(Vertx vertx, VertxTestContext test) {
    proxy = new Proxy(vertx, echo.port(), echo.host());
    proxy
        .listen()
        .onComplete(
            test.succeeding(
                listening -> {
                  target = "127.0.0.1:" + listening.actualPort();
                  test.completeNow();
                }));
  }

  @Test
  void shouldForwardEveryByteBothWays() {
    TestReport report =
        tester.assertPassed(
            TestRequest.to(target).mode(TestMode.STREAM).connections(4).count(2000).build());

    assertThat(report.outcomes().count(Outcome.OK)).isEqualTo(2000);
    echo.assertEchoed(report.bytes().sent());
  }

  @Test
  void shouldConformWhereItMust() {
    tester.assertConforms(target, CheckName.INTEGRITY, CheckName.STREAM, CheckName.FULL_DUPLEX);
  }

  @Test
  void shouldPassASlowServersAnswersOn() {
    echo.injectFault("delay=20ms", "segment=7");

    tester.assertPassed(TestRequest.to(target).count(20).failIf("p50 < 20ms").build());
  }

  @Test
  void shouldTellItsClientWhenTheServerIsGone() {
    echo.injectFault("closeAfter=6400");

    TestReport report =
        tester.run(TestRequest.to(target).count(200).timeout(Duration.ofSeconds(30)).build());

    assertThat(report.passed()).isFalse();
    assertThat(report.outcomes().count(Outcome.OK)).isEqualTo(100);
    assertThat(report.outcomes().count(Outcome.TIMEOUT)).isZero();
  }
}
