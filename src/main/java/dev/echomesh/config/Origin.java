package dev.echomesh.config;

/** Where a value of the configuration came from; {@code toString} is what users read. */
public sealed interface Origin {
  /**
   * A line of the configuration file, printed {@code conf/echomesh.yaml:12}.
   *
   * @param line from 1
   */
  record FileLine(String file, int line) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /** A variable of the environment, printed by its name. */
  record Variable(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The command line, printed {@code --set}. */
  record CommandLine() implements Origin {
    @Override
    public String toString() {
      return "--set";
    }
  }

  /** The schema, printed {@code default}. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }
}
