package dev.echomesh.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * What a {@link FaultyPeer} does with a connection. The factories misbehave in exactly one way and
 * echo everything else; frames are counted per connection from 0, and every connection gets its own
 * fault.
 */
@FunctionalInterface
public interface Fault {

  /** Serves one connection on a thread of its own; when it returns, the peer ends its side. */
  void serve(PeerConnection connection) throws IOException;

  /** What happens in place of one frame's echo. */
  @FunctionalInterface
  interface Answer {
    void give(PeerConnection connection, byte[] frame) throws IOException;
  }

  /** Echoes every frame but one, which gets another answer. */
  static Fault at(long frameIndex, Answer answer) {
    return connection -> {
      long index = 0;
      for (byte[] frame = connection.readFrame();
          frame.length > 0;
          frame = connection.readFrame()) {
        if (index++ == frameIndex) {
          answer.give(connection, frame);
        } else {
          connection.write(frame);
        }
      }
    };
  }

  /** Answers every frame so. */
  static Fault atEvery(Answer answer) {
    return connection -> {
      for (byte[] frame = connection.readFrame();
          frame.length > 0;
          frame = connection.readFrame()) {
        answer.give(connection, frame);
      }
    };
  }

  static Fault exactEcho() {
    return at(-1, PeerConnection::write);
  }

  /** Flips the lowest bit of one byte. */
  static Fault flipBit(long frameIndex, int byteOffset) {
    return at(
        frameIndex,
        (connection, frame) -> {
          frame[byteOffset] ^= 1;
          connection.write(frame);
        });
  }

  /** Never answers the frame. */
  static Fault drop(long frameIndex) {
    return at(frameIndex, (connection, frame) -> {});
  }

  static Fault duplicate(long frameIndex) {
    return at(
        frameIndex,
        (connection, frame) -> {
          connection.write(frame);
          connection.write(frame);
        });
  }

  /** Holds the frame back until the next one has been answered, or the client has ended. */
  static Fault swap(long frameIndex) {
    return at(
        frameIndex,
        (connection, frame) -> {
          connection.write(connection.readFrame());
          connection.write(frame);
        });
  }

  /** Sends the first half of the frame, then FIN, then only reads. */
  static Fault truncate(long frameIndex) {
    return at(
        frameIndex,
        (connection, frame) -> {
          connection.write(Arrays.copyOf(frame, frame.length / 2));
          connection.finish();
        });
  }

  /**
   * Answers with the latest frame of another connection, waiting a few seconds for one to exist.
   * The fixture fails in {@link FaultyPeer#close} if there was none.
   */
  static Fault answerWithFrameOfOtherConnection(long frameIndex) {
    LatestFrames latest = new LatestFrames();
    return connection -> {
      long index = 0;
      for (byte[] frame = connection.readFrame();
          frame.length > 0;
          frame = connection.readFrame()) {
        latest.put(connection, frame);
        connection.write(index++ == frameIndex ? latest.awaitOther(connection) : frame);
      }
    };
  }

  /** Answers so many frames, then sends FIN in place of the next answer and only reads. */
  static Fault closeAfter(long frames) {
    return at(frames, (connection, frame) -> connection.finish());
  }

  /** Answers so many frames, then sends RST in place of the next answer. */
  static Fault resetAfter(long frames) {
    return at(frames, (connection, frame) -> connection.reset());
  }

  /** Reads and says nothing. */
  static Fault neverAnswer() {
    return PeerConnection::drain;
  }

  /** Accepts and never reads, with a receive buffer as small as the system allows. */
  static Fault stopReading() {
    return PeerConnection::stall;
  }

  static Fault acceptAndResetAtOnce() {
    return PeerConnection::reset;
  }

  /** Puts one byte between this frame and the next. */
  static Fault insertByte(long frameIndex) {
    return at(
        frameIndex,
        (connection, frame) -> connection.write(Arrays.copyOf(frame, frame.length + 1)));
  }

  /** Leaves the frame's last byte out. */
  static Fault dropByte(long frameIndex) {
    return at(
        frameIndex,
        (connection, frame) -> connection.write(Arrays.copyOf(frame, frame.length - 1)));
  }

  /** Replaces the whole frame by random bytes. */
  static Fault garbage(long frameIndex, long seed) {
    return at(
        frameIndex,
        (connection, frame) -> {
          new Random(seed).nextBytes(frame);
          connection.write(frame);
        });
  }

  /** Echoes exactly until the client has ended its side, then sends the last frame once more. */
  static Fault echoLastTwice() {
    return connection -> {
      byte[] last = {};
      for (byte[] frame = connection.readFrame();
          frame.length > 0;
          frame = connection.readFrame()) {
        connection.write(frame);
        last = frame;
      }
      connection.write(last);
    };
  }

  /** Answers the first bytes, meant to be a TLS ClientHello, with plain text and FIN. */
  static Fault tlsGarbage() {
    return connection -> {
      connection.readSome();
      connection.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      connection.finish();
      connection.drain();
    };
  }
}
