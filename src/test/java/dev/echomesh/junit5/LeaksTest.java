package dev.echomesh.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaksTest {
  private static final ServerConnection OPEN =
      new ServerConnection("127.0.0.1:1", 5, 5, true, Duration.ofMillis(1204));
  private static final ServerConnection CUT =
      new ServerConnection("127.0.0.1:2", 5, 3, false, Duration.ofMillis(7));

  @Test
  void shouldSayWhoLeftWhat() {
    assertThat(
            Leaks.describe(
                "echo server at 127.0.0.1:9",
                List.of("ATest.a()", "ATest.b()"),
                List.of(OPEN, CUT),
                Duration.ofSeconds(5),
                each -> each.open() ? ", held by this JVM" : ""))
        .hasLineCount(3)
        .contains(
            "echo server at 127.0.0.1:9: ATest.a(), ATest.b() left 1 connection open, still 5s later,"
                + " left bytes that were not echoed on 1 connection")
        .contains(
            "  client 127.0.0.1:1, 5 bytes received, 5 sent, open for 1.204 s, held by this JVM")
        .endsWith("  client 127.0.0.1:2, 5 bytes received, 3 sent, was open for 0.007 s");
  }

  @Test
  void shouldMissEchoesOnlyFromAHealthyServer() {
    assertThat(Leaks.isLeftOver(CUT, true)).isTrue();
    assertThat(Leaks.isLeftOver(CUT, false)).isFalse();
    assertThat(Leaks.isLeftOver(OPEN, false)).isTrue();
  }

  @Test
  void shouldFindTheInodeOfAClientInTheKernelsTable() {
    String line =
        "  4: 0100007F:9C40 0100007F:04D2 01 00000000:00000000 00:00000000 00000000     0        0"
            + " 4711 1 0000000000000000 20 4 30 10 -1";

    assertThat(SocketOwner.inode(line, 40_000, 1234)).contains("4711");
    assertThat(SocketOwner.inode(line, 1234, 40_000)).isEmpty();
    assertThat(SocketOwner.inode("  sl  local_address rem_address   st", 1, 2)).isEmpty();
  }
}
