package dev.aftercommit.lab.junit;

import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.report.Replay;
import dev.aftercommit.lab.report.Report;
import dev.aftercommit.lab.report.TextReport;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Verdict;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Gives the test its {@link Lab}, and explores what it has named when it returns. */
final class LabExtension implements ParameterResolver, AfterTestExecutionCallback {

  private static final Namespace NAMESPACE = Namespace.create(LabExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Lab.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getStore(NAMESPACE).computeIfAbsent(Lab.class, key -> new Lab(), Lab.class);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) throws Exception {
    Lab lab = context.getStore(NAMESPACE).get(Lab.class, Lab.class);
    ScheduleTest settings = context.getRequiredTestMethod().getAnnotation(ScheduleTest.class);
    if (lab == null || settings == null || context.getExecutionException().isPresent()) {
      return;
    }
    lab.check();
    try (CodeExperiment experiment =
        CodeExperiment.open(
            lab,
            new CodeExperiment.Settings(
                settings.isolation(), settings.faults(), settings.everyOrder()),
            servers(context))) {
      Budget budget =
          new Budget(
              settings.max(), Duration.ofMinutes(5), settings.preemptions(), Duration.ofSeconds(2));
      Exploration found =
          Explorer.explore(
              experiment, experiment.relation(), budget, (runs, failing, perSecond) -> {});
      String text = TextReport.of(report(context, settings, experiment, found));
      context.publishReportEntry("schedules", text);
      if (found.verdict() != Verdict.HOLDS && !found.withinPreemptions()) {
        throw new AssertionError(text);
      }
    }
  }

  private static Report report(
      ExtensionContext context, ScheduleTest settings, CodeExperiment experiment, Exploration found)
      throws SQLException, InterruptedException {
    return new Report(
            context.getDisplayName(),
            settings.isolation(),
            "",
            experiment.actors(),
            found,
            Replay.NONE)
        .observed(experiment);
  }

  private static Addresses servers(ExtensionContext context) throws ReflectiveOperationException {
    List<Method> sources =
        AnnotationSupport.findAnnotatedMethods(
            context.getRequiredTestClass(),
            LabServerSource.class,
            HierarchyTraversalMode.BOTTOM_UP);
    if (sources.isEmpty()) {
      throw new IllegalStateException(
          "%s has no static method with @LabServerSource that says which servers to use"
              .formatted(context.getRequiredTestClass().getName()));
    }
    Method source = sources.getFirst();
    source.trySetAccessible();
    return switch (source.invoke(null)) {
      case ServerAddress postgres -> Addresses.of(postgres);
      case Addresses addresses -> addresses;
      case null, default ->
          throw new IllegalStateException(source + " gives neither a ServerAddress nor Addresses");
    };
  }
}
