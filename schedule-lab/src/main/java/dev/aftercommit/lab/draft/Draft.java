package dev.aftercommit.lab.draft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a log tells of transactions that may disturb each other: a summary, a diagram of the pair
 * that shows it best, and a scenario that runs this pair in every order.
 *
 * @param summary the types of transactions and the pairs, for people
 * @param diagram what happened to the pair
 * @param scenario the file to run
 */
public record Draft(String summary, String diagram, String scenario) {

  private static final int SHOWN = 10;
  private static final int WIDTH = 66;

  /**
   * The files to draft from.
   *
   * @param log PostgreSQL's jsonlog
   * @param spans OTLP/JSON; may be null
   * @param wal decoded changes; may be null
   * @param schema SQL that makes the tables; may be null
   */
  public record Sources(
      Path log, @Nullable Path spans, @Nullable Path wal, @Nullable Path schema) {}

  /** The settings of PostgreSQL that a draft needs, as lines of its configuration. */
  public static String settings() {
    return PgLog.SETTINGS;
  }

  /**
   * Drafts a scenario.
   *
   * @param pair which of the pairs of the summary, from 1
   * @throws DraftException if the log shows no two transactions that touch the same rows
   */
  public static Draft of(Sources sources, int pair) throws IOException {
    PgLog log = PgLog.read(sources.log());
    Path spanFile = sources.spans();
    Path walFile = sources.wal();
    Path schemaFile = sources.schema();
    Spans spans = spanFile == null ? Spans.none() : Spans.read(spanFile);
    WalText wal = walFile == null ? null : WalText.read(walFile);
    Schema schema = schemaFile == null ? Schema.none() : Schema.read(schemaFile);
    List<Unit> units = Units.of(log.transactions(), spans);
    List<Candidate> candidates = Pairs.among(units);
    String summary = summary(log, units, candidates);
    Candidate chosen = choose(candidates, pair, summary);
    List<LoggedTransaction> same =
        log.transactions().stream()
            .filter(t -> t.database().equals(chosen.first().database()))
            .toList();
    RowHistory history = new RowHistory(schema.statements(), same, wal);
    List<SessionDraft> sessions =
        List.of(
            SessionDraft.of(name(chosen.first(), 1), "a", chosen.first(), history),
            SessionDraft.of(name(chosen.second(), 2), "b", chosen.second(), history));
    LoggedOrder order = new LoggedOrder(sessions, wal);
    FixtureDraft fixture = new FixtureDraft(sessions, history, schema, chosen.begin());
    String head =
        "Drafted from %s: %s.".formatted(sources.log().getFileName(), chosen.danger().meaning());
    return new Draft(
        summary,
        DraftDiagram.of(sessions, order, spans),
        ScenarioText.of(head, sessions, order, spans, fixture, schema));
  }

  private static Candidate choose(List<Candidate> candidates, int pair, String summary) {
    if (candidates.isEmpty()) {
      throw new DraftException(
          summary + "No two of them touch the same rows, at least one with a change.");
    }
    if (pair < 1 || pair > candidates.size()) {
      throw new DraftException(
          "%sThere is no pair %d: there are 1 to %d.".formatted(summary, pair, candidates.size()));
    }
    return candidates.get(pair - 1);
  }

  /** A session's name: what asked for it, and a number. */
  private static String name(Unit unit, int number) {
    String plain =
        unit.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    String cut = plain.length() > 20 ? plain.substring(0, 20).replaceAll("-$", "") : plain;
    return (cut.isEmpty() ? "actor" : cut) + "-" + number;
  }

  private static String summary(PgLog log, List<Unit> units, List<Candidate> candidates) {
    Map<String, List<Unit>> types = new LinkedHashMap<>();
    units.forEach(unit -> types.computeIfAbsent(unit.type(), t -> new ArrayList<>()).add(unit));
    List<String> names = List.copyOf(types.keySet());
    StringBuilder out = new StringBuilder();
    out.append(
        "%d transactions, %d types of those that touch tables%s%n"
            .formatted(
                log.transactions().size(),
                types.size(),
                log.unreadable() == 0
                    ? ""
                    : "; %d lines were no JSON".formatted(log.unreadable())));
    types.entrySet().stream()
        .limit(SHOWN)
        .forEach(
            type ->
                out.append(
                    "  T%-3d %5d x  %s%n"
                        .formatted(
                            names.indexOf(type.getKey()) + 1,
                            type.getValue().size(),
                            cut(type.getKey()))));
    out.append(more(types.size()));
    out.append("Pairs, the most suspicious first:\n");
    for (int i = 0; i < Math.min(SHOWN, candidates.size()); i++) {
      Candidate candidate = candidates.get(i);
      out.append(
          "  %2d  T%d ∥ T%d  %s%s%n"
              .formatted(
                  i + 1,
                  names.indexOf(candidate.first().type()) + 1,
                  names.indexOf(candidate.second().type()) + 1,
                  candidate.danger().meaning(),
                  candidate.seen() == 0 ? "" : " (%d times)".formatted(candidate.seen())));
    }
    return out.append(more(candidates.size())).toString();
  }

  private static String more(int all) {
    return all <= SHOWN ? "" : "  and %d more%n".formatted(all - SHOWN);
  }

  private static String cut(String type) {
    return type.length() <= WIDTH ? type : type.substring(0, WIDTH - 3) + "...";
  }
}
