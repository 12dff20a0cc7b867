package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.RowHistory.Known;
import dev.aftercommit.lab.draft.RowStatement.Literal;
import dev.aftercommit.lab.draft.RowStatement.Verb;
import dev.aftercommit.lab.scenario.Level;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds which written values were computed from values that the same actor had read, and writes
 * them so: as literals they would be the same whatever was read, and a lost update would look like
 * two writes of which the second wins.
 */
final class ValueFlow {

  private final RowHistory history;
  private final List<DraftStep> reads = new ArrayList<>();

  /** Whether a result came whose columns are not known. */
  private boolean opaque;

  ValueFlow(RowHistory history) {
    this.history = history;
  }

  /** Looks at the next step of the session. */
  void follow(DraftStep step) {
    RowStatement row = step.row();
    if (row.verb() == Verb.SELECT) {
      reads.add(step);
    }
    opaque |=
        (row.verb() == Verb.OTHER && step.statement().isData())
            || step.statement().shape().contains(" returning ");
    if (row.verb() == Verb.UPDATE || row.verb() == Verb.DELETE) {
      row.assigned().forEach((column, literal) -> assigned(step, column, literal));
      row.key().forEach((column, literal) -> compared(step, column, literal));
    }
  }

  private void assigned(DraftStep step, String column, Literal written) {
    DraftStep read = readOf(step, column);
    if (read == null) {
      return;
    }
    Known known = known(read, column);
    if (known == null) {
      step.notes()
          .add(
              "%s: it wrote %s, and what it had read is not in the log. As a literal it hides a lost update: write what the code computes, as in :%s::numeric + 1."
                  .formatted(column, written.value(), column));
      return;
    }
    read.answered(column, known.value());
    String name = nameOf(read, column);
    String expression = expression(name, known.value(), written.value());
    if (expression.isEmpty()) {
      step.notes()
          .add(
              "%s: it had read %s and wrote %s. If that was computed, write how, with :%s; a literal hides a lost update."
                  .formatted(column, known.value(), written.value(), name));
      return;
    }
    step.replace(written, expression);
    step.notes()
        .add(
            "%s: it had read %s%s and wrote %s; change this if the code computes it otherwise."
                .formatted(
                    column, known.value(), known.sure() ? "" : " (uncertain)", written.value()));
  }

  /** A condition on what was read, as optimistic locks have it. */
  private void compared(DraftStep step, String column, Literal wanted) {
    DraftStep read = readOf(step, column);
    Known known = read == null || read.row().key().containsKey(column) ? null : known(read, column);
    if (read == null || known == null || !known.value().equals(wanted.value())) {
      return;
    }
    read.answered(column, known.value());
    step.replace(wanted, ":" + nameOf(read, column));
    step.notes()
        .add(
            "%s is compared with what was read: where no row is left, the code may begin again or give up, and this step does not."
                .formatted(column));
  }

  /** The latest read of that column of the row that the step writes. */
  private @Nullable DraftStep readOf(DraftStep step, String column) {
    Map<String, String> key = step.row().keyValues();
    for (DraftStep read : reads.reversed()) {
      Map<String, String> wanted = read.row().keyValues();
      if (read.row().table().equals(step.row().table())
          && !wanted.isEmpty()
          && key.entrySet().containsAll(wanted.entrySet())
          && read.row().selects(column)) {
        return read;
      }
    }
    return null;
  }

  private @Nullable Known known(DraftStep read, String column) {
    LoggedTransaction transaction = read.transaction();
    Interval at =
        transaction.level() == Level.READ_COMMITTED
            ? read.interval()
            : transaction.data().getFirst().interval();
    return history.valueOf(read.row().table(), read.row().keyValues(), column, transaction, at);
  }

  /** How a later step calls the column: a scenario's variables are those of the latest result. */
  private String nameOf(DraftStep read, String column) {
    DraftStep latest =
        reads.reversed().stream()
            .filter(step -> step.row().selects(column))
            .findFirst()
            .orElse(read);
    return latest == read && !opaque ? column : read.alias(column);
  }

  private static String expression(String name, String read, String written) {
    if (read.equals(written)) {
      return ":" + name;
    }
    BigDecimal from = number(read);
    BigDecimal to = number(written);
    if (from != null && to != null) {
      BigDecimal difference = to.subtract(from);
      return difference.signum() == 0
          ? ":" + name
          : ":%s::numeric %s %s"
              .formatted(
                  name, difference.signum() > 0 ? "+" : "-", difference.abs().toPlainString());
    }
    return !read.isEmpty() && written.startsWith(read)
        ? ":%s || '%s'".formatted(name, written.substring(read.length()).replace("'", "''"))
        : "";
  }

  private static @Nullable BigDecimal number(String text) {
    return text.matches("-?\\d{1,30}(\\.\\d{1,30})?") ? new BigDecimal(text) : null;
  }
}
