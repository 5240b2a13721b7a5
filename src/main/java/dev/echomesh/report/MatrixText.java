package dev.echomesh.report;

import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.PathState;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The matrix of a mesh for people: a table if it is small, otherwise only what is not well. */
public final class MatrixText {
  private static final int MOST_WITH_FIGURES = 8;
  private static final int MOST_WITH_SYMBOLS = 32;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final MeshMatrix matrix;
  private final Paint paint;
  private final DateTimeFormatter time;
  private final StringBuilder out = new StringBuilder();

  private MatrixText(MeshMatrix matrix, boolean coloured, ZoneId zone) {
    this.matrix = matrix;
    this.paint = new Paint(coloured);
    this.time = TIME.withZone(zone);
  }

  /**
   * Several lines, what matters most first; ends with a line break.
   *
   * @param coloured with ANSI colours, for terminals
   * @param zone of the times of day
   */
  public static String render(MeshMatrix matrix, boolean coloured, ZoneId zone) {
    return new MatrixText(matrix, coloured, zone).render();
  }

  private String render() {
    line(
        "mesh %s as %s sees it at %s: %s"
            .formatted(
                shown(matrix.cluster()),
                shown(matrix.node()),
                time.format(matrix.generatedAt()),
                paint.summary(matrix, Printable.of(matrix.summary()))));
    for (MeshFinding finding : matrix.findings()) {
      line(paint.bad(finding.kind().key()) + "  " + Printable.of(finding.sentence()));
    }
    List<MeshPath> between = matrix.paths().stream().filter(path -> !path.isPlain()).toList();
    int size = matrix.nodes().size();
    if (size > 1 && size <= MOST_WITH_FIGURES) {
      figures(between);
    } else if (size > 1 && size <= MOST_WITH_SYMBOLS) {
      symbols(between);
    }
    targets();
    troubled();
    nodes();
    line("");
    line(counts(between));
    return out.toString();
  }

  private void figures(List<MeshPath> paths) {
    Map<String, Map<String, MeshPath>> rows = rows(paths);
    int width = Math.max(10, longestName() + 2);
    line("");
    StringBuilder head = new StringBuilder(pad("from \\ to", Math.max(width, 11)));
    matrix.nodes().forEach(node -> head.append(pad(shown(node.name()), width)));
    line(head.toString());
    for (MeshNode from : matrix.nodes()) {
      StringBuilder row = new StringBuilder(pad(shown(from.name()), Math.max(width, 11)));
      for (MeshNode to : matrix.nodes()) {
        MeshPath path = rows.getOrDefault(from.name(), Map.of()).get(to.name());
        PathState state = path == null ? PathState.UNSAMPLED : path.state();
        String cell = from.equals(to) ? "-" : figure(path);
        row.append(from.equals(to) ? pad(cell, width) : paint.state(state, cell, width));
      }
      line(row.toString());
    }
    line("Figures are the median round trips of the last minute.");
  }

  private void symbols(List<MeshPath> paths) {
    Map<String, Map<String, MeshPath>> rows = rows(paths);
    int width = Math.max(6, longestName());
    line("");
    StringBuilder head = new StringBuilder(pad("from \\ to", width + 4));
    for (int i = 1; i <= matrix.nodes().size(); i++) {
      head.append("%3d".formatted(i));
    }
    line(head.toString());
    for (int i = 0; i < matrix.nodes().size(); i++) {
      MeshNode from = matrix.nodes().get(i);
      StringBuilder row =
          new StringBuilder("%3d %s".formatted(i + 1, pad(shown(from.name()), width)));
      for (MeshNode to : matrix.nodes()) {
        MeshPath path = rows.getOrDefault(from.name(), Map.of()).get(to.name());
        PathState state = path == null ? PathState.UNSAMPLED : path.state();
        String symbol = from.equals(to) ? "\\" : symbol(state);
        row.append("  ").append(from.equals(to) ? symbol : paint.state(state, symbol, 1));
      }
      line(row.toString());
    }
    List<String> legend = new ArrayList<>();
    for (PathState state : PathState.values()) {
      legend.add(symbol(state) + " " + state.key());
    }
    line(String.join(", ", legend));
  }

