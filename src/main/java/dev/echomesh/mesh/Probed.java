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
 * @param looks what one probe after the other does
 * @param longFrameLength bytes, as {@code frameLength}
 */
record Probed(
    String to,
    Target target,
    Looks looks,
    Duration every,
    Duration timeout,
    int frameLength,
    int longFrameLength,
    @Nullable ClientTls tls) {
  static Probed of(Member member, ProbingConfig config, @Nullable ClientTls tls) {
    return new Probed(
        member.name(),
        new SocketTarget(member.host(), member.probePort()),
        Looks.OF_A_NODE,
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
        config.echoes() ? Looks.OF_AN_ECHO : Looks.OF_A_PORT,
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
      case SHORT -> 2;
      case LONG -> 1;
      case CONNECT -> looks.equals(Looks.OF_A_PORT) ? 0 : 1;
    };
  }

  /**
   * After which a probe is late, so that another way of probing is tried meanwhile; zero if there
   * is none.
   */
  Duration late() {
    return looks.equals(Looks.OF_A_PORT) ? Duration.ZERO : timeout.dividedBy(2);
  }

  /** Of the frames of a probe, in bytes. */
  int frameLength(Look look) {
    return look == Look.LONG ? longFrameLength : frameLength;
  }

  /** What one probe sends on average, when that is most. */
  long bytes() {
    return Math.max(bytes(looks.calm()), bytes(looks.suspect()));
  }

  private long bytes(List<Look> some) {
    long all = some.stream().mapToLong(look -> (long) frames(look) * frameLength(look)).sum();
    return all / some.size();
  }

  private static @Nullable String name(@Nullable Path file) {
    return file == null ? null : file.toString();
  }
}
