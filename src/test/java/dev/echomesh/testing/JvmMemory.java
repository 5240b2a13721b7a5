package dev.echomesh.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What another JVM of this machine holds, garbage not counted.
 *
 * @param heapUsed bytes of live objects
 * @param direct bytes outside the heap that Java code asked for; 0 unless the process was started
 *     with {@value #TRACKED}
 * @param resident bytes of the process in memory, garbage and unused heap included
 */
public record JvmMemory(long heapUsed, long direct, long resident) {
  /** The flag with which a JVM can tell {@link #direct}. */
  public static final String TRACKED = "-XX:NativeMemoryTracking=summary";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /**
   * G1 has one line for the heap, the others one for each generation; what is in brackets here is
   * said by newer versions of Java only.
   */
  private static final Pattern HEAP_USED =
      Pattern.compile(
          "(?:heap|generation|Gen)\\s+total (?:reserved \\d+K, committed )?\\d+K, used (\\d+)K");

  private static final Pattern OTHER = Pattern.compile("Other \\(.*committed=(\\d+)KB");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");

  /** Collects the process's garbage and measures. */
  public static JvmMemory of(long pid) throws IOException {
    String told = jcmd(pid, "GC.run", "GC.heap_info", "VM.native_memory");
    long heap = sum(HEAP_USED, told);
    long direct = told.lines().mapToLong(JvmMemory::direct).sum();
    long resident = sum(RESIDENT, Files.readString(Path.of("/proc", Long.toString(pid), "status")));
    return new JvmMemory(heap, direct, resident);
  }

  private static long direct(String line) {
    Matcher other = OTHER.matcher(line);
    return other.find() ? Long.parseLong(other.group(1)) * 1024 : 0;
  }

  private static long sum(Pattern kilobytes, String text) {
    long sum =
        kilobytes
            .matcher(text)
            .results()
            .mapToLong(match -> Long.parseLong(match.group(1)) * 1024)
            .sum();
    if (sum == 0) {
      throw new AssertionError("no /%s/ in%n%s".formatted(kilobytes, text));
    }
    return sum;
  }

  /** All in one run: each run starts a JVM. */
  private static String jcmd(long pid, String... commands) throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Path file = Files.createTempFile("jcmd", null);
    try {
      Files.write(file, List.of(commands));
      return Programs.run(TIMEOUT, new byte[0], jcmd, Long.toString(pid), "-f", file.toString())
          .expectSuccess()
          .out();
    } finally {
      Files.delete(file);
    }
  }
}
