package dev.echomesh.cli;

import dev.echomesh.client.NodeException;
import dev.echomesh.config.InvalidConfigException;
import dev.echomesh.config.StartException;
import dev.echomesh.node.Preload;
import dev.echomesh.spec.Version;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** The command line as a whole; without a command it runs a node. */
@Command(
    name = "echomesh",
    description = "Proves, byte for byte, what TCP really does between two machines.",
    mixinStandardHelpOptions = true,
    versionProvider = EchomeshCommand.VersionText.class,
    footer = {
      "",
      "Exit codes: 0 passed; 1 failed: a wrong, missing or late byte, an unreachable",
      "target, a failed check; 2 bad usage or configuration; 3 an internal error."
    })
public final class EchomeshCommand implements java.util.concurrent.Callable<Integer> {
  private static final Map<String, Supplier<Object>> COMMANDS = commands();

  @Mixin private ConfigOptions config = new ConfigOptions();

  /** Runs a command line and returns the exit code. */
  public static int execute(String... args) {
    beginLoading();
    CommandLine line = new CommandLine(new EchomeshCommand());
    needed(args).forEach((name, command) -> line.addSubcommand(name, command.get()));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> failed(command.getErr(), failure));
    line.setParameterExceptionHandler(
        (failure, arguments) -> {
          CommandLine command = failure.getCommandLine();
          command
              .getErr()
              .printf(
                  "echomesh: %s (see '%s --help')%n",
                  failure.getMessage(), command.getCommandSpec().qualifiedName());
          return ExitCode.USAGE;
        });
    return line.execute(args);
  }

  private static Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("node", NodeCommand::new);
    commands.put("test", TestCommand::new);
    commands.put("check", CheckCommand::new);
    commands.put("mesh", MeshCommand::new);
    commands.put("report", ReportCommand::new);
    commands.put("config", ConfigCommand::new);
    commands.put("health", HealthCommand::new);
    return commands;
  }

  /**
   * Only the command that is named, if one is: to know the options of all takes a tenth of the time
   * to the first open port.
   */
  private static Map<String, Supplier<Object>> needed(String[] args) {
    Supplier<Object> named = args.length == 0 ? null : COMMANDS.get(args[0]);
    return named == null ? COMMANDS : Map.of(args[0], named);
  }

  @Override
  public Integer call() throws Exception {
    return NodeCommand.run(config);
  }

  /**
   * Sets logging up and loads what every command needs on another core, while this thread reads the
   * command line and the configuration: which brings the first open port forward.
   */
  private static void beginLoading() {
    // what Netty says at debug level meanwhile is filtered later; no need to announce that
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    // Netty's flight recorder events load the whole recorder, a tenth of the time to the first port
    System.getProperties().putIfAbsent("io.netty.jfr.enabled", "false");
    Thread loader =
        new Thread(
            () -> {
              Logging.setUp(System.getenv());
              Preload.load();
            },
            "echomesh-loader");
    loader.setDaemon(true);
    loader.start();
  }

  private static int failed(PrintWriter err, Exception failure) {
    if (failure instanceof InvalidConfigException invalid) {
      invalid.problems().forEach(problem -> err.println("echomesh: " + problem));
      return ExitCode.USAGE;
    }
    if (failure instanceof StartException cannot) {
      cannot.problems().forEach(problem -> err.println("echomesh: " + problem));
      return ExitCode.USAGE;
    }
    if (failure instanceof UsageException || failure instanceof NodeException) {
      err.println("echomesh: " + failure.getMessage());
      return ExitCode.USAGE;
    }
    err.println("echomesh: internal error, please report it");
    failure.printStackTrace(err);
    return ExitCode.INTERNAL;
  }

  /** Of {@code --version}. */
  static final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"echomesh " + Version.current()};
    }
  }
}
