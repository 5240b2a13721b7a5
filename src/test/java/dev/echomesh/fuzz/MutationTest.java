package dev.echomesh.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A short run of every fuzzed parser from the kept inputs on, the same each time; {@link
 * FuzzCampaign} is the long one, led by coverage.
 */
class MutationTest {
  private static final long SEED = 1;
  private static final int MOST_STEPS = 6;
  private static final int LONGEST_PIECE = 16;

  @ParameterizedTest
  @CsvSource({
    "CONFIG, 300",
    "FRAME_READER, 20000",
    "MESSAGES, 5000",
    "TARGET, 20000",
    "THRESHOLD, 20000"
  })
  void shouldTakeWhatIsMadeOfTheInputsThatAreKept(Fuzzed fuzzed, int executions)
      throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    for (Path file : fuzzed.inputs()) {
      inputs.add(Files.readAllBytes(file));
    }
    Random random = new Random(SEED);
    for (int i = 0; i < executions; i++) {
      byte[] input = mutated(inputs, random);
      try {
        fuzzed.feed(input);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "%s, execution %d of seed %d: %s"
                .formatted(fuzzed, i, SEED, HexFormat.of().formatHex(input)),
            e);
      }
    }
  }

  private static byte[] mutated(List<byte[]> inputs, Random random) {
    byte[] bytes = any(inputs, random);
    for (int step = random.nextInt(MOST_STEPS); step >= 0; step--) {
      int from = random.nextInt(bytes.length + 1);
      int length = random.nextInt(Math.min(LONGEST_PIECE, bytes.length - from) + 1);
      byte[] piece =
          switch (random.nextInt(5)) {
            case 0 -> new byte[0];
            case 1 -> flipped(bytes, from, length, random);
            case 2 -> twice(bytes, from, length);
            case 3 -> ofAnother(any(inputs, random), random);
            default -> new byte[] {(byte) random.nextInt(256)};
          };
      bytes = replaced(bytes, from, length, piece);
    }
    return bytes;
  }

  private static byte[] any(List<byte[]> inputs, Random random) {
    return inputs.get(random.nextInt(inputs.size()));
  }

  private static byte[] flipped(byte[] bytes, int from, int length, Random random) {
    byte[] piece = Arrays.copyOfRange(bytes, from, from + length);
    if (length > 0) {
      piece[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
    }
    return piece;
  }

  private static byte[] twice(byte[] bytes, int from, int length) {
    byte[] piece = Arrays.copyOfRange(bytes, from, from + length);
    return replaced(piece, length, 0, piece);
  }

  private static byte[] ofAnother(byte[] other, Random random) {
    int from = random.nextInt(other.length + 1);
    int length = random.nextInt(Math.min(LONGEST_PIECE, other.length - from) + 1);
    return Arrays.copyOfRange(other, from, from + length);
  }

  private static byte[] replaced(byte[] bytes, int from, int length, byte[] piece) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(bytes, 0, from);
    all.writeBytes(piece);
    all.write(bytes, from + length, bytes.length - from - length);
    return all.toByteArray();
  }
}
