package dev.echomesh.script;

import dev.echomesh.config.ScriptConfig;
import dev.echomesh.config.StartException;
import io.vertx.core.Vertx;
import io.vertx.core.spi.VerticleFactory;
import io.vertx.lang.groovy.GroovyVerticleFactory;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A language that verticles can be written in, if its libraries are on the class path. */
enum Language {
  GROOVY("groovy", "Groovy (vertx-lang-groovy)", "groovy.lang.Script") {
    @Override
    VerticleFactory newFactory() {
      return new GroovyVerticleFactory();
    }
  },
  JAVASCRIPT(
      "js", "GraalJS (polyglot, js-language)", "com.oracle.truffle.js.lang.JavaScriptLanguage") {
    @Override
    VerticleFactory newFactory() {
      return new JavaScriptFactory();
    }
  };

  /** Both what a file's name ends in and the prefix of its factory. */
  private final String suffix;

  private final String library;

  /** A class of it that needs the rest. */
  private final String proof;

  Language(String suffix, String library, String proof) {
    this.suffix = suffix;
    this.library = library;
    this.proof = proof;
  }

  abstract VerticleFactory newFactory();

  /**
   * The language of a verticle.
   *
   * @throws StartException if it is none of these, or its libraries are not there
   */
  static Language of(ScriptConfig verticle) {
    Language language =
        Stream.of(values())
            .filter(each -> verticle.file().toString().endsWith("." + each.suffix))
            .findFirst()
            .orElseThrow(
                () ->
                    new StartException(
                        "verticle %s: %s (expected a file that ends in .groovy or .js)"
                            .formatted(verticle.name(), verticle.file())));
    if (!language.isThere()) {
      throw new StartException(
          ("verticle %s: %s needs %s, which is not on the class path;"
                  + " with its libraries in lib, start as"
                  + " java -cp 'echomesh.jar:lib/*' dev.echomesh.Main node")
              .formatted(verticle.name(), verticle.file(), language.library));
    }
    return language;
  }

  /** The factory of its verticles, which is registered if it was not yet. */
  VerticleFactory factory(Vertx vertx) {
    return vertx.verticleFactories().stream()
        .filter(factory -> suffix.equals(factory.prefix()))
        .findFirst()
        .orElseGet(
            () -> {
              VerticleFactory made = newFactory();
              vertx.registerVerticleFactory(made);
              return made;
            });
  }

  /** What the factory calls the verticle in a file. */
  String verticleName(Path file) {
    return suffix + ":" + file.toAbsolutePath();
  }

  private boolean isThere() {
    try {
      Class.forName(proof, false, Language.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
