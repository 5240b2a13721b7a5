package dev.echomesh.config;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** The lowest layer: the text of a configuration file. */
final class FileLayer {
  private final SchemaNode schema;
  private final String file;
  private final List<Problem> problems;

  FileLayer(SchemaNode schema, String file, List<Problem> problems) {
    this.schema = schema;
    this.file = file;
    this.problems = problems;
  }

  /** What the text says; nothing if it cannot be read, which is then among the problems. */
  ConfigTree read(String yaml) {
    YamlReader reader =
        new YamlReader(mark -> new Origin.FileLine(file, mark.getLine() + 1), problems);
    try {
      Node document = YamlReader.compose(yaml.startsWith("\uFEFF") ? yaml.substring(1) : yaml);
      Object value = document == null ? null : reader.read(document, KeyPath.ROOT);
      if (value instanceof JsonObject root) {
        return new ConfigTree(schema, root, reader.origins());
      }
      if (document != null && value != null) {
        int line = document.getStartMark().getLine() + 1;
        problems.add(
            Problem.of(file + ":" + line, "not a section (expected " + schema.expected() + ")"));
      }
    } catch (MarkedYAMLException e) {
      problems.add(Problem.of(file + position(e), oneLine(e.getProblem()) + " (expected YAML)"));
    } catch (YAMLException e) {
      String message = String.valueOf(e.getMessage());
      problems.add(Problem.of(file, oneLine(message) + " (expected YAML)"));
    }
    return new ConfigTree(schema, new JsonObject(), Map.of());
  }

  private static String position(MarkedYAMLException e) {
    Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
    return mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
