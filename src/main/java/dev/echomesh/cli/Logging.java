package dev.echomesh.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Logs of the command line: to standard error, {@code ECHOMESH_LOG_FORMAT=json} for JSON lines,
 * {@code ECHOMESH_LOG_LEVEL} for Echomesh's own level. In code, not in a logback.xml in the jar:
 * that would be forced on whoever embeds Echomesh, and reading XML takes a good part of the time to
 * the first open port. {@code -Dlogback.configurationFile=FILE} is left to logback.
 *
 * <p>logback finds this class as a service and asks it before the first line is logged, whichever
 * thread that is; in a process that is not ours it does nothing.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  private static volatile boolean ours;

  /** The process is ours, and so are its logs. */
  static void claim() {
    ours = true;
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (!ours) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    OutOfMemory.endsTheProcess(context);
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    configure(context, System.getenv());
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static void configure(LoggerContext context, Map<String, String> environment) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context, environment.getOrDefault("ECHOMESH_LOG_FORMAT", "text")));
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    // warns, with a stack trace, of a client that comes while its port is being closed
    context.getLogger("io.netty.bootstrap.ServerBootstrap").setLevel(Level.ERROR);
    // they warn of what they deal with; what an operator has to know is said by room mesh
    for (String engine : List.of("org.jgroups", "org.infinispan")) {
      context.getLogger(engine).setLevel(Level.ERROR);
    }
    // as an error, of writes that fail in a partition; whoever writes is told, and writes again
    context
        .getLogger("org.infinispan.interceptors.impl.InvocationContextInterceptor")
        .setLevel(Level.OFF);
    // as an error, of every connection that its other end resets, with a member that dies too
    context.getLogger("io.vertx.core.net.impl.ConnectionBase").setLevel(Level.OFF);
    // they warn, with stack traces, of every message to a member that has died; room mesh says so
    // where a member takes none that is alive
    for (String connection : List.of("ClusteredEventBus", "OutboundConnection")) {
      context
          .getLogger("io.vertx.core.eventbus.impl.clustered." + connection)
          .setLevel(Level.ERROR);
    }
    // as an error, of every browser that goes away
    context
        .getLogger("io.vertx.ext.web.handler.sockjs.impl.EventBusBridgeImpl")
        .setLevel(Level.OFF);
    // warns of messages that come while a node stops listening
    context.getLogger("io.vertx.core.eventbus.impl.MessageConsumerImpl").setLevel(Level.ERROR);
    // warns of a machine without a network card, where nothing needs its address
    context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
    // warns of Vert.x, which registers its one gauge of handlers with each of them
    context.getLogger("io.micrometer.core.instrument.MeterRegistry").setLevel(Level.ERROR);
    context
        .getLogger("dev.echomesh")
        .setLevel(Level.toLevel(environment.get("ECHOMESH_LOG_LEVEL"), Level.INFO));
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, String format) {
    if (format.equals("json")) {
      JsonEncoder json = new JsonEncoder();
      json.setContext(context);
      json.start();
      return json;
    }
    TextLayout layout = new TextLayout();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> text = new LayoutWrappingEncoder<>();
    text.setContext(context);
    text.setLayout(layout);
    text.start();
    return text;
  }
}
