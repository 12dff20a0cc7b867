package dev.aftercommit.lab.draft;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Writes a draft as a scenario file. */
final class ScenarioText {

  private final StringBuilder out = new StringBuilder();

  private ScenarioText() {}

  /**
   * The file.
   *
   * @param head what it is about
   */
  static String of(
      String head,
      List<SessionDraft> sessions,
      LoggedOrder order,
      Spans spans,
      FixtureDraft fixture,
      Schema schema) {
    ScenarioText text = new ScenarioText();
    text.comment(head);
    text.out.append('\n');
    text.setup(fixture, schema);
    sessions.forEach(session -> text.session(session, spans));
    text.seed(sessions, order);
    text.invariant(schema);
    return text.out.toString();
  }

  private void setup(FixtureDraft fixture, Schema schema) {
    if (schema.isEmpty()) {
      comment("No --schema was given: put the CREATE TABLE statements here.");
    }
    out.append("setup\n{\n").append(schema.text().block().indent(2)).append("}\n\n");
    fixture.notes().forEach(note -> comment(note));
    String rows = fixture.sql();
    if (!rows.isEmpty()) {
      comment("The rows before the first step, as far as what was written tells.");
      out.append("setup\n{\n").append(rows).append("}\n");
    }
  }

  private void session(SessionDraft session, Spans spans) {
    out.append('\n');
    for (LoggedTransaction transaction : session.unit().transactions()) {
      comment(
          "%svirtual transaction %s%s%s"
              .formatted(
                  session.unit().trace().isEmpty() ? "" : "trace " + session.unit().trace() + ", ",
                  transaction.vxid(),
                  transaction.txid() == 0 ? "" : ", transaction " + transaction.txid(),
                  transaction.committed() ? "" : ", not committed"));
    }
    out.append("session ").append(session.name()).append('\n');
    Deque<Spans.Span> elsewhere = new ArrayDeque<>(spans.elsewhere(session.unit().trace()));
    for (DraftStep step : session.steps()) {
      while (!elsewhere.isEmpty() && elsewhere.getFirst().begin() < step.interval().begin()) {
        elsewhere(elsewhere.removeFirst());
      }
      step.notes().forEach(note -> comment(note));
      out.append("step %s { %s }%n".formatted(step.name(), step.block()));
    }
    elsewhere.forEach(this::elsewhere);
  }

  /** A span may be without arguments, and its clock is another: a person has to look at it. */
  private void elsewhere(Spans.Span span) {
    comment(
        "about here, by a span: %s %s%s"
            .formatted(
                span.system(),
                span.text(),
                span.system().equals("redis") ? "; as a step: step NAME redis { COMMAND }" : ""));
  }

  private void seed(List<SessionDraft> sessions, LoggedOrder order) {
    out.append('\n');
    comment("As it was logged; this order is run first.");
    SessionDraft first = sessions.getFirst();
    for (DraftStep step : first.steps()) {
      List<String> unsure = order.unsure(first, step).stream().map(DraftStep::name).toList();
      if (!unsure.isEmpty()) {
        comment("Unsure: %s ~ %s".formatted(step.name(), String.join(", ", unsure)));
      }
    }
    out.append("seed");
    order.steps().forEach(step -> out.append(' ').append(step.name()));
    out.append('\n');
  }

  private void invariant(Schema schema) {
    out.append('\n');
    comment(
        "What must hold at the end. Without it, the end must be that of some serial order of these");
    comment(
        "steps. What the code decides between two statements is not in a log: write it into the");
    comment("steps (\"... AND :balance >= 10\") before you trust a HOLDS.");
    if (schema.isVolatile()) {
      comment(
          "The schema fills columns with times or random values, which differ in every order: here");
      comment("only an invariant can tell.");
    }
    comment("invariant \"...\" { SELECT ... }");
  }

  private void comment(String text) {
    out.append("# ").append(text.replaceAll("\\s+", " ")).append('\n');
  }
}
