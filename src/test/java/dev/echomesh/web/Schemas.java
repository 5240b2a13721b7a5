package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import org.jspecify.annotations.Nullable;

/** Holds values against the schemas of the API's description. */
final class Schemas {
  private final JsonObject components;

  Schemas(JsonObject document) {
    this.components = document.getJsonObject("components");
  }

  /** Fails unless the value is as the schema, which may refer to components, says. */
  void assertFits(JsonObject schema, @Nullable Object value, String what) {
    // the validator writes into what it is given
    JsonObject whole = schema.copy().put("components", components.copy());
    OutputUnit result =
        Validator.create(
                JsonSchema.of(whole),
                new JsonSchemaOptions()
                    .setBaseUri("app://echomesh")
                    .setDraft(Draft.DRAFT202012)
                    .setOutputFormat(OutputFormat.Basic))
            .validate(value);
    assertThat(result.getValid())
        .as("%s: %s does not fit: %s", what, value, result.toJson())
        .isTrue();
  }

  /** The same by the name of a component. */
  void assertFits(String component, Object value) {
    assertFits(new JsonObject().put("$ref", "#/components/schemas/" + component), value, component);
  }
}
