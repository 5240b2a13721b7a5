package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Execution;
import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees on the command line, mostly of another JVM. */
class StartFailuresIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Path UNPRIVILEGED_PORTS =
      Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

  private final TestCertificates certificates = TestCertificates.shared();

  private final Path directory;

  StartFailuresIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void shouldNameThePortInUse(int instances) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CommandRun node =
          node(
              "echo: {instances: %d, endpoints: [{name: busy, port: %d}]}"
                  .formatted(instances, taken.getLocalPort()));

      assertRefused(
          node,
          "endpoint busy: cannot listen on 127.0.0.1:" + taken.getLocalPort(),
          "in use",
          "choose another port");
    }
  }

  @Test
  void shouldNameEveryEndpointThatCannotListen() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CommandRun node =
          node(
              """
              echo:
                endpoints:
                  - {name: busy, port: %d}
                  - {name: fine, port: 0}
                  - {name: elsewhere, host: 192.0.2.1, port: 0}
              """
                  .formatted(taken.getLocalPort()));

      assertThat(node.exitCode()).isEqualTo(2);
      assertThat(problems(node))
          .hasSize(2)
          .anyMatch(line -> line.startsWith("echomesh: endpoint busy: "))
          .anyMatch(line -> line.startsWith("echomesh: endpoint elsewhere: "));
    }
  }

  @Test
  void shouldNameThePortWithoutPrivilege() throws IOException {
    Programs.requireProgram("setpriv");
    Assumptions.assumeTrue(firstUnprivilegedPort() > 7, "every port is free for all here");
    List<String> command = new ArrayList<>(List.of("setpriv", "--inh-caps=-all"));
    command.add("--bounding-set=-all");
    command.addAll(
        java(List.of(), "node", "--config", file("echo: {endpoints: [{name: low, port: 7}]}")));

    CommandRun node = run(command);

    assertRefused(
        node,
        "endpoint low: cannot listen on 127.0.0.1:7",
        "need a privilege",
        "CAP_NET_BIND_SERVICE");
  }

  @ParameterizedTest
  @CsvSource({
    "no-such-host.invalid, no-such-host.invalid:7007, has no address, use an address",
    "192.0.2.1, 192.0.2.1:7007, not an address of this machine, use one of its own",
    "2001:db8::1, [2001:db8::1]:7007, not an address of this machine, use one of its own"
  })
  void shouldNameTheHostThatIsNotOfThisMachine(String host, String where, String why, String what)
      throws IOException {
    CommandRun node =
        node("echo: {endpoints: [{name: far, host: '%s', port: 7007}]}".formatted(host));

    assertRefused(node, "endpoint far: cannot listen on " + where, why, what);
  }

  @Test
  void shouldNameAKeyThatIsNotTheCertificates() throws IOException {
    assertRefused(
        node(tlsYaml(certificates.serverCertificate(), certificates.clientKey())),
        "endpoint secure: ",
        "tls.keyFile " + certificates.clientKey(),
        "not the key of the certificate in " + certificates.serverCertificate());
  }

  @Test
  void shouldNameEveryDamagedPemFile() throws IOException {
    Path certificate = certificates.serverCertificate();
    Path key = certificates.serverKey();
    List<Path> keys = new ArrayList<>();
    List<Path> certificatesOrAuthorities = new ArrayList<>();
    for (String damage : List.of("not base64", "cut", "without its end")) {
      keys.add(damaged(key, damage));
      certificatesOrAuthorities.add(damaged(certificate, damage));
    }
    StringBuilder yaml = new StringBuilder("echo:\n  endpoints:\n");
    keys.forEach(file -> yaml.append(tlsEndpoint("k" + keys.indexOf(file), certificate, file, "")));
    certificatesOrAuthorities.forEach(
        file -> {
          int i = certificatesOrAuthorities.indexOf(file);
          yaml.append(tlsEndpoint("c" + i, file, key, ""));
          yaml.append(tlsEndpoint("a" + i, certificate, key, ", clientCaFile: " + file));
        });

    CommandRun node = node(yaml.toString());

    assertThat(node.exitCode()).isEqualTo(2);
    assertThat(problems(node)).hasSize(9);
    for (int i = 0; i < keys.size(); i++) {
      Path file = certificatesOrAuthorities.get(i);
      assertThat(problems(node))
          .anyMatch(isProblem("k" + i, "keyFile", keys.get(i), "an unencrypted private key in PEM"))
          .anyMatch(isProblem("c" + i, "certFile", file, "X.509 certificates in PEM"))
          .anyMatch(isProblem("a" + i, "clientCaFile", file, "X.509 certificates in PEM"));
    }
  }

  private static Predicate<String> isProblem(
      String endpoint, String key, Path file, String expected) {
    return line ->
        line.startsWith("echomesh: endpoint %s: tls.%s %s: ".formatted(endpoint, key, file))
            && line.endsWith("(expected " + expected + ")");
  }

  private static String tlsEndpoint(String name, Path certificate, Path key, String more) {
    return "    - {name: %s, port: 0, tls: {certFile: %s, keyFile: %s%s}}%n"
        .formatted(name, certificate, key, more);
  }

  @Test
  void shouldNameAMissingAndAnUnreadableKeyFile() throws IOException {
    Programs.requireProgram("setpriv");
    Path missing = directory.resolve("missing.pem");
    assertRefused(
        node(tlsYaml(certificates.serverCertificate(), missing)),
        "echo.endpoints[0].tls.keyFile: " + missing,
        "expected a readable PEM file");

    Path locked = Files.copy(certificates.serverKey(), directory.resolve("locked.pem"));
    var unused =
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
    List<String> command = new ArrayList<>(List.of("setpriv", "--inh-caps=-all"));
    command.add("--bounding-set=-all");
    command.addAll(
        java(
            List.of(),
            "node",
            "--config",
            file(tlsYaml(certificates.serverCertificate(), locked))));
    assertRefused(
        run(command), "echo.endpoints[0].tls.keyFile: " + locked, "expected a readable PEM file");
  }

  @ParameterizedTest
  @CsvSource({"epoll", "io_uring"})
  void shouldNotTakeAnotherTransportThanTheOneAskedFor(String transport) throws IOException {
    CommandRun node =
        echomesh(
            List.of("-Dio.netty.transport.noNative=true"),
            "node",
            "--config",
            file(
                "{node: {transport: %s}, echo: {endpoints: [{name: e, port: 0}]}}"
                    .formatted(transport)));

    assertRefused(
        node, "node.transport: " + transport + " is not available", "noNative", "use auto or nio");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'echo: ['                                      | :1:      | expected YAML",
        "'echo: {endpoint: []}'                         | endpoint | did you mean endpoints?",
        "'echo: {endpoints: [{name: e, port: 70000}]}'  | 70000    | expected 0 to 65535",
        "'echo: {drainTimeout: soon}'                   | soon     | expected a duration"
      })
  void shouldNameTheKeyTheValueAndWhatWasExpected(String yaml, String what, String expected)
      throws IOException {
    for (String command : List.of("node", "config")) {
      assertRefused(inThisJvm(command, "--config", file(yaml)), what, expected);
    }
  }

  @Test
  void shouldPrintOneLineForEachProblemOfAFile() throws IOException {
    CommandRun node =
        inThisJvm("node", "--config", file("{echo: {instances: 0, drainTimeout: soon}, nod: {}}"));

    assertThat(node.exitCode()).isEqualTo(2);
    assertThat(problems(node))
        .hasSize(3)
        .anyMatch(line -> line.contains("echo.instances"))
        .anyMatch(line -> line.contains("echo.drainTimeout"))
        .anyMatch(line -> line.contains("nod"));
  }

  @Test
  void shouldShowTheEffectiveConfigurationAndItsOrigins() throws IOException {
    String file = file("echo:\n  endpoints:\n    - name: e\n      port: 7007\n");
    CommandRun config = inThisJvm("config", "--config", file, "--set", "echo.drainTimeout=3s");

    assertThat(config.exitCode()).isZero();
    assertThat(config.err()).isEmpty();
    assertThat(config.out().lines())
        .anyMatch(line -> line.matches("echo\\.endpoints\\[0]\\.port = 7007 +# .*\\.yaml:4"))
        .anyMatch(line -> line.matches("echo\\.drainTimeout = 3s +# --set"))
        .anyMatch(
            line -> line.matches("echo\\.endpoints\\[0]\\.host = 127\\.0\\.0\\.1 +# default"));
  }

  @Test
  void shouldHelpWithEveryCommand() {
    for (String[] command : new String[][] {{}, {"node"}, {"test"}, {"config"}}) {
      List<String> words = new ArrayList<>(List.of(command));
      words.add("--help");
      CommandRun help = inThisJvm(words.toArray(String[]::new));

      assertThat(help.exitCode()).isZero();
      assertThat(help.out()).startsWith("Usage: echomesh");
      assertThat(help.err()).isEmpty();
    }
    assertThat(echomesh(List.of(), "--version").out()).matches("echomesh \\d\\S*\\s+");
  }

  @Test
  void shouldNameWhatItDoesNotKnow() {
    CommandRun option = inThisJvm("node", "--confg", "x");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.err().lines())
        .containsExactly("echomesh: Unknown options: '--confg', 'x' (see 'echomesh node --help')");

    CommandRun command = inThisJvm("nod");
    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.err()).contains("'nod'", "(see 'echomesh --help')");
  }

  private static String tlsYaml(Path certificate, Path key) {
    return "echo:\n  endpoints:\n" + tlsEndpoint("secure", certificate, key, "");
  }

  private static int firstUnprivilegedPort() throws IOException {
    try (InputStream in = Files.newInputStream(UNPRIVILEGED_PORTS)) {
      // in one read: the kernel gives the rest of a number to nobody
      return Integer.parseInt(new String(in.readNBytes(16), StandardCharsets.US_ASCII).strip());
    }
  }

  private Path damaged(Path pem, String damage) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(pem));
    switch (damage) {
      case "not base64" -> lines.set(3, "!".repeat(64));
      case "cut" -> lines.subList(2, lines.size() - 1).clear();
      default -> lines.remove(lines.size() - 1);
    }
    return Files.write(
        directory.resolve(damage.replace(' ', '-') + "-" + pem.getFileName()), lines);
  }

  private CommandRun node(String yaml) throws IOException {
    return echomesh(List.of(), "node", "--config", file(yaml));
  }

  private String file(String yaml) throws IOException {
    return Files.writeString(directory.resolve("node.yaml"), yaml).toString();
  }

  /** For what ends before anything is started, and says nothing that another JVM would not. */
  private static CommandRun inThisJvm(String... arguments) {
    return CommandRun.of(arguments);
  }

  private static CommandRun echomesh(List<String> jvmFlags, String... arguments) {
    return run(java(jvmFlags, arguments));
  }

  private static CommandRun run(List<String> command) {
    Execution execution = Programs.run(TIMEOUT, new byte[0], command);
    return new CommandRun(execution.exitCode(), execution.out(), execution.err());
  }

  private static List<String> java(List<String> jvmFlags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JavaProcess.nativeAccess());
    command.addAll(jvmFlags);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.echomesh.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** One line, no stack trace, exit 2. */
  private static void assertRefused(CommandRun execution, String... parts) {
    assertThat(execution.exitCode()).as(execution.err()).isEqualTo(2);
    assertThat(problems(execution))
        .singleElement()
        .asString()
        .startsWith("echomesh: ")
        .contains(parts);
    assertThat(execution.out()).isEmpty();
  }

  /** The lines of standard error without the log's. */
  private static List<String> problems(CommandRun execution) {
    return execution.err().lines().filter(line -> !line.contains(" INFO ")).toList();
  }
}
