package dev.echomesh.cli;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.util.CachingDateFormatter;
import java.io.IOException;
import java.util.List;

/**
 * One line for each event. A failure of the network or of a file says by its message what is wrong,
 * and has no stack trace; every other throwable has the beginning of one. Not by a pattern: to know
 * all that one can have takes logback a part of the time to the first open port.
 */
final class TextLayout extends LayoutBase<ILoggingEvent> {
  private static final int LEVEL_WIDTH = 5;

  private final CachingDateFormatter time = new CachingDateFormatter("HH:mm:ss.SSS");
  private final ThrowableProxyConverter trace = new ThrowableProxyConverter();

  @Override
  public void start() {
    trace.setContext(getContext());
    trace.setOptionList(List.of("short"));
    trace.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder text = new StringBuilder(time.format(event.getTimeStamp()));
    String level = event.getLevel().toString();
    text.append(' ').append(level).append(" ".repeat(LEVEL_WIDTH + 1 - level.length()));
    String logger = event.getLoggerName();
    text.append(logger, logger.lastIndexOf('.') + 1, logger.length());
    text.append(" - ").append(event.getFormattedMessage());
    if (event.getThrowableProxy() instanceof ThrowableProxy proxy
        && proxy.getThrowable() instanceof IOException failure
        && failure.getMessage() != null) {
      return text.append(": ").append(failure.getMessage()) + System.lineSeparator();
    }
    return text.append(System.lineSeparator()).append(trace.convert(event)).toString();
  }
}
