package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.scenario.Scenario.Condition;
import dev.aftercommit.lab.scenario.Scenario.Fault;
import dev.aftercommit.lab.scenario.Scenario.Invariant;
import dev.aftercommit.lab.scenario.Scenario.Marker;
import dev.aftercommit.lab.scenario.Scenario.PermutationStep;
import dev.aftercommit.lab.scenario.Scenario.Queue;
import dev.aftercommit.lab.scenario.Scenario.Session;
import dev.aftercommit.lab.scenario.Scenario.SessionStep;
import dev.aftercommit.lab.scenario.Scenario.SessionStep.Kind;
import dev.aftercommit.lab.scenario.Scenario.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads scenario files: the syntax of PostgreSQL's isolationtester, and in addition
 *
 * <ul>
 *   <li>{@code isolation LEVEL}
 *   <li>{@code invariant NAME { SQL }} at the end, {@code always NAME { SQL }} after each commit
 *   <li>{@code redis { COMMANDS }}, a line each, before every schedule
 *   <li>{@code queue NAME { MESSAGES }}, a line each; the block may be left out
 *   <li>{@code fault LABEL SESSIONS}: what may go wrong, for whom; any session if none is named
 *   <li>{@code session NAME consumes QUEUE}: its steps run for each message that is delivered;
 *       {@code session NAME restarts}: it begins anew when it is killed
 *   <li>{@code session NAME command { COMMAND }}: a process, by a command of the shell without
 *       braces
 *   <li>{@code step NAME redis { COMMAND }}, {@code step NAME publish { QUEUE MESSAGE }}, {@code
 *       step NAME ack}, {@code step NAME nack}
 *   <li>{@code if VARIABLE} and {@code unless VARIABLE} before the block of any step
 *   <li>{@code seed STEPS}: an order of steps that is run before all others
 * </ul>
 */
public final class ScenarioParser {

  private final String name;
  private final String text;
  private final Lexer lexer;
  private final List<String> setup = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final List<List<PermutationStep>> permutations = new ArrayList<>();
  private final List<List<String>> seeds = new ArrayList<>();
  private final List<Invariant> invariants = new ArrayList<>();
  private final List<Queue> queues = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, String> commands;
  private @Nullable String teardown;
  private @Nullable List<String> redis;
  private Level level = Level.READ_COMMITTED;

  private ScenarioParser(String name, String text, Map<String, String> commands) {
    this.name = name;
    this.text = text;
    this.commands = commands;
    this.lexer = new Lexer(name, text);
  }

  /**
   * The scenario of a text.
   *
   * @param name of the file, without folder and ending
   * @throws ScenarioException if it is malformed; the message names the line
   */
  public static Scenario parse(String name, String text) {
    return parse(name, text, Map.of());
  }

  /**
   * The scenario of a text and of what is said outside of it.
   *
   * @param commands of sessions that are processes, in their order; they replace those of the text
   *     that have the same name, and become part of the scenario's text
   * @throws ScenarioException if it is malformed; the message names the line
   */
  public static Scenario parse(String name, String text, Map<String, String> commands) {
    return new ScenarioParser(name, text, commands).scenario();
  }

  private Scenario scenario() {
    while (!lexer.atEnd()) {
      String word = lexer.word();
      switch (word) {
        case "setup" -> setup.add(lexer.block());
        case "teardown" -> teardown = lexer.block();
        case "session" -> session();
        case "permutation" -> permutation();
        case "seed" -> seed();
        case "invariant" -> invariants.add(new Invariant(lexer.word(), lexer.block(), false));
        case "always" -> invariants.add(new Invariant(lexer.word(), lexer.block(), true));
        case "redis" -> redis();
        case "queue" ->
            queues.add(new Queue(lexer.word(), lexer.atBlock() ? lexer.lines() : List.of()));
        case "fault" -> fault();
        case "isolation" -> level();
        default ->
            throw lexer.failure(
                "'%s' begins nothing; expected setup, teardown, redis, queue, fault, session, permutation, seed, isolation, invariant or always"
                    .formatted(word));
      }
    }
    commands.forEach(this::runs);
    check();
    return new Scenario(
        name,
        wholeText(),
        lexer.headComment(),
        level,
        new World(
            List.copyOf(setup),
            teardown,
            redis == null ? null : List.copyOf(redis),
            List.copyOf(queues)),
        List.copyOf(sessions),
        List.copyOf(permutations),
        List.copyOf(seeds),
        List.copyOf(invariants),
        List.copyOf(faults));
  }

  /** A session is a process, whatever the text says of it. */
  private void runs(String session, String command) {
    for (int i = 0; i < sessions.size(); i++) {
      if (sessions.get(i).name().equals(session)) {
        sessions.set(i, sessions.get(i).running(command));
        return;
      }
    }
    sessions.add(new Session(session, null, null, null, false, command, List.of()));
  }

