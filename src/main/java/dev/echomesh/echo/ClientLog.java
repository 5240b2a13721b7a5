package dev.echomesh.echo;

import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.MessageFormatter;

/**
 * What an endpoint logs of single clients. So that no number of them can fill a disk, there are at
 * most ten lines at once of each kind of event and then one a second, which tells of the latest
 * client and of how many more there were. Thread-safe.
 */
final class ClientLog {
  private static final Logger LOG = LoggerFactory.getLogger(ClientLog.class);
  private static final int AT_ONCE = 10;
  private static final long EACH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Kinds of events, each with lines of its own. */
  enum Event {
    IDLE,
    STALLED,
    MAX_BUFFERED,
    /** It ended without close_notify. */
    TRUNCATED,
    /** It ended inside a record. */
    WITHHELD,
    /** Not all that it sent was echoed. */
    CUT,
    /** It had not ended at the drain deadline. */
    LATE,
    /** It could not be served on. */
    FAILURE
  }

  private final String endpoint;
  private final LongSupplier nanoClock;
  private final Map<Event, Lines> lines = new EnumMap<>(Event.class);

  /** Nothing logged yet. */
  ClientLog(String endpoint, LongSupplier nanoClock) {
    this.endpoint = endpoint;
    this.nanoClock = nanoClock;
    for (Event event : Event.values()) {
      lines.put(event, new Lines());
    }
  }

  /**
   * Logs it now or with the next line of its kind.
   *
   * @param what became of the client, with {@code {}} for each value
   */
  void tell(Event event, InetSocketAddress client, String what, Object... values) {
    of(event).add(new Line(client, what, List.of(values), null), false);
  }

  /** As {@link #tell}, with a stack trace; at once if the heap is used up. */
  void failed(InetSocketAddress client, Throwable cause) {
    of(Event.FAILURE)
        .add(new Line(client, "could not be served on", List.of(), cause), isOutOfMemory(cause));
  }

  /** Whether that is it, and not Netty's quota of direct memory, a subclass. */
  private static boolean isOutOfMemory(Throwable thrown) {
    return thrown.getClass() == OutOfMemoryError.class
        || (thrown.getCause() != null && isOutOfMemory(thrown.getCause()));
  }

  /** Logs what has been held back and is due by now. */
  void tellWhatIsDue() {
    lines.values().forEach(each -> each.release(false));
  }

  /** Logs everything that has been held back. */
  void tellTheRest() {
    lines.values().forEach(each -> each.release(true));
  }

  private Lines of(Event event) {
    return Objects.requireNonNull(lines.get(event));
  }

  private record Line(
      InetSocketAddress client, String what, List<Object> values, @Nullable Throwable cause) {}

  private final class Lines {
    private final RateLimit limit = new RateLimit(nanoClock.getAsLong());
    private @Nullable Line latest;
    private long heldBack;

    void add(Line line, boolean atOnce) {
      synchronized (this) {
        latest = line;
        heldBack++;
      }
      release(atOnce);
    }

    void release(boolean atOnce) {
      Line line;
      long more;
      synchronized (this) {
        line = latest;
        if (line == null || !(limit.take(EACH_NANOS, AT_ONCE, nanoClock.getAsLong()) || atOnce)) {
          return;
        }
        more = heldBack - 1;
        latest = null;
        heldBack = 0;
      }
      log(line, more);
    }
  }

  private void log(Line line, long more) {
    String what = MessageFormatter.basicArrayFormat(line.what, line.values.toArray());
    String others = more == 0 ? "" : " (and %,d more like it)".formatted(more);
    if (line.cause == null) {
      LOG.info("endpoint {}: client {} {}{}", endpoint, line.client, what, others);
    } else {
      LOG.error("endpoint {}: client {} {}{}", endpoint, line.client, what, others, line.cause);
    }
  }
}
