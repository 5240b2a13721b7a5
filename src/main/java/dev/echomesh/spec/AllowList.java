package dev.echomesh.spec;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** Address blocks that are let through; an empty list lets nothing through. */
public record AllowList(List<CidrBlock> blocks) {
  public AllowList {
    blocks = List.copyOf(blocks);
  }

  /** Every IPv4 and IPv6 address. */
  public static AllowList everything() {
    return of("0.0.0.0/0", "::/0");
  }

  /** {@code 127.0.0.0/8} and {@code ::1}. */
  public static AllowList loopback() {
    return of("127.0.0.0/8", "::1");
  }

  /**
   * The list of the given blocks.
   *
   * @throws InvalidValueException if one of them is not a block
   */
  public static AllowList of(String... blocks) {
    return new AllowList(Stream.of(blocks).map(CidrBlock::parse).toList());
  }

  public boolean permits(InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  @Override
  public String toString() {
    return String.join(", ", blocks.stream().map(CidrBlock::toString).toList());
  }
}
