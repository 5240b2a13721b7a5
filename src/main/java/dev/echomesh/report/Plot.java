package dev.echomesh.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A plot as inline SVG in a figure, with its legend; colours come from the page's style sheet. */
final class Plot {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 250;
  private static final int LEFT = 62;
  private static final int RIGHT = 26;
  private static final int TOP = 12;
  private static final int BOTTOM = 42;
  private static final int COLOURS = 6;

  private final String title;
  private final Axis x;
  private final Axis y;
  private final Html marks = new Html();
  private final List<String> legend = new ArrayList<>();

  Plot(String title, Axis x, Axis y) {
    this.title = title;
    this.x = x;
    this.y = y;
  }

  /** A place in the plot; without a value the line is interrupted there. */
  record Point(double x, @Nullable Double y) {}

  /** A line; what has no neighbour to be joined to is a dot. */
  Plot line(String name, List<Point> points) {
    String colour = colour(legend.size());
    legend.add(name);
    StringBuilder path = new StringBuilder();
    List<Point> run = new ArrayList<>();
    for (Point point : points) {
      if (point.y == null) {
        draw(run, path, colour);
        run.clear();
      } else {
        run.add(point);
      }
    }
    draw(run, path, colour);
    if (path.length() > 0) {
      marks.markup("<path class=\"line " + colour + "\" d=\"" + path + "\"/>\n");
    }
    return this;
  }

  /** A bar from the x axis; one that is not 0 is never invisible. */
  Plot bar(double from, double to, double height, String tip) {
    if (height > 0) {
      double left = atX(from);
      double top = Math.min(atY(height), HEIGHT - BOTTOM - 1.5);
      marks
          .markup("<rect class=\"bar\" x=\"" + number(left))
          .markup("\" y=\"" + number(top))
          .markup("\" width=\"" + number(Math.max(1, atX(to) - left - 0.6)))
          .markup("\" height=\"" + number(HEIGHT - BOTTOM - top) + "\">")
          .element("title", tip)
          .markup("</rect>\n");
    }
    return this;
  }

  void writeTo(Html page) {
    page.markup("<figure class=\"plot\"><figcaption>").element("b", title);
    if (legend.size() > 1) {
      for (int i = 0; i < legend.size(); i++) {
        page.markup(" <span class=\"key " + colour(i) + "\">")
            .text(legend.get(i))
            .markup("</span>");
      }
    }
    page.markup("</figcaption>\n<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\"")
        .markup(" aria-label=\"")
        .text(title + ": " + y.label() + " over " + x.label())
        .markup("\">\n");
    axes(page);
    page.markup(marks.toString()).markup("</svg></figure>\n");
  }

  private void axes(Html page) {
    for (Axis.Tick tick : y.ticks()) {
      String at = number(atY(tick.value()));
      line(page, LEFT, at, WIDTH - RIGHT, at);
      label(page, LEFT - 6, at, "end", "0.32em", tick.text());
    }
    for (Axis.Tick tick : x.ticks()) {
      String at = number(atX(tick.value()));
      page.markup("<line class=\"grid\" x1=\"" + at + "\" x2=\"" + at)
          .markup("\" y1=\"" + TOP + "\" y2=\"" + (HEIGHT - BOTTOM) + "\"/>");
      page.markup("<text text-anchor=\"middle\" x=\"" + at + "\" y=\"" + (HEIGHT - BOTTOM + 16))
          .markup("\">")
          .text(tick.text())
          .markup("</text>\n");
    }
    page.markup("<text class=\"axis\" text-anchor=\"middle\" x=\"" + (LEFT + WIDTH - RIGHT) / 2)
        .markup("\" y=\"" + (HEIGHT - 6) + "\">")
        .text(x.label())
        .markup("</text>\n");
  }

  private static void line(Html page, int fromX, String fromY, int toX, String toY) {
    page.markup("<line class=\"grid\" x1=\"" + fromX + "\" x2=\"" + toX)
        .markup("\" y1=\"" + fromY + "\" y2=\"" + toY + "\"/>");
  }

  private static void label(Html page, int x, String y, String anchor, String dy, String text) {
    page.markup("<text text-anchor=\"" + anchor + "\" x=\"" + x + "\" y=\"" + y)
        .markup("\" dy=\"" + dy + "\">")
        .text(text)
        .markup("</text>\n");
  }

  private void draw(List<Point> run, StringBuilder path, String colour) {
    String first = null;
    boolean moved = false;
    for (Point point : run) {
      String place = number(atX(point.x)) + " " + number(atY(point.y == null ? 0 : point.y));
      if (first == null) {
        first = place;
        path.append(path.length() == 0 ? "M" : " M").append(place);
      } else {
        moved |= !place.equals(first);
        path.append(" L").append(place);
      }
    }
    if (first != null && !moved) {
      int space = first.indexOf(' ');
      marks
          .markup("<circle class=\"dot " + colour + "\" cx=\"" + first.substring(0, space))
          .markup("\" cy=\"" + first.substring(space + 1) + "\" r=\"4\"/>\n");
    }
  }

  private double atX(double value) {
    return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
  }

  private double atY(double value) {
    return HEIGHT - BOTTOM - y.position(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static String colour(int index) {
    return "c" + index % COLOURS + (index / COLOURS % 2 == 1 ? " dashed" : "");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
