package dev.echomesh.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainClientIT {
  private static final int LENGTH = 1000;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999, 1000, 16_385, 20_000_000})
  void shouldGetBackWhatItSent(long bytes) throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      Transfer transfer = PlainClient.to(peer.port()).bytes(bytes).halfClose().run();

      assertThat(transfer.sent()).isEqualTo(bytes);
      assertThat(transfer.exact()).as("%s", transfer).isTrue();
      assertThat(transfer.firstDifference()).isEqualTo(-1);
      assertThat(transfer.sawEnd()).isTrue();
    }
  }

  @Test
  void shouldStopAtTheLastByteWithoutHalfClose() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      Transfer transfer = PlainClient.to(peer.port()).bytes(50 * LENGTH).run();

      assertThat(transfer.exact()).as("%s", transfer).isTrue();
      assertThat(transfer.sawEnd()).isFalse();
    }
  }

  @Test
  void shouldReadLateThroughSmallBuffers() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      PlainClient client =
          PlainClient.to(peer.port()).bytes(10_000_000).buffers(8 << 10, 8 << 10).lateReader();

      assertThat(client.halfClose().run().exact()).isTrue();
    }
  }

  @Test
  void shouldSendOtherBytesForAnotherSeed() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      String one = PlainClient.to(peer.port()).bytes(LENGTH).seed(1).run().sentSha256();

      assertThat(PlainClient.to(peer.port()).bytes(LENGTH).seed(1).run().sentSha256())
          .isEqualTo(one);
      assertThat(PlainClient.to(peer.port()).bytes(LENGTH).seed(2).run().sentSha256())
          .isNotEqualTo(one);
    }
  }

  @Test
  void shouldNameTheFirstByteThatDiffers() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.flipBit(17, 5))) {
      Transfer transfer = PlainClient.to(peer.port()).bytes(40 * LENGTH).halfClose().run();

      assertThat(transfer.exact()).isFalse();
      assertThat(transfer.firstDifference()).isEqualTo(17 * LENGTH + 5);
    }
  }

  @Test
  void shouldSeeBytesBeyondTheLastOne() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.duplicate(3))) {
      Transfer transfer = PlainClient.to(peer.port()).bytes(4 * LENGTH).halfClose().run();

      assertThat(transfer.received()).isEqualTo(5 * LENGTH);
      assertThat(transfer.firstDifference()).isEqualTo(4 * LENGTH);
    }
  }

  @Test
  void shouldTellAnEarlyEndFromAReset() throws IOException {
    try (FaultyPeer closing = FaultyPeer.start(LENGTH, Fault.closeAfter(2));
        FaultyPeer resetting = FaultyPeer.start(LENGTH, Fault.resetAfter(2))) {
      Transfer closed = PlainClient.to(closing.port()).bytes(4 * LENGTH).run();
      Transfer reset = PlainClient.to(resetting.port()).bytes(4 * LENGTH).run();

      assertThat(closed.sawEnd()).isTrue();
      assertThat(closed.received()).isEqualTo(2 * LENGTH);
      assertThat(closed.readFailure()).isNull();
      assertThat(reset.sawEnd()).isFalse();
      assertThat(reset.readFailure()).isNotNull().hasMessageContaining("reset");
    }
  }

  @Test
  void shouldNeverHang() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.neverAnswer())) {
      PlainClient client = PlainClient.to(peer.port()).bytes(1).deadline(Duration.ofMillis(300));

      assertThatThrownBy(client::run)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("sent 1 of 1 bytes, received 0");
    }
  }
}
