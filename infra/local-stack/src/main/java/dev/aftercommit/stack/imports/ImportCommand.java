package dev.aftercommit.stack.imports;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aftercommit.stack.rest.RestClient;
import dev.aftercommit.stack.rest.Terminal;
import dev.aftercommit.stack.rest.UnexpectedAnswerException;
import dev.aftercommit.stack.services.Repository;
import dev.aftercommit.stack.services.RunningStack;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code aftercommit import FILE.csv}: exit code 0 when all good rows are in the averages, else 2.
 */
@Command(
    name = "import",
    description =
        "Streams a payroll CSV into the running stack and prints the averages by department.",
    footerHeading = "%nThe file:%n",
    footer = {
      "RFC 4180, UTF-8, with a header row. Salaries may be written 5200, 5200.00, 5,200.00 or",
      "$5,200.00; the amount is taken in the currency of the deployment. Unknown departments and",
      "employees are created. Rows without a key column are recognised by name and occurrence, so",
      "importing a file again changes nothing. Bad rows go to FILE.rejected.csv; correct them in",
      "FILE.csv and import that again.",
      "",
      "Exit codes: 0 imported, 2 could not run (with the reason)."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class ImportCommand implements Callable<Integer> {

  private static final int COULD_NOT_RUN = 2;
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE.csv", description = "The file to import.")
  private Path file;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "ROLE=COLUMN",
      description =
          "Columns by header name, for example employee=name,department=job_department,"
              + "salary=annual_salary; also email and key. Defaults: employee or name, department or"
              + " job_department, salary or annual_salary, email.")
  private Map<String, String> columns = new LinkedHashMap<>();

  @Option(names = "--json", description = "Prints the result as JSON.")
  private boolean json;

  @Option(
      names = "--employee-url",
      paramLabel = "URL",
      description = "The employee-service, when it was not started by `aftercommit up`.")
  private @Nullable URI employeeUrl;

  @Option(
      names = "--aggregator-url",
      paramLabel = "URL",
      description = "The salary-aggregator, when it was not started by `aftercommit up`.")
  private @Nullable URI aggregatorUrl;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try (RestClient rest = new RestClient(REQUEST_LIMIT)) {
      requireFile();
      ImportSummary summary =
          new PayrollImport(rest, employees(), aggregator(), progress(err)).run(file, columns);
      print(summary);
      if (!summary.complete()) {
        err.println(
            "The averages do not include every imported row yet, after 90 s: other changes are"
                + " going on, or the relay or the aggregator stands still (see GET /relay/backlog).");
        return COULD_NOT_RUN;
      }
      return 0;
    } catch (ImportException | UnexpectedAnswerException e) {
      err.println("import: " + e.getMessage());
      return COULD_NOT_RUN;
    } catch (IOException e) {
      err.println("import: " + (e.getMessage() == null ? e : e.getMessage()) + noStackHint(e));
      return COULD_NOT_RUN;
    }
  }

  private void print(ImportSummary summary) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(summary));
      out.flush();
    } else {
      summary.print(out);
    }
  }

  private static ImportProgress progress(PrintWriter err) {
    return new ImportProgress(err, Terminal.isInteractive());
  }

  private void requireFile() {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new ImportException("cannot read the file " + file.toAbsolutePath());
    }
  }

  private URI employees() {
    return employeeUrl != null ? employeeUrl : running().employeeService();
  }

  private URI aggregator() {
    return aggregatorUrl != null ? aggregatorUrl : running().aggregators().getFirst();
  }

  private static RunningStack running() {
    return RunningStack.find(Repository.find())
        .orElseThrow(
            () ->
                new ImportException(
                    "no running stack found. Start one with `./aftercommit up` in another terminal,"
                        + " or name the services with --employee-url and --aggregator-url"));
  }

  private static String noStackHint(IOException e) {
    return e instanceof java.net.ConnectException
        ? " (is the stack running? `./aftercommit up` starts it)"
        : "";
  }
}
