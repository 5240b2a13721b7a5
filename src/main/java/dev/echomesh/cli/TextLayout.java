package dev.echomesh.cli;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.LayoutBase;
import java.io.IOException;

/**
 * One line for each event. A failure of the network or of a file says by its message what is wrong,
 * and has no stack trace; every other throwable has the beginning of one.
 */
final class TextLayout extends LayoutBase<ILoggingEvent> {
  private static final String LINE = "%d{HH:mm:ss.SSS} %-5level %logger{0} - %msg";

  private final PatternLayout brief = new PatternLayout();
  private final PatternLayout traced = new PatternLayout();

  @Override
  public void start() {
    brief.setContext(getContext());
    brief.setPattern(LINE + "%nopex");
    brief.start();
    traced.setContext(getContext());
    traced.setPattern(LINE + "%n%ex{short}");
    traced.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    return event.getThrowableProxy() instanceof ThrowableProxy proxy
            && proxy.getThrowable() instanceof IOException failure
            && failure.getMessage() != null
        ? brief.doLayout(event) + ": " + failure.getMessage() + System.lineSeparator()
        : traced.doLayout(event);
  }
}
