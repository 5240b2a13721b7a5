package dev.echomesh.cli;

import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a test does, as its user says it; defaults and limits are the request's. */
final class TestOptions {
  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "ping: one frame in flight per connection (default); rate: open loop at --rate; stream: a"
              + " window of frames in flight; connect: a new connection for every frame; find-max:"
              + " the highest rate that keeps all thresholds.")
  @Nullable
  private String mode;

  @Option(
      names = "--frame-length",
      paramLabel = "SIZE",
      description = "Bytes of a frame, 32 to 1MiB (64).")
  @Nullable
  private String frameLength;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Connections at the same time (1).")
  @Nullable
  private Long connections;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "How long to send, warm-up not counted (10s; 2s in each step of find-max).")
  @Nullable
  private String duration;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Frames over all connections; ends the run earlier.")
  @Nullable
  private Long count;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      description =
          "Frames of the first part are verified, but not in the latencies (1s; 0s with --count).")
  @Nullable
  private String warmup;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "For a connection to be made and for a frame to come back (5s).")
  @Nullable
  private String timeout;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "Frames in flight per connection in mode stream (16).")
  @Nullable
  private Long window;

  @Option(
      names = "--rate",
      paramLabel = "R|A..B/TIME",
      description =
          "Frames, or connections in mode connect, per second over all connections: 1000, 50k, or a"
              + " ramp 1k..50k/30s. In mode find-max, where the search begins (1000).")
  @Nullable
  private String rate;

  @Option(
      names = "--arrivals",
      paramLabel = "KIND",
      description = "constant (default) or poisson: how the frames of --rate are spread.")
  @Nullable
  private String arrivals;

  @Option(
      names = "--graceful-close",
      description =
          "In mode connect, end by FIN; without, by RST, which leaves no port in TIME_WAIT.")
  private boolean gracefulClose;

  @Option(
      names = "--timestamps",
      description =
          "Let the endpoint stamp its receive and send times into frames (see its key timestamps),"
              + " and tell its residence from path time; the stamps are not verified.")
  private boolean timestamps;

  @Option(
      names = "--bandwidth",
      paramLabel = "RATE",
      description =
          "What the path's narrowest link carries, such as 125MB/s; in mode stream, for the"
              + " transfer-time ratio of RFC 6349.")
  @Nullable
  private String bandwidth;

  @Option(names = "--source", paramLabel = "ADDRESS", description = "Address to send from.")
  @Nullable
  private String source;

  @Option(names = "-4", description = "Use IPv4 only.")
  private boolean ipv4;

  @Option(names = "-6", description = "Use IPv6 only.")
  private boolean ipv6;

  @Option(names = "--dscp", paramLabel = "N", description = "Code point of the IP header, 0 to 63.")
  @Nullable
  private Long dscp;

  @Option(
      names = "--send-buffer",
      paramLabel = "SIZE",
      description = "Socket send buffer (the system's own).")
  @Nullable
  private String sendBuffer;

  @Option(
      names = "--receive-buffer",
      paramLabel = "SIZE",
      description = "Socket receive buffer (the system's own).")
  @Nullable
  private String receiveBuffer;

  @Option(
      names = "--fail-if",
      paramLabel = "EXPRESSION",
      description =
          "Fail the run if it holds, for example 'p99 > 5ms', 'tcp.retransmits > 0' or"
              + " 'throughput < 100MB/s'; can be given several times.")
  private List<String> failIf = new ArrayList<>();

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the payload (0).")
  @Nullable
  private Long seed;

  @Mixin private TlsOptions tls = new TlsOptions();

  /**
   * The request with these options.
   *
   * @throws UsageException naming the option that cannot be used
   */
  TestRequest toRequest(String target) {
    JsonObject json =
        new JsonObject()
            .put("target", target)
            .put("mode", mode)
            .put("frameLength", frameLength)
            .put("connections", connections)
            .put("duration", duration)
            .put("count", count)
            .put("warmup", warmup)
            .put("timeout", timeout)
            .put("window", window)
            .put("rate", rate)
            .put("arrivals", arrivals)
            .put("gracefulClose", gracefulClose)
            .put("timestamps", timestamps)
            .put("bandwidth", bandwidth)
            .put("source", source)
            .put("family", family())
            .put("dscp", dscp)
            .put("sendBuffer", sendBuffer)
            .put("receiveBuffer", receiveBuffer)
            .put("failIf", new JsonArray(failIf))
            .put("seed", seed)
            .put("tls", tls.toJson());
    try {
      return meant(TestRequest.fromJson(json));
    } catch (RequestException invalid) {
      throw Refusals.asUsage(invalid);
    }
  }

  /** A request says its defaults in every mode; a user who says one means something by it. */
  private TestRequest meant(TestRequest request) {
    if (window != null && request.mode() != TestMode.STREAM) {
      throw RequestException.invalid("window", window, "only in mode stream");
    }
    if (arrivals != null && request.rate() == null) {
      throw RequestException.invalid("arrivals", arrivals, "only with a rate");
    }
    return request;
  }

  private @Nullable String family() {
    if (ipv4 && ipv6) {
      throw new UsageException("-4 and -6 exclude each other");
    }
    return ipv4 ? "ipv4" : ipv6 ? "ipv6" : null;
  }
}
