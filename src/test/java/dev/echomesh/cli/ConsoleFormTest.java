package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.AddressFamily;
import dev.echomesh.bus.Arrivals;
import dev.echomesh.bus.TestMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The console's form and the command's options are the same. */
class ConsoleFormTest {
  /** What is about the command itself: whom it asks, and where its report goes. */
  private static final Set<String> NOT_OF_THE_TEST =
      Set.of(
          "--peer-api",
          "--node",
          "--token-file",
          "--node-ca",
          "--node-cert",
          "--node-key",
          "--output",
          "--report",
          "--quiet",
          "--help",
          "--version");

  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "-4", "family",
          "-6", "family",
          "--tls-ca", "tls.caFile",
          "--tls-cert", "tls.certFile",
          "--tls-key", "tls.keyFile",
          "--no-verify-host", "tls.verifyHost");

  private final String script;

  ConsoleFormTest() throws IOException {
    try (InputStream in =
        ConsoleFormTest.class.getResourceAsStream("/dev/echomesh/web/console/test.js")) {
      script = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void shouldHaveAFieldForEveryOptionAndNoOther() {
    Set<String> wanted = new TreeSet<>(Set.of("target"));
    new CommandLine(new TestCommand())
        .getCommandSpec().options().stream()
            .map(option -> option.longestName())
            .filter(name -> !NOT_OF_THE_TEST.contains(name) && !name.equals("--tls"))
            .forEach(name -> wanted.add(OTHER_NAMES.getOrDefault(name, field(name))));

    assertThat(new TreeSet<>(found("\\{ name: '([\\w.]+)', label:"))).isEqualTo(wanted);
    assertThat(script).contains("type: 'checkbox', id: 'f-tls'");
  }

  @Test
  void shouldOfferEveryChoiceTheFirstOfWhichIsTheDefault() {
    for (TestMode mode : TestMode.values()) {
      assertThat(script).containsPattern("'?" + mode.key() + "'?: '");
    }
    assertThat(choices("arrivals")).isEqualTo(keys(Arrivals.values(), Arrivals::key));
    assertThat(choices("family")).isEqualTo(keys(AddressFamily.values(), AddressFamily::key));
  }

  private static String field(String option) {
    return Pattern.compile("-([a-z])")
        .matcher(option.substring(2))
        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }

  private List<String> choices(String field) {
    String list = found("name: '" + field + "'[^\\n]*choices: \\[([^\\]]*)]").get(0);
    return List.of(list.replace("'", "").split(", ", -1));
  }

  private static <T> List<String> keys(T[] values, Function<T, String> key) {
    return Arrays.stream(values).map(key).toList();
  }

  private List<String> found(String regex) {
    return Pattern.compile(regex)
        .matcher(script)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
