package dev.echomesh.echo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Execution;
import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.PlainClient;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.RunningNode;
import dev.echomesh.testing.Transfer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that know nothing of Echomesh, each against our other side. */
class RealClientsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int USUAL_PORT = 1234;

  @Test
  void shouldServeTheSimplestPythonClientOnTheUsualPort() {
    Programs.requireProgram("python3");
    try (RunningNode node = start(USUAL_PORT)) {
      Execution client =
          python(
              """
              import socket
              s = socket.socket()
              s.connect(("127.0.0.1", 1234))
              s.send(b"Hello, world")
              print(s.recv(1024).decode())
              s.close()
              """);

      assertThat(client.out()).isEqualTo("Hello, world\n");
      assertThat(node.idleEndpointAfter("echo", 1).bytesSent()).isEqualTo(12);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ping", "stream"})
  void shouldPassTheSimplestPythonServerOnTheUsualPort(String mode) throws IOException {
    Programs.requireProgram("python3");
    Process server =
        new ProcessBuilder(
                "python3",
                "-c",
                """
                import socket
                s = socket.socket()
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(("127.0.0.1", 1234))
                s.listen()
                print("listening", flush=True)
                while True:
                    c, _ = s.accept()
                    while data := c.recv(1024):
                        c.sendall(data)
                    c.close()
                """)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = server.inputReader(UTF_8);
        JavaProcess tester = tester(lines.readLine(), mode)) {
      assertThat(tester.awaitExit(TIMEOUT)).as("%s%n%s", tester.out(), tester.err()).isZero();
      assertThat(tester.out()).contains("PASS");
    } finally {
      server.destroyForcibly().onExit().join();
    }
  }

  @Test
  void shouldEchoTenThousandWritesOfOneByte() throws IOException {
    byte[] bytes = bytes(10_000);
    try (RunningNode node = start(0);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), node.port("echo"))) {
      client.setTcpNoDelay(true);
      client.setSoTimeout((int) TIMEOUT.toMillis());
      InputStream in = client.getInputStream();
      CompletableFuture<byte[]> echo =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return in.readAllBytes();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      OutputStream out = client.getOutputStream();
      for (byte one : bytes) {
        out.write(one);
      }
      client.shutdownOutput();

      assertThat(echo.join()).isEqualTo(bytes);
    }
  }

  @Test
  void shouldEchoSixtyFourMebibytesWhileTheyAreSent() throws IOException {
    try (RunningNode node = start(0)) {
      Transfer transfer = PlainClient.to(node.port("echo")).bytes(64 << 20).run();

      assertThat(transfer.received()).isEqualTo(64 << 20);
      assertThat(transfer.receivedSha256()).isEqualTo(transfer.sentSha256());
      assertThat(transfer.exact()).as("%s", transfer).isTrue();
    }
  }

  private static JavaProcess tester(String serverSays, String mode) {
    assertThat(serverSays).as("the server on port %s", USUAL_PORT).isEqualTo("listening");
    return JavaProcess.ofMain(
        "dev.echomesh.Main",
        List.of(),
        "test",
        "127.0.0.1:" + USUAL_PORT,
        "--mode",
        mode,
        "--count",
        "200");
  }

  private static RunningNode start(int port) {
    return RunningNode.start("echo: {endpoints: [{name: echo, port: %d}]}".formatted(port));
  }

  private static Execution python(String script, String... arguments) {
    String[] command = new String[3 + arguments.length];
    command[0] = "python3";
    command[1] = "-c";
    command[2] = script;
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return Programs.run(TIMEOUT, new byte[0], command).expectSuccess();
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }
}
