package dev.echomesh.cli;

import dev.echomesh.bus.TestReport;
import dev.echomesh.report.Comparison;
import dev.echomesh.report.HtmlReport;
import dev.echomesh.report.Merge;
import dev.echomesh.report.NamedReport;
import dev.echomesh.report.ReportFormat;
import dev.echomesh.report.TextReport;
import dev.echomesh.spec.InvalidValueException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows, compares and merges reports. */
@Command(
    name = "report",
    description = "Show a report of 'test --output json', or compare and merge several.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Latencies are merged bucket for bucket. Throughput is what came back in the time",
      "during which at least one run measured. Exit code 1 if one of them failed."
    })
final class ReportCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE.json", description = "Reports.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "text (default) or json, the merged report, on standard output.")
  private Output output = Output.TEXT;

  @Mixin private HtmlFile page = new HtmlFile();

  @Nullable @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<NamedReport> reports = new ArrayList<>();
    for (Path file : files) {
      reports.add(new NamedReport(file.toString(), read(file)));
    }
    page.requireWritable();
    TestReport merged = Merge.of(reports);
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (output == Output.JSON) {
      out.println(merged.toJson().encodePrettily());
    } else {
      if (reports.size() > 1) {
        out.println(Comparison.of(reports).render());
        out.println("All together, with the request of " + reports.get(0).name() + ":");
      }
      out.print(TextReport.render(merged));
    }
    out.flush();
    page.write(() -> HtmlReport.render(reports));
    return merged.passed() ? ExitCode.PASSED : ExitCode.FAILED;
  }

  private static TestReport read(Path file) {
    try {
      return ReportFormat.parse(Files.readString(file));
    } catch (InvalidValueException e) {
      throw new UsageException(file + ": " + e.getMessage());
    } catch (NoSuchFileException e) {
      throw new UsageException(file + ": no such file (expected a report in JSON)");
    } catch (IOException e) {
      throw new UsageException(file + ": cannot be read (expected a report in JSON)");
    }
  }
}
