package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.RefusingPort;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports of real runs, shown, compared and merged as a user does it. */
class ReportCommandIT {
  private static Path directory;
  private static Path passed;
  private static Path alsoPassed;
  private static Path failed;

  @BeforeAll
  static void makeReports(@TempDir Path temporary) throws IOException {
    directory = temporary;
    try (LocalNode node =
        LocalNode.start("echo: {endpoints: [{name: e, host: 127.0.0.1, port: 0}]}")) {
      String target = "127.0.0.1:" + node.port("e");
      passed = reportOf("a.json", target, "--count", "300");
      alsoPassed = reportOf("b.json", target, "--count", "200", "--mode", "stream");
    }
    try (RefusingPort refusing = RefusingPort.reserve()) {
      failed = reportOf("c.json", "127.0.0.1:" + refusing.port(), "--count", "1");
    }
  }

  @Test
  void shouldShowASingleReportAsTheTestDid() {
    CommandRun run = CommandRun.of("report", passed.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("PASS 127.0.0.1:")
        .containsPattern("(?m)^frames +300 ok$")
        .doesNotContain("merged");
  }

  @Test
  void shouldPrintASingleReportUnchanged() throws IOException {
    CommandRun run = CommandRun.of("report", passed.toString(), "--output", "json");

    assertThat(run.json()).isEqualTo(new JsonObject(Files.readString(passed)));
  }

  @Test
  void shouldCompareAndMergeSeveral() {
    CommandRun run = CommandRun.of("report", passed.toString(), alsoPassed.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("(?m)^ +\\S*a.json +\\S*b.json +merged$")
        .containsPattern("(?m)^verdict +PASS +PASS +PASS$")
        .containsPattern("(?m)^frames +300 +200 +500$")
        .containsPattern("(?m)^ok +300 +200 +500$")
        .containsPattern("(?m)^rtt p99.9( +[0-9.]+ (µs|ms|s)){3}$")
        .containsPattern("(?m)^connect p50( +[0-9.]+ (µs|ms|s)){3}$");
  }

  @Test
  void shouldPrintTheMergedReportAsJson() {
    CommandRun run =
        CommandRun.of("report", passed.toString(), alsoPassed.toString(), "--output", "json");

    assertThat(run.json().getString("verdict")).isEqualTo("pass");
    assertThat(run.json().getJsonObject("outcomes").getLong("ok")).isEqualTo(500);
    assertThat(run.json().getJsonObject("rtt").getLong("count")).isEqualTo(500);
  }

  @Test
  void shouldFailIfOneOfThemFailed() {
    CommandRun run =
        CommandRun.of("report", passed.toString(), failed.toString(), "--output", "json");

    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.json().getString("verdict")).isEqualTo("fail");
    assertThat(run.json().getJsonArray("reasons").getString(0)).startsWith(failed + ": ");
  }

  @Test
  void shouldWriteAPage() throws IOException {
    Path page = directory.resolve("page.html");

    CommandRun run =
        CommandRun.of(
            "report", passed.toString(), alsoPassed.toString(), "--report", page.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(page).content().startsWith("<!DOCTYPE html>").contains("Side by side", "<svg");
  }

  @Test
  void shouldWriteAPageOfATestWhateverItsVerdict() throws IOException {
    Path page = Files.writeString(directory.resolve("test.html"), "what was there before");
    try (RefusingPort refusing = RefusingPort.reserve()) {
      CommandRun run =
          CommandRun.of(
              "test", "127.0.0.1:" + refusing.port(), "--count", "1", "--report", page.toString());

      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.FAILED);
      assertThat(page)
          .content()
          .startsWith("<!DOCTYPE html>")
          .endsWith("</html>\n")
          .contains("FAIL 127.0.0.1:" + refusing.port(), "refused");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no/such/directory/page.html", "."})
  void shouldRefuseAPageThatCannotBeWrittenBeforeTheRun(String page) {
    String path = directory.resolve(page).toString();

    CommandRun run = CommandRun.of("test", "127.0.0.1:1", "--duration", "10m", "--report", path);

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("echomesh: --report: " + path + " (expected a file that can be written: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not JSON | not a JSON object (expected a report as of --output json)",
        "[1] | not a JSON object (expected a report as of --output json)",
        "{} | schema missing (expected \"echomesh.report/1\")",
        "{\"schema\":\"echomesh.report/2\"} | schema: echomesh.report/2 (expected"
            + " \"echomesh.report/1\")",
        "{\"schema\":\"echomesh.report/1\"} | id missing (expected a text)",
      })
  void shouldSayWhatIsWrongWithAFileInOneLine(String content, String complaint) throws IOException {
    refuses(content, complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes.sent, many, bytes.sent: many (expected a whole number)",
    "trust.ok, maybe, trust.ok: maybe (expected true or false)",
    "verdict, perhaps, verdict: perhaps (expected pass or fail)",
    "startedAt, noon, startedAt: noon (expected a time such as 2026-01-31T12:00:00Z)",
    "request.target, 9, request.target: 9 (expected HOST:PORT",
    "request.duration, soon, request.duration: soon (expected a duration such as 250ms",
    "throughput.framesPerSecond, fast, throughput",
    "rtt.histogram, AAAA, rtt.histogram (expected HdrHistogram's compressed form in Base64 of 300",
    "rtt.p50Micros, low, rtt.p50Micros: low (expected a number)",
    "outcomes.vanished, 1, outcomes.vanished (expected one of ok",
    "outcomes.ok, some, outcomes.ok: some (expected a whole number)",
    "series, 7, series: 7 (expected a list)",
  })
  void shouldNameTheFieldAtFault(String field, String value, String complaint) throws IOException {
    JsonObject json = new JsonObject(Files.readString(passed));
    int dot = field.indexOf('.');
    JsonObject parent = dot < 0 ? json : json.getJsonObject(field.substring(0, dot));
    parent.put(field.substring(dot + 1), value);

    refuses(json.encode(), complaint);
  }

  /** As of a later version. */
  @Test
  void shouldNotFailForWhatASourceCouldNotBe() throws IOException {
    JsonObject json = new JsonObject(Files.readString(passed));
    JsonObject source =
        new JsonObject()
            .put("node", "a")
            .put("verdict", "pass")
            .put("frames", new JsonObject().put("vanished", 1));
    json.put("sources", new JsonArray().add(source));

    refuses(json.encode(), "throughput, tcp, rfc6349, peer, series, search, or a list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes", "connections", "outcomes", "request", "environment", "series"})
  void shouldNameTheFieldThatIsMissing(String field) throws IOException {
    JsonObject json = new JsonObject(Files.readString(passed));
    json.remove(field);

    refuses(json.encode(), field);
  }

  @Test
  void shouldNameAFileThatIsNone() {
    assertThat(CommandRun.of("report", "nowhere.json"))
        .isEqualTo(
            new CommandRun(
                ExitCode.USAGE,
                "",
                "echomesh: nowhere.json: no such file (expected a report in JSON)\n"));
    assertThat(CommandRun.of("report", directory.toString()).exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(CommandRun.of("report").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  private static void refuses(String content, String complaint) throws IOException {
    Path file = Files.writeString(directory.resolve("bad.json"), content);

    CommandRun run = CommandRun.of("report", passed.toString(), file.toString());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("echomesh: " + file + ": " + complaint)
        .contains("(expected ");
  }

  private static Path reportOf(String name, String... arguments) throws IOException {
    String[] all = new String[arguments.length + 3];
    all[0] = "test";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 2] = "--output";
    all[all.length - 1] = "json";
    return Files.writeString(directory.resolve(name), CommandRun.of(all).out());
  }
}
