package dev.echomesh.cli;

import dev.echomesh.client.NodeException;
import dev.echomesh.config.InvalidConfigException;
import dev.echomesh.config.StartException;
import dev.echomesh.node.Preload;
import dev.echomesh.spec.Version;
import java.io.PrintWriter;
import java.util.List;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line as a whole; without a command it runs a node. */
public final class EchomeshCommand {
  private static final List<String> COMMANDS =
      List.of("node", "test", "check", "mesh", "report", "config", "health");

  private EchomeshCommand() {}

  /**
   * Makes the logs ours and loads what a command line needs on another core, while the calling
   * thread reads it and the configuration: which brings the first open port forward.
   */
  public static void prepare(String... args) {
    boolean isNode = args.length == 0 || args[0].equals("node");
    Logging.claim();
    // what is said while logging is being set up is filtered later; no need to announce that
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    // Netty's flight recorder events load the whole recorder, a tenth of the time to the first port
    System.getProperties().putIfAbsent("io.netty.jfr.enabled", "false");
    // neither is any option's type, and to know how to read them takes a twentieth of that time
    System.getProperties().putIfAbsent("picocli.converters.excludes", "java[.](sql|time)[.].*");
    Thread loader =
        new Thread(
            () -> {
              // before any class of Vert.x, which takes standard error away while this is done
              LoggerFactory.getILoggerFactory();
              Preload.configuration();
              Preload.network();
              if (isNode) {
                Preload.node();
              }
            },
            "echomesh-loader");
    loader.setDaemon(true);
    loader.start();
  }

  /** Runs a command line and returns the exit code. */
  public static int execute(String... args) {
    CommandLine line = new CommandLine(spec());
    for (String name : needed(args)) {
      CommandLine command = new CommandLine(command(name));
      command.getCommandSpec().versionProvider(new VersionText());
      line.addSubcommand(name, command);
    }
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(new Failed());
    line.setParameterExceptionHandler(new Refused());
    int code = line.execute(args);
    boolean asksForOutput =
        args.length > 0 && !args[0].equals("node") && COMMANDS.contains(args[0]);
    if (asksForOutput && code <= ExitCode.FAILED && System.out.checkError()) {
      // Java says nothing of it by itself, and what was asked for is lost
      line.getErr().println("echomesh: standard output did not take everything");
      return ExitCode.USAGE;
    }
    return code;
  }

  private static CommandSpec spec() {
    ConfigOptions options = new ConfigOptions();
    CommandSpec spec =
        CommandSpec.wrapWithoutInspection(new NodeCommand(options))
            .name("echomesh")
            .versionProvider(new VersionText());
    options.addTo(spec);
    spec.usageMessage()
        .description("Proves, byte for byte, what TCP really does between two machines.")
        .footer(
            "",
            "Exit codes: 0 passed; 1 failed: a wrong, missing or late byte, an unreachable",
            "target, a failed check; 2 bad usage or configuration; 3 an internal error.");
    return spec;
  }

  /** Something that picocli can make a command of. */
  private static Object command(String name) {
    return switch (name) {
      case "node" -> NodeCommand.spec();
      case "test" -> new TestCommand();
      case "check" -> new CheckCommand();
      case "mesh" -> new MeshCommand();
      case "report" -> new ReportCommand();
      case "config" -> ConfigCommand.spec();
      case "health" -> HealthCommand.spec();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * Only the command that is named, if one is: to know the options of all takes a tenth of the time
   * to the first open port.
   */
  private static List<String> needed(String[] args) {
    return args.length > 0 && COMMANDS.contains(args[0]) ? List.of(args[0]) : COMMANDS;
  }

  /**
   * Classes, not lambdas: Java 17 crashes when it archives classes (see the Dockerfile) and comes
   * to a lambda of picocli's interfaces, which are compiled for Java 5.
   */
  private static final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"echomesh " + Version.current()};
    }
  }

  private static final class Failed implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(
        Exception failure, CommandLine command, ParseResult result) {
      return failed(command.getErr(), failure);
    }
  }

  private static final class Refused implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
      CommandLine command = failure.getCommandLine();
      command
          .getErr()
          .printf(
              "echomesh: %s (see '%s --help')%n",
              failure.getMessage(), command.getCommandSpec().qualifiedName());
      return ExitCode.USAGE;
    }
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
}
