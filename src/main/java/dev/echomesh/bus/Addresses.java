package dev.echomesh.bus;

import java.util.List;

/** Event-bus addresses: the only place where they are spelled. */
public final class Addresses {
  /** Request without body; the reply is a {@code {"endpoints": […]}} of {@link EndpointInfo}. */
  public static final String ECHO_ENDPOINTS = "echomesh.echo.endpoints";

  /** Request without body; the reply is {@link Health}. */
  public static final String NODE_HEALTH = "echomesh.node.health";

  /** Request without body; the reply is {@link NodeInfo}. */
  public static final String NODE_INFO = "echomesh.node.info";

  /**
   * Request without body: the configuration file is read and followed at once. The reply is {@code
   * {"changed": …}}, whether it differed from what was followed before.
   */
  public static final String NODE_RELOAD = "echomesh.node.reload";

  /** Request {@link ConnectionsQuery}; the reply is {@link ConnectionsReply}. */
  public static final String ECHO_CONNECTIONS = "echomesh.echo.connections";

  /** Request {@link FaultRequest}, which is also the reply. */
  public static final String ECHO_FAULT = "echomesh.echo.fault";

  /** Request {@link TestRequest}; the reply {@code {"id": …}} comes at once, the report follows. */
  public static final String TESTER_RUN = "echomesh.tester.run";

  /** Request {@link CheckRequest}; as {@link #TESTER_RUN}. */
  public static final String TESTER_CHECK = "echomesh.tester.check";

  /**
   * Request {@link ProbeRequest}: opens, samples and closes a probe that lives as long as it is
   * sampled, beside the runs and with a quota of its own.
   */
  public static final String TESTER_PROBE = "echomesh.tester.probe";

  /** Request {@code {"id": …}}; ends a run early, its report follows. */
  public static final String TESTER_CANCEL = "echomesh.tester.cancel";

  /**
   * Every finished {@link TestReport} and {@link CheckReport} is published here; {@code schema}
   * tells which.
   */
  public static final String REPORTS = "echomesh.reports";

  /** A {@link RunFailure} is published here, on this node only, for every run without a report. */
  public static final String FAILURES = "echomesh.failures";

  /** Request {@code {"to": …}} to a named node; the reply is its {@link MeshPathDetail}. */
  public static final String MESH_PATH = "echomesh.mesh.path";

  /** Request without body; the reply is this node's {@link MeshMatrix}. */
  public static final String MESH_MATRIX = "echomesh.mesh.matrix";

  /** A {@link MeshMatrix} that has changed is published here, at most once a second. */
  public static final String MESH_CHANGES = "echomesh.mesh.changes";

  /** A {@link MeshSample} is published here, on this node only, after every probe of a path. */
  public static final String MESH_SAMPLES = "echomesh.mesh.samples";

  /** Request without body; the reply is {@link Members}. Only where the node is in a cluster. */
  public static final String MESH_MEMBERS = "echomesh.mesh.members";

  /** {@link Members}, published on this node whenever they have changed. */
  public static final String MESH_MEMBERS_CHANGES = "echomesh.mesh.members.changes";

  /**
   * Where every node answers for itself, and by {@link #ofNode} to the whole cluster. The order
   * says nothing.
   */
  public static final List<String> OF_EVERY_NODE =
      List.of(
          ECHO_ENDPOINTS,
          ECHO_CONNECTIONS,
          ECHO_FAULT,
          TESTER_RUN,
          TESTER_CHECK,
          TESTER_CANCEL,
          NODE_INFO,
          NODE_HEALTH,
          MESH_MEMBERS);

  /**
   * Request {@code {"target": "@node/endpoint"}}; the reply is {@link Located}. The node must be in
   * a mesh.
   */
  public static final String MESH_RESOLVE = "echomesh.mesh.resolve";

  /**
   * Request {@link TestRequest} with {@code from}, a list of nodes or {@code all}; as {@link
   * #TESTER_RUN}: the test is run from each of them at the same time, and the report is of all.
   */
  public static final String MESH_RUN = "echomesh.mesh.run";

  /** As {@link #TESTER_CANCEL}, of a run from several nodes. */
  public static final String MESH_CANCEL = "echomesh.mesh.cancel";

  private static final String NAMED = "echomesh.node.";

  private Addresses() {}

  /**
   * Where {@link TestProgress} of a run is published about once a second, or {@link CheckProgress}
   * as each check begins, then the report, or {@code {"failure": …}} if a defect of ours ended it.
   */
  public static String run(String id) {
    return "echomesh.run." + id;
  }

  /** {@link #MESH_PATH} of a node. */
  public static String meshPath(String node) {
    return ofNode(node, MESH_PATH);
  }

  /** Where a node takes what another one knows of the mesh; the reply says what it has now. */
  public static String meshGossip(String node) {
    return NAMED + node + ".mesh.gossip";
  }

  /**
   * The address of a named node for what it does under {@code address} for itself: {@code
   * echomesh.node.b.tester.run} for {@link #TESTER_RUN}, {@code echomesh.node.b.health} for {@link
   * #NODE_HEALTH}.
   */
  public static String ofNode(String node, String address) {
    return NAMED + node + "." + address.replaceFirst("^echomesh\\.(node\\.)?", "");
  }

  /**
   * Whether an address may be one of a named node. A name can have dots: then it may also be one of
   * another node, whose name begins with this one.
   */
  public static boolean mayBeOfNode(String address, String node) {
    return address.startsWith(NAMED + node + ".");
  }

  /** Whether an address is one of any named node, or of this node for itself. */
  public static boolean isOfNodes(String address) {
    return address.startsWith(NAMED);
  }
}
