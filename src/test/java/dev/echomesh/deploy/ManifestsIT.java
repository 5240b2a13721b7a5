package dev.echomesh.deploy;

import static dev.echomesh.deploy.Manifests.COMPOSE;
import static dev.echomesh.deploy.Manifests.KUBERNETES;
import static dev.echomesh.deploy.Manifests.cast;
import static dev.echomesh.deploy.Manifests.container;
import static dev.echomesh.deploy.Manifests.list;
import static dev.echomesh.deploy.Manifests.load;
import static dev.echomesh.deploy.Manifests.object;
import static dev.echomesh.deploy.Manifests.pod;
import static dev.echomesh.deploy.Manifests.ports;
import static dev.echomesh.deploy.Manifests.section;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.LoadedConfig;
import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests' configurations are ones that a node takes without a complaint. */
class ManifestsIT {
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
      Map<String, String> environment = Manifests.environmentOfTheImage();
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

  /** What Debian has of it knows all that is used but {@code name}, which is younger. */
  @Test
  void shouldBeACompositionThatComposeReads() throws IOException {
    Programs.requireProgram("docker-compose");
    Path copy = directory.resolve("compose.yaml");
    Files.writeString(copy, Files.readString(COMPOSE).replaceFirst("(?m)^name: .*$", ""));

    Execution read =
        Programs.run(
                Duration.ofSeconds(60),
                new byte[0],
                "docker-compose",
                "-f",
                copy.toString(),
                "config")
            .expectSuccess();

    assertThat(read.err()).isEmpty();
    String text = new String(read.stdout(), StandardCharsets.UTF_8);
    assertThat(section(Manifests.parse(text).get(0), "services").keySet())
        .containsExactly("node-a", "node-b", "node-c", "prometheus");
  }

  @Test
  void shouldConfigureTheDaemonSetWithoutAWarning() throws IOException {
    List<Map<String, Object>> objects = load(KUBERNETES);
    String config =
        String.valueOf(section(object(objects, "ConfigMap"), "data").get("echomesh.yaml"));
    Map<String, Object> container = container();
    Map<String, String> environment = Manifests.environmentOfTheImage();
    for (Object variable : list(container, "env")) {
      String name = String.valueOf(((Map<?, ?>) variable).get("name"));
      environment.put(name, name.endsWith("HOST") ? "127.0.0.1" : "machine-1");
    }

    LoadedConfig loaded = ConfigLoader.parse(existing(config), KUBERNETES, environment, List.of());

    assertThat(loaded.warnings()).isEmpty();
    assertThat(loaded.config().name()).isEqualTo("machine-1");
    assertThat(loaded.config().web().host()).as("where the kubelet asks").isEqualTo("0.0.0.0");
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
    List<Object> ofContainer = ports(list(container(), "ports"), "containerPort");

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
    assertThat(pod()).containsEntry("enableServiceLinks", false);
  }

  /** The same text with names of files that are there. */
  private String existing(String text) {
    String result = text;
    for (Map.Entry<String, String> file : files.entrySet()) {
      result = result.replaceAll("/(run|etc)/[a-z/]*/" + file.getKey() + "\\b", file.getValue());
    }
    return result;
  }
}
