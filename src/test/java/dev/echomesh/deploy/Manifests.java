package dev.echomesh.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/** What stands in the files that container engines read. */
final class Manifests {
  static final Path COMPOSE = Path.of("conf/compose.yaml");
  static final Path KUBERNETES = Path.of("conf/kubernetes/echomesh.yaml");

  private Manifests() {}

  /** Every document of a file. */
  static List<Map<String, Object>> load(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  static List<Map<String, Object>> parse(String yaml) {
    Stream<Object> all = StreamSupport.stream(new Yaml().loadAll(yaml).spliterator(), false);
    return all.map(Manifests::cast).toList();
  }

  static Map<String, Object> composition() throws IOException {
    return load(COMPOSE).get(0);
  }

  static List<Object> ports(List<?> entries, String key) {
    return entries.stream().<Object>map(entry -> cast(entry).get(key)).toList();
  }

  /** What the image tells every node that it starts. */
  static Map<String, String> environmentOfTheImage() throws IOException {
    Map<String, String> environment = new TreeMap<>();
    for (String setting :
        Matches.all("(ECHOMESH_\\w+=\\S+)", Files.readString(Path.of("Dockerfile")))) {
      environment.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    return environment;
  }

  /** The pod of the daemon set. */
  static Map<String, Object> pod() throws IOException {
    return section(
        section(section(object(load(KUBERNETES), "DaemonSet"), "spec"), "template"), "spec");
  }

  static Map<String, Object> container() throws IOException {
    return cast(list(pod(), "containers").get(0));
  }

  static Map<String, Object> object(List<Map<String, Object>> objects, String kind) {
    return objects.stream().filter(o -> kind.equals(o.get("kind"))).findFirst().orElseThrow();
  }

  static Map<String, Object> section(Map<String, Object> parent, String... names) {
    Map<String, Object> found = parent;
    for (String name : names) {
      found = cast(given(found, name));
    }
    return found;
  }

  static List<?> list(Map<String, Object> parent, String name) {
    return (List<?>) given(parent, name);
  }

  static Object given(Map<String, Object> parent, String name) {
    return Objects.requireNonNull(parent.get(name), name);
  }

  static Map<String, Object> cast(Object yaml) {
    Map<String, Object> map = new TreeMap<>();
    ((Map<?, ?>) yaml).forEach((key, value) -> map.put(key.toString(), value));
    return map;
  }
}
