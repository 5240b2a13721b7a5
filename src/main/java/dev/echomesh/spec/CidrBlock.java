package dev.echomesh.spec;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of IP addresses (RFC 4632, RFC 4291): {@code 10.0.0.0/8}, {@code ::1}, {@code 192.0.2.7}.
 *
 * @param network its first address; bits behind the prefix are zero
 * @param prefixLength 0 to 32 (IPv4) or 128 (IPv6)
 */
public record CidrBlock(InetAddress network, int prefixLength) {
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|[01]?\\d?\\d)";
  private static final String EXPECTED =
      "an IP address or a block such as 10.0.0.0/8 or 2001:db8::/32, with no bit set behind the prefix";

  /**
   * Parses a block or a single address.
   *
   * @throws InvalidValueException if the text is neither an address literal nor a block, or sets
   *     bits behind its prefix
   */
  public static CidrBlock parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = literal(text, slash < 0 ? text : text.substring(0, slash));
    int bits = address.getAddress().length * 8;
    int prefix = slash < 0 ? bits : prefix(text, text.substring(slash + 1), bits);
    CidrBlock block = new CidrBlock(address, prefix);
    if (!block.isAligned()) {
      throw new InvalidValueException(text, EXPECTED);
    }
    return block;
  }

  /** Whether the block holds the address. An IPv4-mapped IPv6 address counts as IPv4. */
  public boolean contains(InetAddress address) {
    byte[] a = address.getAddress();
    byte[] n = network.getAddress();
    if (a.length != n.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit++) {
      if (bit(a, bit) != bit(n, bit)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    String host = network.getHostAddress();
    return prefixLength == network.getAddress().length * 8 ? host : host + "/" + prefixLength;
  }

  private boolean isAligned() {
    byte[] n = network.getAddress();
    for (int bit = prefixLength; bit < n.length * 8; bit++) {
      if (bit(n, bit) != 0) {
        return false;
      }
    }
    return true;
  }

  private static int bit(byte[] address, int index) {
    return address[index >> 3] >> (7 - (index & 7)) & 1;
  }

  private static int prefix(String text, String digits, int max) {
    if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > max) {
      throw new InvalidValueException(text, EXPECTED);
    }
    return Integer.parseInt(digits);
  }

  private static InetAddress literal(String text, String address) {
    // only what cannot be a host name goes to the resolver, so nothing is looked up
    if (!address.matches(OCTET + "(\\." + OCTET + "){3}")
        && !address.matches("[0-9a-fA-F.]*:[0-9a-fA-F:.]*")) {
      throw new InvalidValueException(text, EXPECTED);
    }
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new InvalidValueException(text, EXPECTED);
    }
  }
}
