package dev.echomesh.bus;

import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a test. A part that could not be had is null, and {@code notes} says why.
 *
 * @param durationSeconds from the first frame's send to the last one's end
 * @param node name of the node that ran it; empty for a command
 * @param reasons why the verdict is not "pass"; empty if it is
 * @param notes what a reader should know beside it
 * @param residence how long frames stayed with an echo side that stamps them
 * @param path round trips less residence, of the same frames: network, both kernels, and the tester
 *     itself
 * @param throughput null if no frame was ok
 * @param tcp of all connections together, towards the target; null where the kernel cannot be asked
 * @param sources the nodes that ran it, if several did
 * @param rfc6349 null where {@code tcp} is, and in mode connect
 */
public record TestReport(
    String id,
    Instant startedAt,
    double durationSeconds,
    String node,
    TestRequest request,
    boolean passed,
    List<String> reasons,
    Trust trust,
    Outcomes outcomes,
    Connections connections,
    Bytes bytes,
    @Nullable Latency resolve,
    @Nullable Latency connect,
    @Nullable Latency tls,
    @Nullable Latency rtt,
    @Nullable Latency blocked,
    @Nullable Latency lag,
    @Nullable Latency residence,
    @Nullable Latency path,
    @Nullable Throughput throughput,
    @Nullable TcpInfo tcp,
    @Nullable Rfc6349 rfc6349,
    @Nullable Peer peer,
    List<SeriesPoint> series,
    @Nullable Search search,
    List<SourceResult> sources,
    List<String> notes,
    Environment environment) {
  /** Version of the JSON form. */
  public static final String SCHEMA = "echomesh.report/1";

  public TestReport {
    reasons = List.copyOf(reasons);
    series = List.copyOf(series);
    sources = List.copyOf(sources);
    notes = List.copyOf(notes);
  }

  /**
   * This one, merged of those of several nodes, as that of the run that they had part in.
   *
   * @param asker the node that had it run
   * @param lost why it did not pass beside the reasons of the parts
   */
  public TestReport ofSources(
      String runId, String asker, List<SourceResult> nodes, List<String> lost) {
    List<String> why = new ArrayList<>(lost);
    why.addAll(reasons);
    return with(runId, asker, request, why, search, nodes, notes);
  }

  /**
   * The same as the report of a search that came to it.
   *
   * @param more notes
   */
  public TestReport found(TestRequest searched, Search how, List<String> more) {
    List<String> why = how.maxRate() == null ? reasonsOfSearch(how) : List.of();
    List<String> all = new ArrayList<>(more);
    all.addAll(notes);
    return with(id, node, searched, why, how, sources, all);
  }

  /** The same with another verdict; it passes if there is no reason why not. */
  public TestReport judged(List<String> why) {
    return with(id, node, request, why, search, sources, notes);
  }

  private TestReport with(
      String otherId,
      String otherNode,
      TestRequest otherRequest,
      List<String> why,
      @Nullable Search otherSearch,
      List<SourceResult> otherSources,
      List<String> otherNotes) {
    return new TestReport(
        otherId,
        startedAt,
        durationSeconds,
        otherNode,
        otherRequest,
        why.isEmpty(),
        why,
        trust,
        outcomes,
        connections,
        bytes,
        resolve,
        connect,
        tls,
        rtt,
        blocked,
        lag,
        residence,
        path,
        throughput,
        tcp,
        rfc6349,
        peer,
        series,
        otherSearch,
        otherSources,
        otherNotes,
        environment);
  }

  private List<String> reasonsOfSearch(Search how) {
    List<String> why = new ArrayList<>();
    why.add("no rate passed");
    why.addAll(how.steps().isEmpty() ? reasons : how.steps().get(how.steps().size() - 1).reasons());
    return why;
  }

  /**
   * Whether the measurement can be believed; bytes and outcomes can in any case.
   *
   * @param reasons why not; empty if it can
   */
  public record Trust(boolean ok, List<String> reasons) {
    public Trust {
      reasons = List.copyOf(reasons);
    }

    JsonObject toJson() {
      return new JsonObject().put("ok", ok).put("reasons", new JsonArray(reasons));
    }

    static Trust fromJson(JsonObject json) {
      return new Trust(json.getBoolean("ok"), TestReportJson.strings(json.getJsonArray("reasons")));
    }
  }

  /**
   * The connections of a run.
   *
   * @param addresses of at most 100 of them
   */
  public record Connections(int opened, int failed, List<AddressPair> addresses) {
    public Connections {
      addresses = List.copyOf(addresses);
    }

    JsonObject toJson() {
      return new JsonObject()
          .put("opened", opened)
          .put("failed", failed)
          .put("addresses", new JsonArray(addresses.stream().map(AddressPair::toJson).toList()));
    }

    static Connections fromJson(JsonObject json) {
      return new Connections(
          json.getInteger("opened"),
          json.getInteger("failed"),
          json.getJsonArray("addresses").stream()
              .map(pair -> AddressPair.fromJson((JsonObject) pair))
              .toList());
    }
  }

  /**
   * Both ends of a connection, {@code 127.0.0.1:40000} or {@code [::1]:40000}.
   *
   * @param tcp of this connection alone; null where its kernel cannot be asked, or the connection
   *     had ended before it could
   */
  public record AddressPair(String local, String remote, @Nullable TcpInfo tcp) {
    JsonObject toJson() {
      return new JsonObject()
          .put("local", local)
          .put("remote", remote)
          .put("tcp", TcpFigures.toJson(tcp));
    }

    static AddressPair fromJson(JsonObject json) {
      return new AddressPair(
          json.getString("local"),
          json.getString("remote"),
          TcpFigures.fromJson(json.getJsonObject("tcp")));
    }
  }

  /** Application bytes, warm-up included. */
  public record Bytes(long sent, long received) {
    JsonObject toJson() {
      return new JsonObject().put("sent", sent).put("received", received);
    }

    static Bytes fromJson(JsonObject json) {
      return new Bytes(json.getLong("sent"), json.getLong("received"));
    }
  }

  /** What came back intact, each way the same, warm-up not counted. */
  public record Throughput(double framesPerSecond, double bytesPerSecond) {
    static @Nullable JsonObject toJson(@Nullable Throughput throughput) {
      return throughput == null
          ? null
          : new JsonObject()
              .put("framesPerSecond", throughput.framesPerSecond)
              .put("bytesPerSecond", throughput.bytesPerSecond);
    }

    static @Nullable Throughput fromJson(@Nullable JsonObject json) {
      return json == null
          ? null
          : new Throughput(json.getDouble("framesPerSecond"), json.getDouble("bytesPerSecond"));
    }
  }

  /**
   * What the echo side counted on exactly these connections.
   *
   * @param tcp of the way back; null where its kernel cannot be asked
   */
  public record Peer(long bytesReceived, long bytesSent, @Nullable TcpInfo tcp) {
    static @Nullable JsonObject toJson(@Nullable Peer peer) {
      return peer == null
          ? null
          : new JsonObject()
              .put("bytesReceived", peer.bytesReceived)
              .put("bytesSent", peer.bytesSent)
              .put("tcp", TcpFigures.toJson(peer.tcp));
    }

    static @Nullable Peer fromJson(@Nullable JsonObject json) {
      return json == null
          ? null
          : new Peer(
              json.getLong("bytesReceived"),
              json.getLong("bytesSent"),
              TcpFigures.fromJson(json.getJsonObject("tcp")));
    }
  }

  /**
   * Where the tester ran.
   *
   * @param version of Echomesh
   * @param transport {@code epoll}, {@code io_uring} or {@code nio}
   */
  public record Environment(String version, String java, String transport, String os) {
    JsonObject toJson() {
      return new JsonObject()
          .put("version", version)
          .put("java", java)
          .put("transport", transport)
          .put("os", os);
    }

    static Environment fromJson(JsonObject json) {
      return new Environment(
          json.getString("version"),
          json.getString("java"),
          json.getString("transport"),
          json.getString("os"));
    }
  }

  public JsonObject toJson() {
    return TestReportJson.write(this);
  }

  public static TestReport fromJson(JsonObject json) {
    return TestReportJson.read(json);
  }
}
