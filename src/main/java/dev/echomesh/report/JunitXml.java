package dev.echomesh.report;

import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckResult;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The report of checks in the XML that continuous-integration systems read, as Ant's JUnit task
 * wrote it first. What is inconclusive counts as skipped there, since the format has no word for
 * it.
 */
public final class JunitXml {
  private JunitXml() {}

  /** A whole document; ends with a line break. */
  public static String render(CheckReport report) {
    StringWriter out = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      suite(xml, report);
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e); // a StringWriter takes everything
    }
    return out + System.lineSeparator();
  }

  private static void suite(XMLStreamWriter xml, CheckReport report) throws XMLStreamException {
    long failed = report.results().stream().filter(r -> isFailed(r)).count();
    long skipped = report.results().stream().filter(r -> !isFailed(r) && !isPassed(r)).count();
    xml.writeStartElement("testsuite");
    xml.writeAttribute(
        "name", "echomesh check " + Printable.of(report.request().target().toString()));
    xml.writeAttribute("tests", Integer.toString(report.results().size()));
    xml.writeAttribute("failures", Long.toString(failed));
    xml.writeAttribute("errors", "0");
    xml.writeAttribute("skipped", Long.toString(skipped));
    xml.writeAttribute("time", seconds(report.durationSeconds()));
    xml.writeAttribute(
        "timestamp",
        DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
            report.startedAt().atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS)));
    for (CheckResult result : report.results()) {
      test(xml, result);
    }
    xml.writeEndElement();
  }

  private static void test(XMLStreamWriter xml, CheckResult result) throws XMLStreamException {
    String evidence = String.join("\n", result.evidence().stream().map(Printable::of).toList());
    String first = result.evidence().isEmpty() ? "" : Printable.of(result.evidence().get(0));
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "echomesh.check");
    xml.writeAttribute("name", result.check().key());
    xml.writeAttribute("time", seconds(result.durationSeconds()));
    if (isFailed(result)) {
      xml.writeStartElement("failure");
      xml.writeAttribute("message", first);
      xml.writeAttribute("type", result.check().clause());
      xml.writeCharacters(evidence + "\n" + result.check().why());
      xml.writeEndElement();
    } else if (!isPassed(result)) {
      xml.writeStartElement("skipped");
      xml.writeAttribute("message", result.verdict().key() + ": " + first);
      xml.writeEndElement();
    } else {
      xml.writeStartElement("system-out");
      xml.writeCharacters(evidence);
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static boolean isFailed(CheckResult result) {
    return result.verdict() == dev.echomesh.bus.CheckVerdict.FAIL;
  }

  private static boolean isPassed(CheckResult result) {
    return result.verdict() == dev.echomesh.bus.CheckVerdict.PASS;
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }
}
