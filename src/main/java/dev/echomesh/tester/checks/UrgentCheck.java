package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/**
 * Ordinary bytes around an urgent one all come back. What becomes of the urgent byte depends on the
 * server's socket options, and is only reported. Netty sends no urgent data, so this check talks
 * through a blocking socket, on a worker thread.
 */
final class UrgentCheck implements Check {
  private static final int BEFORE = 1000;
  private static final int ORDINARY = 2000;
  private static final byte URGENT = (byte) 0xff;

  @Override
  public CheckName name() {
    return CheckName.URGENT;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    if (server.request().tls() != null) {
      findings.skip("urgent data has no place in TLS");
      return Future.succeededFuture();
    }
    return server
        .open(Content.ALL_VALUES)
        .compose(
            reachable -> {
              InetSocketAddress address = reachable.remoteAddress();
              int millis = (int) server.timeout().toMillis();
              return server.vertx().executeBlocking(() -> talk(address, millis), false);
            })
        .onSuccess(
            came -> {
              if (came.isExact()) {
                findings.pass(
                    "%,d ordinary bytes came back; the urgent one %s"
                        .formatted(
                            ORDINARY,
                            came.urgentInLine
                                ? "came back among them, in its place"
                                : "did not come back in line"));
              } else {
                findings.fail(came.problem);
              }
            })
        .mapEmpty();
  }

  /** What came back; the problem is empty if every ordinary byte did. */
  private record Came(boolean urgentInLine, String problem) {
    boolean isExact() {
      return problem.isEmpty();
    }
  }

  private static Came talk(InetSocketAddress address, int timeoutMillis) {
    byte[] ordinary = new byte[ORDINARY];
    for (int i = 0; i < ORDINARY; i++) {
      ordinary[i] = (byte) (i % 251);
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, timeoutMillis);
      socket.setSoTimeout(timeoutMillis);
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(ordinary, 0, BEFORE);
      socket.sendUrgentData(URGENT);
      socket.getOutputStream().write(ordinary, BEFORE, ORDINARY - BEFORE);
      return receive(socket.getInputStream(), ordinary);
    } catch (IOException e) {
      return new Came(false, "the connection failed around an urgent byte: " + e.getMessage());
    }
  }

  private static Came receive(InputStream in, byte[] ordinary) {
    byte[] got = new byte[ORDINARY + 1];
    int length = 0;
    String end = "";
    boolean inLine = false;
    while (length < ORDINARY + (inLine ? 1 : 0) && end.isEmpty()) {
      try {
        int read = in.read(got, length, ORDINARY + 1 - length);
        length += Math.max(0, read);
        end = read < 0 ? "the server ended the connection" : "";
      } catch (SocketTimeoutException e) {
        end = "nothing more came";
      } catch (IOException e) {
        end = String.valueOf(e.getMessage());
      }
      inLine = length > BEFORE && got[BEFORE] == URGENT;
    }
    byte[] rest = Arrays.copyOf(got, length);
    if (inLine) {
      System.arraycopy(got, BEFORE + 1, rest, BEFORE, length - BEFORE - 1);
      rest = Arrays.copyOf(rest, length - 1);
    }
    int at = Arrays.mismatch(rest, ordinary);
    if (at < 0) {
      return new Came(inLine, "");
    }
    return new Came(
        inLine,
        at == rest.length
            ? "of %,d ordinary bytes around an urgent one %,d came back, then %s"
                .formatted(ORDINARY, rest.length, end)
            : "ordinary byte %,d is 0x%02x, expected 0x%02x".formatted(at, rest[at], ordinary[at]));
  }
}
