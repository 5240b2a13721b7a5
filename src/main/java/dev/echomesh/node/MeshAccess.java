package dev.echomesh.node;

import dev.echomesh.bus.Members;
import dev.echomesh.config.EchoConfig;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.EndpointMode;
import dev.echomesh.config.MeshConfig;
import dev.echomesh.config.MeshTls;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.TesterConfig;
import dev.echomesh.config.TlsConfig;
import dev.echomesh.mesh.MembershipVerticle;
import dev.echomesh.spec.AllowList;
import dev.echomesh.spec.CidrBlock;
import dev.echomesh.spec.Faults;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What membership adds to a configuration: an endpoint {@code mesh} that only members may use, and
 * the permission to test members.
 *
 * @param members addresses of the members, this node's included
 */
record MeshAccess(AllowList members) {
  private static final int FRAME_LENGTH = 64;

  /** Before anybody is known: this node itself. */
  static MeshAccess alone(MeshConfig mesh) {
    return new MeshAccess(addresses(Stream.of(mesh.host(), mesh.publicHost())));
  }

  /** Looks names up: not on an event loop. A name without an address lets nobody in. */
  static MeshAccess of(Members members) {
    return new MeshAccess(addresses(members.members().stream().map(member -> member.host())));
  }

  private static AllowList addresses(Stream<String> hosts) {
    List<CidrBlock> blocks = new ArrayList<>();
    hosts
        .distinct()
        .forEach(
            host -> {
              try {
                for (InetAddress address : InetAddress.getAllByName(host)) {
                  blocks.add(new CidrBlock(address, address.getAddress().length * 8));
                }
              } catch (UnknownHostException e) {
                // the cluster reaches it by the same name, and so will notice by itself
              }
            });
    return new AllowList(blocks);
  }

  MeshAccess and(MeshAccess other) {
    return new MeshAccess(
        new AllowList(
            Stream.concat(members.blocks().stream(), other.members.blocks().stream())
                .distinct()
                .toList()));
  }

  TesterConfig tester(TesterConfig config) {
    return new TesterConfig(
        new AllowList(
            Stream.concat(config.allow().blocks().stream(), members.blocks().stream())
                .distinct()
                .toList()),
        config.maxRate(),
        config.maxConnections(),
        config.maxDuration(),
        config.maxInFlight(),
        config.maxRuns(),
        config.maxProbes());
  }

  EchoConfig echo(NodeConfig config) {
    EchoConfig echo = config.echo();
    return new EchoConfig(
        echo.instances(),
        echo.maxConnections(),
        echo.maxBuffered(),
        echo.drainTimeout(),
        Stream.concat(Stream.of(endpoint(config.mesh())), echo.endpoints().stream()).toList());
  }

  private EndpointConfig endpoint(MeshConfig mesh) {
    MeshTls tls = mesh.tls();
    return new EndpointConfig(
        MembershipVerticle.ENDPOINT,
        mesh.host(),
        mesh.probePort(),
        EndpointMode.STREAM,
        FRAME_LENGTH,
        false,
        0,
        Duration.ZERO,
        Duration.ZERO,
        0,
        0,
        0,
        tls == null ? members : AllowList.everything(),
        tls == null ? null : new TlsConfig(tls.certFile(), tls.keyFile(), tls.caFile()),
        Faults.NONE);
  }
}
