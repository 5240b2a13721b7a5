package dev.echomesh.cli;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * A command line that was run in this JVM. It takes the standard streams of the whole JVM
 * meanwhile, so only one can run at a time. What threads write that were there before is left out:
 * that is the log of something else.
 */
public record CommandRun(int exitCode, String out, String err) {

  public static CommandRun of(String... arguments) {
    PrintStream stdout = System.out;
    PrintStream stderr = System.err;
    Set<Thread> others = new HashSet<>(Thread.getAllStackTraces().keySet());
    others.remove(Thread.currentThread());
    OwnOutput out = new OwnOutput(others, stdout);
    OwnOutput err = new OwnOutput(others, stderr);
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      EchomeshCommand.prepare(arguments);
      int exitCode = EchomeshCommand.execute(arguments);
      return new CommandRun(exitCode, out.text(), err.text());
    } finally {
      System.setOut(stdout);
      System.setErr(stderr);
    }
  }

  /** Standard output as the one JSON object that it is. */
  public JsonObject json() {
    return new JsonObject(out);
  }

  private static final class OwnOutput extends OutputStream {
    private final ByteArrayOutputStream own = new ByteArrayOutputStream();
    private final Set<Thread> others;
    private final PrintStream usual;

    OwnOutput(Set<Thread> others, PrintStream usual) {
      this.others = others;
      this.usual = usual;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      if (others.contains(Thread.currentThread())) {
        usual.write(bytes, from, length);
      } else {
        own.write(bytes, from, length);
      }
    }

    String text() {
      return own.toString(StandardCharsets.UTF_8);
    }
  }
}