  private void targets() {
    List<MeshPath> plain = matrix.paths().stream().filter(MeshPath::isPlain).toList();
    if (plain.isEmpty()) {
      return;
    }
    line("");
    for (MeshPath path : plain) {
      line(
          "%s -> %s  %s"
              .formatted(
                  shown(path.from()),
                  shown(path.to()),
                  paint.state(path.state(), figure(path), 1)));
    }
  }

  private void troubled() {
    List<MeshPath> troubled =
        matrix.paths().stream()
            .filter(path -> path.state() != PathState.OK && path.state() != PathState.UNKNOWN)
            .toList();
    if (troubled.isEmpty()) {
      return;
    }
    line("");
    for (MeshPath path : troubled) {
      String problem = path.lastProblem() == null ? "" : ": " + Printable.of(path.lastProblem());
      line(
          "%s -> %s  %s since %s%s"
              .formatted(
                  shown(path.from()),
                  shown(path.to()),
                  paint.state(path.state(), path.state().key(), 1),
                  time.format(path.since()),
                  problem));
    }
  }

  private void nodes() {
    List<MeshNode> unusual =
        matrix.nodes().stream()
            .filter(node -> node.state() != MeshNode.State.UP || node.slowed())
            .toList();
    if (unusual.isEmpty()) {
      return;
    }
    line("");
    for (MeshNode node : unusual) {
      line(
          "node %s  %s since %s%s"
              .formatted(
                  shown(node.name()),
                  node.state().key(),
                  time.format(node.since()),
                  node.slowed() ? ", short of CPU: it probes slower than it should" : ""));
    }
  }

  private String counts(List<MeshPath> between) {
    Map<PathState, Long> states = new EnumMap<>(PathState.class);
    between.forEach(path -> states.merge(path.state(), 1L, Long::sum));
    long nodes = matrix.nodes().size();
    long pairs = nodes * (nodes - 1);
    long unsampled = Math.max(0, pairs - between.size());
    String of =
        states.entrySet().stream()
            .map(e -> Units.grouped(e.getValue()) + " " + e.getKey().key())
            .collect(Collectors.joining(", "));
    return "%s, %s sampled%s%s"
        .formatted(
            Units.count(nodes, "node"),
            Units.count(between.size(), "path"),
            of.isEmpty() ? "" : ": " + of,
            unsampled == 0 ? "" : "; " + Units.grouped(unsampled) + " unsampled");
  }

  private static Map<String, Map<String, MeshPath>> rows(List<MeshPath> paths) {
    Map<String, Map<String, MeshPath>> rows = new HashMap<>();
    for (MeshPath path : paths) {
      rows.computeIfAbsent(path.from(), from -> new HashMap<>()).put(path.to(), path);
    }
    return rows;
  }

  private static String figure(@Nullable MeshPath path) {
    if (path == null) {
      return symbol(PathState.UNSAMPLED);
    }
    if (path.state() != PathState.OK) {
      return path.state().key();
    }
    if (path.roundTrip() != null) {
      return Units.micros(path.roundTrip().p50Micros());
    }
    return path.connect() == null ? "ok" : Units.micros(path.connect().p50Micros());
  }

  private static String symbol(PathState state) {
    return switch (state) {
      case OK -> "+";
      case DEGRADED -> "~";
      case FAILING -> "!";
      case DOWN -> "X";
      case STALE -> "s";
      case UNSAMPLED -> ".";
      case UNKNOWN -> "?";
    };
  }

  private int longestName() {
    return matrix.nodes().stream().mapToInt(node -> shown(node.name()).length()).max().orElse(0);
  }

  private static String shown(String name) {
    return Printable.of(name);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append(System.lineSeparator());
  }

  /** ANSI colours, or none. */
  private record Paint(boolean coloured) {
    private static final String GREEN = "32";
    private static final String YELLOW = "33";
    private static final String RED = "31";
    private static final String GREY = "90";

    String state(PathState state, String text, int width) {
      String padding = " ".repeat(Math.max(0, width - text.length()));
      String colour =
          switch (state) {
            case OK -> GREEN;
            case DEGRADED -> YELLOW;
            case FAILING, DOWN, STALE -> RED;
            case UNSAMPLED, UNKNOWN -> GREY;
          };
      return in(colour, text) + padding;
    }

    String summary(MeshMatrix matrix, String text) {
      return in(matrix.isSound() ? GREEN : RED, text);
    }

    String bad(String text) {
      return in(RED, text);
    }

    private String in(String colour, String text) {
      return coloured ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
  }
}
