package dev.echomesh.report;

/** HTML that is being written. Everything that comes from outside goes through {@link #text}. */
final class Html {
  /** Characters of a cell that is no figure, and may take several lines. */
  private static final int LONG = 24;

  private final StringBuilder out = new StringBuilder();

  /** Markup of our own, as it stands. */
  Html markup(String trusted) {
    out.append(trusted);
    return this;
  }

  /** Any text, escaped for content and for attribute values in quotes. */
  Html text(String any) {
    out.append(escape(any));
    return this;
  }

  /** An element that holds text only. */
  Html element(String tag, String content) {
    return markup("<" + tag + ">").text(content).markup("</" + tag + ">");
  }

  /**
   * Begins a table in a frame that scrolls by itself where the page is too narrow.
   *
   * @param caption of ours; its first word is the table's class
   */
  Html table(String caption, String... heads) {
    markup("<div class=\"wide\"><table class=\"" + caption.split(" ", 2)[0] + "\">")
        .element("caption", caption);
    if (heads.length > 0) {
      markup("<thead><tr>");
      for (String head : heads) {
        markup("<th scope=\"col\">").text(head).markup("</th>");
      }
      markup("</tr></thead>");
    }
    return markup("<tbody>\n");
  }

  /** A row whose first cell says what the others are. */
  Html row(String head, String... cells) {
    markup("<tr><th scope=\"row\">").text(head).markup("</th>");
    for (String cell : cells) {
      markup(cell.length() > LONG ? "<td class=\"long\">" : "<td>").text(cell).markup("</td>");
    }
    return markup("</tr>\n");
  }

  Html endTable() {
    return markup("</tbody></table></div>\n");
  }

  /** Nothing for an empty list. */
  Html list(String cssClass, Iterable<String> items) {
    if (!items.iterator().hasNext()) {
      return this;
    }
    markup("<ul class=\"" + cssClass + "\">");
    items.forEach(item -> element("li", item));
    return markup("</ul>\n");
  }

  @Override
  public String toString() {
    return out.toString();
  }

  static String escape(String any) {
    StringBuilder escaped = new StringBuilder(any.length() + 16);
    for (int i = 0; i < any.length(); i++) {
      char c = any.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        case '\t', '\n', '\r' -> escaped.append(c);
        // HTML has no way to write the other control characters
        default -> escaped.append(Character.isISOControl(c) ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }
}
