package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.LocalNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that nobody in his right mind would send. The seed is in every failure. */
class ApiFuzzIT {
  private static final List<String> FIELDS = fields("TestRequest", "CheckRequest", "Faults");
  private static final List<String> PATHS =
      List.of("/api/v1/tests", "/api/v1/checks", "/api/v1/endpoints/echo/faults");
  private static final int ROUNDS = 150;

  @Test
  void shouldNeverAnswerWithADefect(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("tokens"), "0123456789abcdef");
    try (LocalNode node =
        LocalNode.start(
            """
            echo: {endpoints: [{name: echo, port: 0}]}
            tester: {maxRuns: 1, maxDuration: 1s, maxConnections: 5}
            web: {enabled: true, port: 0, tokenFile: '%s'}
            """
                .formatted(file))) {
      String url = String.valueOf(node.node().url());
      for (long seed = 0; seed < ROUNDS; seed++) {
        Random random = new Random(seed);
        for (String path : PATHS) {
          assertSound(post(url, path, body(random, node.port("echo"))), path, seed);
        }
        String query = text(random).replaceAll("[\\s\\x00-\\x20]", "+");
        assertSound(HttpCall.get(url, "/api/v1/tests?limit=" + query).send(), query, seed);
        assertSound(HttpCall.get(url, "/api/v1/connections?client=" + query).send(), query, seed);
        assertSound(HttpCall.get(url, "/api/v1/tests/" + query).send(), query, seed);
      }
      for (byte[] bytes : hugeAndBroken()) {
        HttpCall.Reply reply = post(url, "/api/v1/tests", bytes);
        assertThat(reply.status()).as("%d bytes", bytes.length).isIn(400, 413);
      }
      assertSound(
          HttpCall.get(url, "/api/v1/node").header("X-Long", "x".repeat(20_000)).send(), "head", 0);
      assertSound(HttpCall.get(url, "/" + "x".repeat(100_000)).send(), "line", 0);
      assertThat(HttpCall.get(url, "/api/v1/node").send().status()).isEqualTo(200);
    }
  }

  private static HttpCall.Reply post(String url, String path, byte[] body) {
    return HttpCall.of(url, "POST", path)
        .token("0123456789abcdef")
        .header("Content-Type", "application/json")
        .body(body)
        .send();
  }

  private static void assertSound(HttpCall.Reply reply, String what, long seed) {
    assertThat(reply.status()).as("seed %d: %s: %s", seed, what, reply.body()).isLessThan(500);
    assertThat(reply.body())
        .as("seed %d: %s", seed, what)
        .doesNotContain("Exception", "\tat ", "dev.echomesh", "io.vertx", "java.lang");
    if (reply.status() >= 400) {
      assertThat(reply.header("Content-Type"))
          .as("seed %d: %s: %s", seed, what, reply)
          .isEqualTo("application/problem+json");
    }
  }

  private static List<String> fields(String... schemas) {
    JsonObject all = OpenApi.document().getJsonObject("components").getJsonObject("schemas");
    return Arrays.stream(schemas)
        .flatMap(name -> all.getJsonObject(name).getJsonObject("properties").fieldNames().stream())
        .distinct()
        .toList();
  }

  private static byte[] body(Random random, int port) {
    JsonObject json = new JsonObject();
    for (int i = random.nextInt(6); i >= 0; i--) {
      json.put(FIELDS.get(random.nextInt(FIELDS.size())), value(random, 0));
    }
    if (random.nextBoolean()) {
      json.put("target", "127.0.0.1:" + port);
    }
    String text = json.encode();
    return switch (random.nextInt(8)) {
      case 0 -> text.substring(random.nextInt(text.length())).getBytes(StandardCharsets.UTF_8);
      case 1 -> text(random).getBytes(StandardCharsets.UTF_8);
      default -> text.getBytes(StandardCharsets.UTF_8);
    };
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 2 ? 6 : 8)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextLong();
      case 2 -> random.nextDouble() * Math.pow(10, random.nextInt(300));
      case 3 -> random.nextBoolean();
      case 4 -> text(random);
      case 5 ->
          List.of("-1", "1e9", "0s", "all", "1/0", "NaN", "99999h", "::1", "")
              .get(random.nextInt(9));
      case 6 -> new JsonArray().add(value(random, depth + 1)).add(value(random, depth + 1));
      default -> new JsonObject().put(text(random), value(random, depth + 1));
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i >= 0; i--) {
      text.append(
          (char) (random.nextInt(4) == 0 ? random.nextInt(0xD800) : 33 + random.nextInt(94)));
    }
    return text.toString();
  }

  private static List<byte[]> hugeAndBroken() {
    List<byte[]> bodies = new ArrayList<>();
    bodies.add(new byte[Site.MAX_BODY_BYTES + 1]);
    bodies.add(new byte[1 << 20]);
    bodies.add("[".repeat(60_000).getBytes(StandardCharsets.UTF_8));
    bodies.add("{\"a\":".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    bodies.add("[1, 2]".getBytes(StandardCharsets.UTF_8));
    bodies.add("\"text\"".getBytes(StandardCharsets.UTF_8));
    bodies.add("null".getBytes(StandardCharsets.UTF_8));
    bodies.add(new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    bodies.add(("{\"target\": " + "9".repeat(5000) + "}").getBytes(StandardCharsets.UTF_8));
    return bodies;
  }
}
