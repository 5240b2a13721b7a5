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

  /** Of a test that one node or command ran. */
  public TestReport(
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
      List<String> notes,
      Environment environment) {
    this(
        id,
        startedAt,
        durationSeconds,
        node,
        request,
        passed,
        reasons,
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
        search,
        List.of(),
        notes,
        environment);
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
    return with(runId, asker, request, why, search, nodes);
  }

  /** The same as the report of a search that came to it. */
  public TestReport found(TestRequest searched, Search how) {
    List<String> why = how.maxRate() == null ? reasonsOfSearch(how) : List.of();
    return with(id, node, searched, why, how, sources);
  }

  /** The same with another verdict; it passes if there is no reason why not. */
  public TestReport judged(List<String> why) {
    return with(id, node, request, why, search, sources);
  }

  private TestReport with(
      String otherId,
      String otherNode,
      TestRequest otherRequest,
      List<String> why,
      @Nullable Search otherSearch,
      List<SourceResult> otherSources) {
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
        notes,
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
  public record Bytes(long sent, long received) {}

  /** What came back intact, each way the same, warm-up not counted. */
  public record Throughput(double framesPerSecond, double bytesPerSecond) {}

  /**
   * What the echo side counted on exactly these connections.
   *
   * @param tcp of the way back; null where its kernel cannot be asked
   */
  public record Peer(long bytesReceived, long bytesSent, @Nullable TcpInfo tcp) {}

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
    return new JsonObject()
        .put("schema", SCHEMA)
        .put("id", id)
        .put("startedAt", startedAt.toString())
        .put("durationSeconds", durationSeconds)
        .put("node", node)
        .put("target", ReportTarget.toJson(request.target()))
        .put("request", request.toJson())
        .put("verdict", passed ? "pass" : "fail")
        .put("reasons", new JsonArray(reasons))
        .put(
            "trust",
            new JsonObject().put("ok", trust.ok).put("reasons", new JsonArray(trust.reasons)))
        .put("outcomes", outcomes.toJson())
        .put(
            "connections",
            new JsonObject()
                .put("opened", connections.opened)
                .put("failed", connections.failed)
                .put(
                    "addresses",
                    new JsonArray(
                        connections.addresses.stream().map(AddressPair::toJson).toList())))
        .put("bytes", new JsonObject().put("sent", bytes.sent).put("received", bytes.received))
        .put("resolve", Latency.toJson(resolve))
        .put("connect", Latency.toJson(connect))
        .put("tls", Latency.toJson(tls))
        .put("rtt", Latency.toJson(rtt))
        .put("blocked", Latency.toJson(blocked))
        .put("lag", Latency.toJson(lag))
        .put("residence", Latency.toJson(residence))
        .put("path", Latency.toJson(path))
        .put(
            "throughput",
            throughput == null
                ? null
                : new JsonObject()
                    .put("framesPerSecond", throughput.framesPerSecond)
                    .put("bytesPerSecond", throughput.bytesPerSecond))
        .put("tcp", TcpFigures.toJson(tcp))
        .put("rfc6349", Rfc6349.toJson(rfc6349))
        .put(
            "peer",
            peer == null
                ? null
                : new JsonObject()
                    .put("bytesReceived", peer.bytesReceived)
                    .put("bytesSent", peer.bytesSent)
                    .put("tcp", TcpFigures.toJson(peer.tcp)))
        .put("series", new JsonArray(series.stream().map(SeriesPoint::toJson).toList()))
        .put("search", Search.toJson(search))
        .put("sources", new JsonArray(sources.stream().map(SourceResult::toJson).toList()))
        .put("notes", new JsonArray(notes))
        .put("environment", environment.toJson());
  }

  public static TestReport fromJson(JsonObject json) {
    JsonObject trust = json.getJsonObject("trust");
    JsonObject connections = json.getJsonObject("connections");
    JsonObject bytes = json.getJsonObject("bytes");
    JsonObject throughput = json.getJsonObject("throughput");
    JsonObject peer = json.getJsonObject("peer");
    return new TestReport(
        json.getString("id"),
        Instant.parse(json.getString("startedAt")),
        json.getDouble("durationSeconds"),
        json.getString("node"),
        ReportTarget.found(
            TestRequest.fromJson(json.getJsonObject("request")), json.getJsonObject("target")),
        "pass".equals(json.getString("verdict")),
        strings(json.getJsonArray("reasons")),
        new Trust(trust.getBoolean("ok"), strings(trust.getJsonArray("reasons"))),
        Outcomes.fromJson(json.getJsonObject("outcomes")),
        new Connections(
            connections.getInteger("opened"),
            connections.getInteger("failed"),
            connections.getJsonArray("addresses").stream()
                .map(JsonObject.class::cast)
                .map(AddressPair::fromJson)
                .toList()),
        new Bytes(bytes.getLong("sent"), bytes.getLong("received")),
        Latency.fromJson(json.getJsonObject("resolve")),
        Latency.fromJson(json.getJsonObject("connect")),
        Latency.fromJson(json.getJsonObject("tls")),
        Latency.fromJson(json.getJsonObject("rtt")),
        Latency.fromJson(json.getJsonObject("blocked")),
        Latency.fromJson(json.getJsonObject("lag")),
        Latency.fromJson(json.getJsonObject("residence")),
        Latency.fromJson(json.getJsonObject("path")),
        throughput == null
            ? null
            : new Throughput(
                throughput.getDouble("framesPerSecond"), throughput.getDouble("bytesPerSecond")),
        TcpFigures.fromJson(json.getJsonObject("tcp")),
        Rfc6349.fromJson(json.getJsonObject("rfc6349")),
        peer == null
            ? null
            : new Peer(
                peer.getLong("bytesReceived"),
                peer.getLong("bytesSent"),
                TcpFigures.fromJson(peer.getJsonObject("tcp"))),
        json.getJsonArray("series").stream()
            .map(point -> SeriesPoint.fromJson((JsonObject) point))
            .toList(),
        Search.fromJson(json.getJsonObject("search")),
        json.getJsonArray("sources", new JsonArray()).stream()
            .map(source -> SourceResult.fromJson((JsonObject) source))
            .toList(),
        strings(json.getJsonArray("notes")),
        Environment.fromJson(json.getJsonObject("environment")));
  }

  private static List<String> strings(JsonArray array) {
    return array.stream().map(String.class::cast).toList();
  }
}
