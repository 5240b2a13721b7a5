package dev.echomesh.testing;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link PlainClient} sent and got back.
 *
 * @param sent bytes that the system took
 * @param received bytes read
 * @param sentSha256 in hex
 * @param receivedSha256 in hex
 * @param firstDifference offset of the first received byte that is not the sent one, or beyond all
 *     that was meant to be sent; -1 if there is none
 * @param sawEnd the peer ended with FIN, under TLS with close_notify or FIN
 * @param writeFailure null if everything was written
 * @param readFailure null if reading ended with the peer's end or with the last expected byte
 */
public record Transfer(
    long sent,
    long received,
    String sentSha256,
    String receivedSha256,
    long firstDifference,
    boolean sawEnd,
    @Nullable IOException writeFailure,
    @Nullable IOException readFailure) {

  /** Everything came back, nothing else did, and nothing failed. */
  public boolean exact() {
    return received == sent
        && receivedSha256.equals(sentSha256)
        && writeFailure == null
        && readFailure == null;
  }
}
