package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.scenario.Scenario.Invariant;
import dev.aftercommit.lab.scenario.Scenario.Marker;
import dev.aftercommit.lab.scenario.Scenario.PermutationStep;
import dev.aftercommit.lab.scenario.Scenario.Session;
import dev.aftercommit.lab.scenario.Scenario.SqlStep;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads scenario files: the syntax of PostgreSQL's isolationtester, and in addition {@code
 * isolation NAME} and {@code invariant NAME { SQL }}.
 */
public final class ScenarioParser {

  private final String name;
  private final String text;
  private final Lexer lexer;
  private final List<String> setup = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final List<List<PermutationStep>> permutations = new ArrayList<>();
  private final List<Invariant> invariants = new ArrayList<>();
  private @Nullable String teardown;
  private Level level = Level.READ_COMMITTED;

  private ScenarioParser(String name, String text) {
    this.name = name;
    this.text = text;
    this.lexer = new Lexer(name, text);
  }

  /**
   * The scenario of a text.
   *
   * @param name of the file, without folder and ending
   * @throws ScenarioException if it is malformed; the message names the line
   */
  public static Scenario parse(String name, String text) {
    return new ScenarioParser(name, text).scenario();
  }

  private Scenario scenario() {
    while (!lexer.atEnd()) {
      String word = lexer.word();
      switch (word) {
        case "setup" -> setup.add(lexer.block());
        case "teardown" -> teardown = lexer.block();
        case "session" -> session();
        case "permutation" -> permutation();
        case "invariant" -> invariants.add(new Invariant(lexer.word(), lexer.block()));
        case "isolation" -> level();
        default ->
            throw lexer.failure(
                "'%s' begins nothing; expected setup, teardown, session, permutation, isolation or invariant"
                    .formatted(word));
      }
    }
    check();
    return new Scenario(
        name,
        text,
        lexer.headComment(),
        level,
        List.copyOf(setup),
        teardown,
        List.copyOf(sessions),
        List.copyOf(permutations),
        List.copyOf(invariants));
  }

  private void level() {
    String named = lexer.word();
    try {
      level = Level.of(named);
    } catch (IllegalArgumentException e) {
      throw lexer.failure(String.valueOf(e.getMessage()));
    }
  }

  private void session() {
    String session = lexer.word();
    String before = lexer.take("setup") ? lexer.block() : null;
    List<SqlStep> steps = new ArrayList<>();
    while (lexer.take("step")) {
      steps.add(new SqlStep(lexer.word(), lexer.block()));
    }
    String after = lexer.take("teardown") ? lexer.block() : null;
    sessions.add(new Session(session, before, after, List.copyOf(steps)));
  }

  private void permutation() {
    List<PermutationStep> steps = new ArrayList<>();
    while (lexer.atName() && !lexer.atKeyword()) {
      String step = lexer.word();
      steps.add(new PermutationStep(step, lexer.takeSign('(') ? markers() : List.of()));
    }
    permutations.add(List.copyOf(steps));
  }

  private List<Marker> markers() {
    List<Marker> markers = new ArrayList<>();
    do {
      if (lexer.takeSign('*')) {
        markers.add(new Marker("*", -1));
      } else {
        String step = lexer.word();
        markers.add(new Marker(step, lexer.take("notices") ? lexer.number() : -1));
      }
    } while (lexer.takeSign(','));
    if (!lexer.takeSign(')')) {
      throw lexer.failure("expected ',' or ')' after a marker");
    }
    return List.copyOf(markers);
  }

  private void check() {
    if (sessions.isEmpty()) {
      throw lexer.failure("there is no session");
    }
    Set<String> steps = new HashSet<>();
    for (Session session : sessions) {
      for (SqlStep step : session.steps()) {
        if (!steps.add(step.name())) {
          throw lexer.failure("two steps are named '%s'".formatted(step.name()));
        }
      }
    }
    for (List<PermutationStep> permutation : permutations) {
      for (PermutationStep step : permutation) {
        if (!steps.contains(step.step())) {
          throw lexer.failure("a permutation names '%s', which is no step".formatted(step.step()));
        }
      }
    }
  }
}