  /** With what was said outside, since that tells one scenario from another. */
  private String wholeText() {
    StringBuilder whole = new StringBuilder(text);
    commands.forEach(
        (session, command) ->
            whole.append("\nsession \"%s\" command { %s }".formatted(session, command)));
    return whole.toString();
  }

  private void redis() {
    List<String> lines = new ArrayList<>(redis == null ? List.of() : redis);
    lines.addAll(lexer.lines());
    redis = lines;
  }

  private void level() {
    String named = lexer.word();
    try {
      level = Level.of(named);
    } catch (IllegalArgumentException e) {
      throw lexer.failure(String.valueOf(e.getMessage()));
    }
  }

  private void fault() {
    Turn turn;
    try {
      turn = Turn.fault(lexer.word());
    } catch (IllegalArgumentException e) {
      throw lexer.failure(String.valueOf(e.getMessage()));
    }
    Set<String> hit = new HashSet<>();
    while (lexer.atName() && !lexer.atKeyword()) {
      hit.add(lexer.word());
    }
    faults.add(new Fault(turn, Set.copyOf(hit)));
  }

  private void session() {
    String session = lexer.word();
    String consumes = lexer.take("consumes") ? lexer.word() : null;
    boolean restarts = lexer.take("restarts");
    if (consumes == null && lexer.take("command")) {
      sessions.add(new Session(session, null, null, null, restarts, lexer.block(), List.of()));
      return;
    }
    String before = lexer.take("setup") ? lexer.block() : null;
    List<SessionStep> steps = new ArrayList<>();
    while (lexer.take("step")) {
      steps.add(step());
    }
    String after = lexer.take("teardown") ? lexer.block() : null;
    sessions.add(
        new Session(
            session,
            before,
            after,
            consumes,
            restarts || consumes != null,
            null,
            List.copyOf(steps)));
  }

  private SessionStep step() {
    String step = lexer.word();
    Kind kind = Kind.SQL;
    for (Kind other : Kind.values()) {
      if (lexer.take(other.name().toLowerCase(Locale.ROOT))) {
        kind = other;
      }
    }
    Condition condition = null;
    if (lexer.take("if")) {
      condition = new Condition(lexer.word(), true);
    } else if (lexer.take("unless")) {
      condition = new Condition(lexer.word(), false);
    }
    boolean settles = kind == Kind.ACK || kind == Kind.NACK;
    return new SessionStep(step, kind, condition, settles ? "" : lexer.block());
  }

  private void permutation() {
    List<PermutationStep> steps = new ArrayList<>();
    while (lexer.atName() && !lexer.atKeyword()) {
      String step = lexer.word();
      steps.add(new PermutationStep(step, lexer.takeSign('(') ? markers() : List.of()));
    }
    permutations.add(List.copyOf(steps));
  }

  private void seed() {
    List<String> steps = new ArrayList<>();
    while (lexer.atName() && !lexer.atKeyword()) {
      steps.add(lexer.word());
    }
    seeds.add(List.copyOf(steps));
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
      throw lexer.failure("there is no session; --command can add some");
    }
    if (!permutations.isEmpty() && sessions.stream().anyMatch(s -> s.command() != null)) {
      throw lexer.failure("a permutation is one of steps, and a session with a command has none");
    }
    Set<String> steps = checkSessions();
    List<String> names = sessions.stream().map(Session::name).toList();
    faults.stream()
        .flatMap(fault -> fault.sessions().stream())
        .forEach(hit -> require(names, hit, "a fault hits '%s', which is no session"));
    permutations.stream()
        .flatMap(List::stream)
        .map(PermutationStep::step)
        .forEach(step -> require(steps, step, "a permutation names '%s', which is no step"));
    seeds.stream()
        .flatMap(List::stream)
        .forEach(step -> require(steps, step, "a seed names '%s', which is no step"));
  }

  /** Answers the names of all steps. */
  private Set<String> checkSessions() {
    List<String> names = queues.stream().map(Queue::name).toList();
    Set<String> steps = new HashSet<>();
    for (Session session : sessions) {
      String queue = session.consumes();
      if (queue != null && !names.contains(queue)) {
        throw lexer.failure(
            "session %s consumes '%s', which is no queue".formatted(session.name(), queue));
      }
      for (SessionStep step : session.steps()) {
        if (!steps.add(step.name())) {
          throw lexer.failure("two steps are named '%s'".formatted(step.name()));
        }
      }
    }
    return steps;
  }

  private void require(Collection<String> known, String name, String complaint) {
    if (!known.contains(name)) {
      throw lexer.failure(complaint.formatted(name));
    }
  }
}
