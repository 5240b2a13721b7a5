package dev.echomesh.report;

/** Text of a stranger, such as a server's alert or a certificate's name, made fit to print. */
final class Printable {
  private Printable() {}

  /** Control characters and what Unicode does not assign become U+FFFD. */
  static String of(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) || !isXml(c) ? 0xfffd : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Whether XML 1.0 can hold it. */
  private static boolean isXml(int c) {
    return c < 0xd800 || (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
  }
}
