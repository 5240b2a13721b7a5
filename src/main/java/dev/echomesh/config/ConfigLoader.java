package dev.echomesh.config;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a node's configuration: file, below environment, below {@code --set}. Needs no Vert.x.
 * Names of files inside a configuration belong to the working directory of the process.
 */
public final class ConfigLoader {
  private static final Path USUAL_FILE = Path.of("conf", "echomesh.yaml");
  private static final int MAX_BYTES = 1 << 20;

  private ConfigLoader() {}

  /**
   * Loads a file and what is laid over it.
   *
   * @param explicitFile at most 1 MiB of UTF-8; null for {@code conf/echomesh.yaml} in the working
   *     directory, or nothing but defaults where that does not exist
   * @param environment of the process; only names that begin with {@code ECHOMESH_} matter
   * @param sets {@code KEY=VALUE} each, later ones win
   * @throws InvalidConfigException with everything that is wrong
   */
  public static LoadedConfig load(
      @Nullable Path explicitFile, Map<String, String> environment, List<String> sets) {
    Path file = explicitFile == null && Files.exists(USUAL_FILE) ? USUAL_FILE : explicitFile;
    if (file == null) {
      return assemble("", null, environment, sets);
    }
    try {
      return assemble(read(file), file, environment, sets);
    } catch (IOException e) {
      throw new InvalidConfigException(
          List.of(Problem.of(file.toString(), fault(e) + " (expected a YAML file)")));
    }
  }

  /**
   * The same for text that has been read already.
   *
   * @param file where the text came from; not read, only named in origins and messages
   * @throws InvalidConfigException with everything that is wrong
   */
  public static LoadedConfig parse(
      String yaml, Path file, Map<String, String> environment, List<String> sets) {
    return assemble(yaml, file, environment, sets);
  }

  private static LoadedConfig assemble(
      String yaml, @Nullable Path file, Map<String, String> environment, List<String> sets) {
    List<Problem> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    String name = file == null ? USUAL_FILE.toString() : file.toString();

    ConfigTree tree = new FileLayer(SchemaNode.root(), name, problems).read(yaml);
    new EnvironmentLayer(tree, problems, warnings).apply(environment);
    sets.forEach(new SetLayer(tree, problems)::apply);

    complete(tree, problems);
    return new LoadedConfig(Mapper.node(tree.root()), Settings.of(tree), warnings, file);
  }

  /** Checks a tree and fills it up, or throws. */
  private static void complete(ConfigTree tree, List<Problem> problems) {
    Map<KeyPath, Problem> faults = SchemaCheck.check(tree);
    Set<String> reported = problems.stream().map(Problem::subject).collect(Collectors.toSet());
    faults.values().stream()
        .filter(fault -> !reported.contains(fault.subject()))
        .forEach(problems::add);
    Defaults.fill(tree);
    problems.addAll(SemanticRules.check(tree, faults.keySet()));
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
  }

  /**
   * The configuration that values in the form of the file make.
   *
   * @throws InvalidConfigException with everything that is wrong
   */
  static NodeConfig of(JsonObject root) {
    ConfigTree tree = new ConfigTree(SchemaNode.root(), root, Map.of());
    complete(tree, new ArrayList<>());
    return Mapper.node(tree.root());
  }

  private static String read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("is a directory");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("more than 1 MiB");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
  }

  private static String fault(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof CharacterCodingException) {
      return "not UTF-8 text";
    }
    return e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : "cannot be read";
  }
}
