package dev.echomesh.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.LoadedConfig;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The manifests' configurations are ones that a node takes without a complaint. */
class ManifestsIT {
  private static final Path COMPOSE = Path.of("conf/compose.yaml");
  private static final Path KUBERNETES = Path.of("conf/kubernetes/echomesh.yaml");

  @TempDir private Path directory;
  private Map<String, String> files = Map.of();

  @BeforeEach
  void provideWhatSecretsHold() throws IOException {
    TestCertificates made = TestCertificates.shared();
    Path token = Files.writeString(directory.resolve("token"), "0123456789abcdef\n");
    files =
        Map.of(
            "ca.crt", made.ca().toString(),
            "node.crt", made.serverCertificate().toString(),
            "node.key", made.serverKey().toString(),
            "token", token.toString());
  }

  @Test
  void shouldConfigureEveryNodeOfTheCompositionWithoutAWarning() throws IOException {
    Map<String, Object> services = section(load(COMPOSE).get(0), "services");
    List<String> nodes =
        services.keySet().stream().filter(name -> name.startsWith("node-")).toList();

    assertThat(nodes).hasSize(3);
    for (String node : nodes) {
      Map<String, String> environment = new TreeMap<>();
      section(section(services, node), "environment")
          .forEach((name, value) -> environment.put(name, existing(value.toString())));
      LoadedConfig loaded =
          ConfigLoader.load(Path.of("conf/echomesh.yaml"), environment, List.of());

      assertThat(loaded.warnings()).as(node).isEmpty();
      assertThat(loaded.config().name()).isEqualTo(node);
      assertThat(String.valueOf(environment.get("ECHOMESH_MESH_PEERS")).split(","))
          .contains(environment.get("ECHOMESH_MESH_HOST"));
    }
  }

  @Test
  void shouldConfigureTheDaemonSetWithoutAWarning() throws IOException {
    List<Map<String, Object>> objects = load(KUBERNETES);
    String config =
        String.valueOf(section(object(objects, "ConfigMap"), "data").get("echomesh.yaml"));
    Map<String, Object> container = container(object(objects, "DaemonSet"));
    Map<String, String> environment = new TreeMap<>();
    for (Object variable : list(container, "env")) {
      String name = String.valueOf(((Map<?, ?>) variable).get("name"));
      environment.put(name, name.endsWith("HOST") ? "127.0.0.1" : "machine-1");
    }

    LoadedConfig loaded = ConfigLoader.parse(existing(config), KUBERNETES, environment, List.of());

    assertThat(loaded.warnings()).isEmpty();
    assertThat(loaded.config().name()).isEqualTo("machine-1");
  }

  @Test
  void shouldBeObjectsOfTheSchemaOfKubernetes() throws Exception {
    List<Map<String, Object>> objects = load(KUBERNETES);

    assertThat(objects)
        .extracting(object -> object.get("kind"))
        .containsExactly("ConfigMap", "Service", "DaemonSet", "NetworkPolicy");
    for (Map<String, Object> object : objects) {
      assertThat(complaint(object)).isEmpty();
    }
    Map<String, Object> wrong = object(objects, "Service");
    Map<String, Object> spec = section(wrong, "spec");
    spec.put("ports", List.of(Map.of("prot", 7)));
    wrong.put("spec", spec);
    assertThat(complaint(wrong)).contains("prot");
  }

  /**
   * What the classes of the Java client, generated from the schema, say to it; empty if nothing.
   */
  private static String complaint(Map<String, Object> object) throws ReflectiveOperationException {
    try {
      Object unused =
          Class.forName("io.kubernetes.client.openapi.models.V1" + object.get("kind"))
              .getMethod("validateJsonElement", JsonElement.class)
              .invoke(null, JsonParser.parseString(new JsonObject(object).encode()));
      return "";
    } catch (InvocationTargetException refused) {
      return String.valueOf(refused.getCause());
    }
  }

  @Test
  void shouldNameOnlyPortsThatTheContainerHas() throws IOException {
    List<Map<String, Object>> objects = load(KUBERNETES);
    List<Object> ofContainer =
        ports(list(container(object(objects, "DaemonSet")), "ports"), "containerPort");

    assertThat(ports(list(section(object(objects, "Service"), "spec"), "ports"), "port"))
        .isSubsetOf(ofContainer);
    for (Object rule : list(section(object(objects, "NetworkPolicy"), "spec"), "ingress")) {
      assertThat(ports(list(cast(rule), "ports"), "port")).isSubsetOf(ofContainer);
    }
  }

  @Test
  void shouldSelectTheSamePodsEverywhere() throws IOException {
    List<Map<String, Object>> objects = load(KUBERNETES);
    Map<String, Object> set = section(object(objects, "DaemonSet"), "spec");
    Map<String, Object> labels = section(section(section(set, "template"), "metadata"), "labels");

    assertThat(labels)
        .isNotEmpty()
        .isEqualTo(section(section(set, "selector"), "matchLabels"))
        .isEqualTo(section(section(object(objects, "Service"), "spec"), "selector"))
        .isEqualTo(
            section(
                section(section(object(objects, "NetworkPolicy"), "spec"), "podSelector"),
                "matchLabels"));
  }

  @Test
  void shouldNotLetServicesIntoTheEnvironment() throws IOException {
    Map<String, Object> pod =
        section(
            section(section(object(load(KUBERNETES), "DaemonSet"), "spec"), "template"), "spec");

    assertThat(pod).containsEntry("enableServiceLinks", false);
  }

  /** The same text with names of files that are there. */
  private String existing(String text) {
    String result = text;
    for (Map.Entry<String, String> file : files.entrySet()) {
      result = result.replaceAll("/(run|etc)/[a-z/]*/" + file.getKey() + "\\b", file.getValue());
    }
    return result;
  }

  private static List<Object> ports(List<?> entries, String key) {
    return entries.stream().<Object>map(entry -> cast(entry).get(key)).toList();
  }

  private static Map<String, Object> container(Map<String, Object> daemonSet) {
    Map<String, Object> pod = section(section(section(daemonSet, "spec"), "template"), "spec");
    return cast(list(pod, "containers").get(0));
  }

  private static Map<String, Object> object(List<Map<String, Object>> objects, String kind) {
    return objects.stream().filter(o -> kind.equals(o.get("kind"))).findFirst().orElseThrow();
  }

  private static List<Map<String, Object>> load(Path file) throws IOException {
    Iterable<Object> documents = new Yaml().loadAll(Files.readString(file));
    Stream<Object> all = StreamSupport.stream(documents.spliterator(), false);
    return all.map(ManifestsIT::cast).toList();
  }

  private static Map<String, Object> section(Map<String, Object> parent, String name) {
    return cast(given(parent, name));
  }

  private static List<?> list(Map<String, Object> parent, String name) {
    return (List<?>) given(parent, name);
  }

  private static Object given(Map<String, Object> parent, String name) {
    return Objects.requireNonNull(parent.get(name), name);
  }

  private static Map<String, Object> cast(Object yaml) {
    Map<String, Object> map = new TreeMap<>();
    ((Map<?, ?>) yaml).forEach((key, value) -> map.put(key.toString(), value));
    return map;
  }
}
