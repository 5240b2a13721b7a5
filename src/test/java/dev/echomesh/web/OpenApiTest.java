package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.TestRequest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class OpenApiTest {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final JsonObject document = OpenApi.document();
  private final Schemas schemas = new Schemas(document);

  @Test
  void shouldDescribeEveryOperationAndNoOther(Vertx vertx) {
    Set<String> offered = new TreeSet<>();
    for (Operation each : WebVerticle.operations(vertx, null)) {
      offered.add(each.method().name().toLowerCase(Locale.ROOT) + " " + each.path());
    }

    assertThat(described().keySet()).isEqualTo(offered);
  }

  @Test
  void shouldDescribeEveryParameter(Vertx vertx) {
    for (Operation each : WebVerticle.operations(vertx, null)) {
      String name = each.method().name().toLowerCase(Locale.ROOT) + " " + each.path();
      List<JsonObject> parameters = parameters(each.path(), operation(name));

      assertThat(names(parameters, "query")).as(name).isEqualTo(each.parameters());
      assertThat(names(parameters, "path"))
          .as(name)
          .allMatch(parameter -> each.path().contains("{" + parameter + "}"))
          .hasSize(each.path().split("\\{", -1).length - 1);
    }
  }

  @Test
  void shouldDescribeEveryFieldOfARequest() {
    assertThat(fields("TestRequest"))
        .isEqualTo(
            with(
                TestRequest.fromJson(new JsonObject().put("target", "host:7")).toJson(),
                "id",
                "startIn",
                "from"));
    assertThat(fields("CheckRequest"))
        .isEqualTo(
            with(CheckRequest.fromJson(new JsonObject().put("target", "host:7")).toJson(), "skip"));
    assertThat(fields("Tls")).isEqualTo(with(new ClientTls("a", "b", "c", true).toJson()));
  }

  private Set<String> fields(String schema) {
    return with(
        document
            .getJsonObject("components")
            .getJsonObject("schemas")
            .getJsonObject(schema)
            .getJsonObject("properties"));
  }

  private static Set<String> with(JsonObject json, String... more) {
    Set<String> names = new TreeSet<>(json.fieldNames());
    names.addAll(List.of(more));
    return names;
  }

  @Test
  void shouldSayWhereCredentialsAreAlwaysNeeded(Vertx vertx) {
    for (Operation each : WebVerticle.operations(vertx, null)) {
      String name = each.method().name().toLowerCase(Locale.ROOT) + " " + each.path();

      assertThat(operation(name).containsKey("security"))
          .as(name)
          .isEqualTo(each.access() == Access.COMMAND);
    }
  }

  @Test
  void shouldGiveOnlyExamplesThatFitTheirSchemas() {
    long examples =
        described().entrySet().stream()
            .flatMap(each -> contents(each.getValue()))
            .mapToLong(this::check)
            .sum();

    assertThat(examples).isGreaterThan(15);
  }

  @Test
  void shouldDescribeEveryErrorAsAProblem() {
    described()
        .forEach(
            (name, operation) ->
                assertThat(
                        operation
                            .getJsonObject("responses")
                            .getJsonObject("default")
                            .getString("$ref"))
                    .as(name)
                    .isEqualTo("#/components/responses/Problem"));
  }

  private long check(JsonObject content) {
    long checked = 0;
    for (String type : content.fieldNames()) {
      JsonObject body = content.getJsonObject(type);
      JsonObject examples = body.getJsonObject("examples", new JsonObject());
      for (String name : examples.fieldNames()) {
        JsonObject example = resolved(examples.getJsonObject(name));
        schemas.assertFits(body.getJsonObject("schema"), example.getValue("value"), name);
        checked++;
      }
    }
    return checked;
  }

  private Stream<JsonObject> contents(JsonObject operation) {
    JsonObject responses = operation.getJsonObject("responses");
    return Stream.concat(
            Stream.ofNullable(operation.getJsonObject("requestBody")),
            responses.fieldNames().stream().map(responses::getJsonObject))
        .map(this::resolved)
        .map(each -> each.getJsonObject("content"));
  }

  private Map<String, JsonObject> described() {
    Map<String, JsonObject> described = new TreeMap<>();
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      for (String method : paths.getJsonObject(path).fieldNames()) {
        if (METHODS.contains(method)) {
          described.put(method + " " + path, paths.getJsonObject(path).getJsonObject(method));
        }
      }
    }
    return described;
  }

  private JsonObject operation(String name) {
    return Objects.requireNonNull(described().get(name), name);
  }

  private List<JsonObject> parameters(String path, JsonObject operation) {
    JsonObject item = document.getJsonObject("paths").getJsonObject(path);
    return Stream.of(item, operation)
        .flatMap(each -> each.getJsonArray("parameters", new JsonArray()).stream())
        .map(JsonObject.class::cast)
        .toList();
  }

  private static Set<String> names(List<JsonObject> parameters, String in) {
    Set<String> names = new TreeSet<>();
    parameters.stream()
        .filter(each -> in.equals(each.getString("in")))
        .forEach(each -> names.add(each.getString("name")));
    return names;
  }

  private JsonObject resolved(JsonObject json) {
    JsonObject found = json;
    String reference = json.getString("$ref");
    if (reference != null) {
      found = document;
      for (String step : reference.substring(2).split("/", -1)) {
        found = found.getJsonObject(step);
      }
    }
    return found;
  }
}
