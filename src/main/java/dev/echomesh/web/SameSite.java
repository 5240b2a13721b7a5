package dev.echomesh.web;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests that a page of another site made a browser send. Immutable.
 *
 * <p>A name that an attacker's name server points at this machine (DNS rebinding) makes his page
 * the same site to a browser; so only names count that are known to be ours. An address as such
 * cannot be pointed elsewhere.
 */
final class SameSite {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-fA-F:.]{2,45}]");

  private final Set<String> names;

  /**
   * A check.
   *
   * @param names by which clients may call this node; any case
   */
  SameSite(Stream<String> names) {
    this.names =
        Stream.concat(Stream.of("localhost"), names)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a {@code Host} header names this node. */
  boolean isOurs(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.replaceFirst(":\\d{0,5}$", "").toLowerCase(Locale.ROOT);
    return names.contains(name)
        || name.endsWith(".localhost")
        || IPV4.matcher(name).matches()
        || IPV6.matcher(name).matches();
  }

  /**
   * Whether a browser says that the request comes from another site.
   *
   * @param origin the header, RFC 6454; null without
   * @param site {@code Sec-Fetch-Site}; null without
   * @param navigation whether somebody has followed a link, which only shows a page
   */
  static boolean isForeign(
      @Nullable String host, @Nullable String origin, @Nullable String site, boolean navigation) {
    if (origin != null) {
      int authority = origin.indexOf("://");
      return authority < 0
          || host == null
          || !origin.substring(authority + 3).equalsIgnoreCase(host);
    }
    return site != null && !navigation && !site.equals("same-origin") && !site.equals("none");
  }
}
