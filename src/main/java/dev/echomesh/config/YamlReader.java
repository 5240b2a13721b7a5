package dev.echomesh.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** Turns YAML into values, and remembers where each of them stood. */
final class YamlReader {
  private static final int MAX_VALUES = 10_000;
  private static final Set<Tag> TAGS = Set.of(Tag.STR, Tag.SEQ, Tag.MAP);

  private final Function<Mark, Origin> originOf;
  private final List<Problem> problems;
  private final Map<KeyPath, Origin> origins = new HashMap<>();
  private final Deque<Node> open = new ArrayDeque<>();
  private int count;

  YamlReader(Function<Mark, Origin> originOf, List<Problem> problems) {
    this.originOf = originOf;
    this.problems = problems;
  }

  /**
   * The text's only document.
   *
   * @return null if the text has nothing but comments
   * @throws YAMLException if it is not YAML
   */
  static @Nullable Node compose(String yaml) {
    LoaderOptions options = new LoaderOptions();
    ParserImpl parser = new ParserImpl(new StreamReader(yaml), options);
    return new Composer(parser, new NothingImplicit(), options).getSingleNode();
  }

  /**
   * The value of a node that belongs at {@code path}.
   *
   * @throws YAMLException if aliases make it larger than any configuration is
   */
  @Nullable Object read(Node node, KeyPath path) {
    if (++count > MAX_VALUES) {
      throw new YAMLException("more than " + MAX_VALUES + " values, counting those of aliases");
    }
    if (!TAGS.contains(node.getTag())) {
      report(path, "tag " + node.getTag(), "a value without a tag", node);
      return null;
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getScalarStyle() == ScalarStyle.PLAIN
          ? YamlScalars.plain(scalar.getValue())
          : scalar.getValue();
    }
    if (open.contains(node)) {
      report(path, "an alias of itself", "a value that ends", node);
      return null;
    }
    open.push(node);
    Object value =
        node instanceof MappingNode mapping
            ? section(mapping, path)
            : list((SequenceNode) node, path);
    open.pop();
    return value;
  }

  Map<KeyPath, Origin> origins() {
    return origins;
  }

  private JsonObject section(MappingNode mapping, KeyPath path) {
    JsonObject section = new JsonObject();
    Map<String, Integer> lines = new HashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      Node key = entry.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        report(path, "a list or section as key", "a name as key", key);
        continue;
      }
      String name = scalar.getValue();
      int line = key.getStartMark().getLine() + 1;
      KeyPath child = path.then(name);
      Integer first = lines.putIfAbsent(name, line);
      if (first != null) {
        report(child, "given twice", "once, first on line " + first, key);
        continue;
      }
      origins.put(child, originOf.apply(key.getStartMark()));
      section.put(name, read(entry.getValueNode(), child));
    }
    return section;
  }

  private JsonArray list(SequenceNode sequence, KeyPath path) {
    List<@Nullable Object> list = new ArrayList<>();
    for (Node entry : sequence.getValue()) {
      KeyPath child = path.then(list.size());
      origins.put(child, originOf.apply(entry.getStartMark()));
      list.add(read(entry, child));
    }
    return new JsonArray(list);
  }

  private void report(KeyPath path, String value, String expected, Node node) {
    problems.add(Problem.of(path, value, expected, originOf.apply(node.getStartMark())));
  }

  /** Leaves the reading of plain scalars to {@link YamlScalars}. */
  private static final class NothingImplicit extends Resolver {
    @Override
    protected void addImplicitResolvers() {}
  }
}
