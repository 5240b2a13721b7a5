package dev.echomesh.mesh;

import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.config.ProbeConfig;
import dev.echomesh.config.ProbingConfig;
import dev.echomesh.spec.SocketTarget;
import dev.echomesh.spec.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to probe one path. If any of it changes it is another path, with connections of its own.
 *
 * @param to a node, or {@code probe:NAME}
 * @param looks what one probe after the other does, again and again
 * @param longFrameLength bytes, as {@code frameLength}
 */
record Probed(
    String to,
    Target target,
    List<Look> looks,
    Duration every,
    Duration timeout,
    int frameLength,
    int longFrameLength,
    @Nullable ClientTls tls) {
  private static final List<Look> OF_A_NODE =
      List.of(Look.SHORT, Look.CONNECT, Look.SHORT, Look.LONG);
  private static final List<Look> OF_AN_ECHO = List.of(Look.SHORT, Look.CONNECT);
  private static final List<Look> OF_A_PORT = List.of(Look.CONNECT);

  static Probed of(Member member, ProbingConfig config, @Nullable ClientTls tls) {
    return new Probed(
        member.name(),
        new SocketTarget(member.host(), member.probePort()),
        OF_A_NODE,
        config.every(),
        config.timeout(),
        config.frameLength(),
        config.longFrameLength(),
        tls);
  }

  static Probed of(ProbeConfig config) {
    ProbeConfig.Tls tls = config.tls();
    return new Probed(
        MeshPath.PLAIN + config.name(),
        config.target(),
        config.echoes() ? OF_AN_ECHO : OF_A_PORT,
        config.every(),
        config.timeout(),
        config.frameLength(),
        config.frameLength(),
        tls == null
            ? null
            : new ClientTls(
                name(tls.caFile()), name(tls.certFile()), name(tls.keyFile()), tls.verifyHost()));
  }

  /** Frames that a probe sends; none to a port that does not echo. */
  int frames(Look look) {
    return switch (look) {
      case SHORT -> 3;
      case LONG -> 1;
      case CONNECT -> looks.equals(OF_A_PORT) ? 0 : 1;
    };
  }

  /**
   * After which a probe is late, so that another way of probing is tried meanwhile; zero if there
   * is none.
   */
  Duration late() {
    return looks.equals(OF_A_PORT) ? Duration.ZERO : timeout.dividedBy(2);
  }

  /** Of the frames of a probe, in bytes. */
  int frameLength(Look look) {
    return look == Look.LONG ? longFrameLength : frameLength;
  }

  /** What one probe sends on average. */
  long bytes() {
    long all = looks.stream().mapToLong(look -> (long) frames(look) * frameLength(look)).sum();
    return all / looks.size();
  }

  private static @Nullable String name(@Nullable Path file) {
    return file == null ? null : file.toString();
  }
}
