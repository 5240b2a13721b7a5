package dev.echomesh.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A node in another JVM, as a user starts it. Closing it kills it. */
public final class NodeProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration LOG = Duration.ofSeconds(15);

  private static final Pattern MORE = Pattern.compile("\\(and ([\\d,]+) more like it\\)$");

  private final JavaProcess process;

  private NodeProcess(JavaProcess process) {
    this.process = process;
  }

  /** Starts a node with a configuration file; it may not listen yet. */
  public static NodeProcess start(Path config, String... jvmFlags) {
    return start(List.of(), config, jvmFlags);
  }

  /** The same, begun by another command that becomes the node. */
  static NodeProcess start(List<String> prefix, Path config, String... jvmFlags) {
    return new NodeProcess(
        JavaProcess.ofMain(
            prefix, "dev.echomesh.Main", List.of(jvmFlags), "node", "--config", config.toString()));
  }

  /** Waits until the endpoint listens, for the first time, and returns its port. */
  public int port(String endpoint) {
    MatchResult line =
        process.awaitErrorLine(
            "endpoint " + Pattern.quote(endpoint) + " listening on .*:(\\d+)$", START);
    return Integer.parseInt(line.group(1));
  }

  /** Waits until the node handles signals and has said how its first self-test went. */
  public NodeProcess awaitSelfTest() {
    var unused = process.awaitLine("^self-test ", START);
    return this;
  }

  /** Waits for a line of the log, from its beginning on. */
  public String awaitLog(String regex) {
    return process.awaitErrorLine(regex, LOG).group();
  }

  /** Lines of the log so far in which the expression is found. */
  public List<String> logged(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return process.err().lines().filter(line -> pattern.matcher(line).find()).toList();
  }

  /** How many clients such lines are about: a line can stand for more than its own. */
  public long clientsLogged(String regex) {
    return logged(regex).stream()
        .map(MORE::matcher)
        .mapToLong(more -> more.find() ? 1 + Long.parseLong(more.group(1).replace(",", "")) : 1)
        .sum();
  }

  public JavaProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
