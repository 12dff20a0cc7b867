package dev.aftercommit.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.search.Token;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a shell sees it: how it ends, and why. */
class ExitCodesTest {

  private static final Pattern TOKEN = Pattern.compile("lab replay (\\S+)");

  private static final String ALWAYS_FAILS =
      """
      setup { CREATE TABLE t (v int); INSERT INTO t VALUES (1); }
      session A
      step a { UPDATE t SET v = 2; }
      invariant "never 2" { SELECT v <> 2 FROM t }
      """;

  private static final String TAKES_A_MESSAGE =
      """
      setup { CREATE TABLE t (v int); INSERT INTO t VALUES (0); }
      queue lab.q { id=1 }
      session A
      step a { UPDATE t SET v = v + 1; }
      session C consumes lab.q
      step c { UPDATE t SET v = v + 1; }
      step done ack
      invariant "both" { SELECT v = 2 FROM t }
      """;

  @TempDir private Path folder;

  /** What a command printed and how it ended. */
  private record Result(int exit, String out, String err) {}

  @Test
  void aScenarioThatHoldsEndsWith0() {
    Result result = lab("run", "lost-update-atomic");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).contains("HOLDS: all");
  }

  @Test
  void aScenarioThatFailsEndsWith1AndItsTokenDoesToo() {
    Result result = lab("run", "lost-update");
    assertThat(result.exit()).as(result.err()).isEqualTo(1);

    Result replay = lab("replay", token(result), "--times", "3");
    assertThat(replay.exit()).as(replay.err()).isEqualTo(1);
    assertThat(replay.out()).contains("3 of 3 runs went as the token says");
  }

  @Test
  void whatCannotBeRunEndsWith2AndSaysWhy() {
    assertThat(lab("run", "no-such-scenario").exit()).isEqualTo(2);
    assertThat(lab("run", "no-such-scenario").err()).contains("'lab list' names the scenarios");
    assertThat(lab("run", "lost-update", "--level", "dirty").exit()).isEqualTo(2);
    assertThat(lab("replay", "0000-0000-0000").exit()).isEqualTo(2);
    assertThat(lab("run").exit()).isEqualTo(2);
    assertThat(lab().exit()).isEqualTo(2);
  }

  @Test
  void whatProvesNothingEndsWith2() throws Exception {
    Path file = Files.writeString(folder.resolve("x.spec"), "setup { CREATE TABLE t (v int); }");
    Result result = lab("run", file.toString(), "--command", "A=exit 5", "--command", "B=true");

    assertThat(result.exit()).as(result.err()).isEqualTo(2);
    assertThat(result.out())
        .as(result.err())
        .contains("INCONCLUSIVE", "A failed before its first step: exit 5");
  }

  @Test
  void aReplayThatGoesAnotherWayEndsWith3() {
    Token token = Token.decode(token(lab("run", "lost-update")));
    Token elsewhere =
        new Token(token.scenario(), token.level(), token.actors(), token.order(), token.end() ^ 1);
    Result result = lab("replay", elsewhere.encoded());

    assertThat(result.exit()).as(result.err()).isEqualTo(3);
    assertThat(result.out()).contains("0 of 1 runs went as the token says");
  }

  @Test
  void aSearchThatItsBudgetEndsEndsWith4() {
    Result result = lab("run", "lost-update-atomic", "--max", "1");

    assertThat(result.exit()).as(result.err()).isEqualTo(4);
    assertThat(result.out()).contains("BOUNDED");
  }

  @Test
  void aTokenNeedsTheCommandsThatWereGiven() throws Exception {
    Path file = Files.writeString(folder.resolve("x.spec"), ALWAYS_FAILS);
    Result result = lab("run", file.toString(), "--command", "B=true");
    assertThat(result.exit()).as(result.err()).isEqualTo(1);

    Result without = lab("replay", token(result), "--file", file.toString());
    assertThat(without.exit()).isEqualTo(2);
    assertThat(without.err()).contains("another --command");
    assertThat(
            lab("replay", token(result), "--file", file.toString(), "--command", "B=true").exit())
        .isEqualTo(1);
  }

  @Test
  void aTableWithoutColumnsIsPutBackAsWell() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("x.spec"),
            """
            setup { CREATE TABLE t (); INSERT INTO t DEFAULT VALUES; }
            session A
            step a { INSERT INTO t DEFAULT VALUES; }
            session B
            step b { INSERT INTO t DEFAULT VALUES; }
            invariant "three" { SELECT count(*) = 3 FROM t }
            """);
    Result result = lab("run", file.toString());

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).contains("HOLDS: all");
  }

  @Test
  void theReplayThatIsPrintedCanBeCopiedAndRun() throws Exception {
    Path file = Files.writeString(folder.resolve("a scenario.spec"), ALWAYS_FAILS);
    String command = "B=test 'it is' = \"it is\"";
    Result run = lab("run", file.toString(), "--command", command);
    assertThat(run.exit()).as(run.err()).isEqualTo(1);

    Result replay = lab(printedReplay(run));
    assertThat(replay.exit()).as(replay.err()).isEqualTo(1);

    Result shrink =
        lab("shrink", token(run), "--file", file.toString(), "--command", command, "--max", "9");
    assertThat(shrink.exit()).as(shrink.err()).isEqualTo(1);
    assertThat(lab(printedReplay(shrink)).exit()).isEqualTo(1);
  }

  /** The words of the line, as a shell sees them. */
  private static String[] printedReplay(Result result) throws IOException {
    String line = result.out().lines().filter(l -> l.startsWith("Replay: ")).findFirst().get();
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "printf '%s\\n' " + line.substring(8)).start();
    List<String> words = shell.inputReader().readAllLines();
    assertThat(words).startsWith("./aftercommit", "lab", "replay");
    return words.subList(2, words.size()).toArray(String[]::new);
  }

  @Test
  void theLabsOwnBrokerCanHaveSeveralLanes() throws Exception {
    Path file = Files.writeString(folder.resolve("x.spec"), TAKES_A_MESSAGE);
    Result result = lab("run", file.toString(), "--lanes", "2");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).contains("HOLDS: all");
  }

  @Test
  void aBrokerWhoseManagementApiIsNotKnownCannotAndSaysWhatToDo() throws Exception {
    Path file = Files.writeString(folder.resolve("x.spec"), TAKES_A_MESSAGE);
    Result result =
        lab("run", file.toString(), "--lanes", "2", "--rabbitmq", LabServer.rabbitMq().toString());

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("--rabbitmq-management http://HOST:15672");
  }

  @Test
  void aQueueThatIsInUseIsRefusedWithoutAStackTrace() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(LabServer.rabbitMq());
    Path file = Files.writeString(folder.resolve("x.spec"), TAKES_A_MESSAGE);

    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      channel.queueDeclare("lab.q", false, false, false, Map.of());
      channel.confirmSelect();
      channel.basicPublish("", "lab.q", null, new byte[1]);
      channel.waitForConfirmsOrDie();
      Result result = lab("run", file.toString(), "--rabbitmq", LabServer.rabbitMq().toString());
      channel.queueDelete("lab.q");

      assertThat(result.exit()).isEqualTo(2);
      assertThat(result.err().lines())
          .singleElement(STRING)
          .startsWith("aftercommit lab: Queue 'lab.q' was there before and has 1 messages");
    }
  }

  @Test
  void whatAllScenariosCannotHaveInCommonIsRefused() {
    Result result = lab("run", "--all", "--lanes", "2", "--naive");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("--all goes without --lanes, --naive");
  }

  @Test
  void helpSaysHowProgramsTakePart() {
    assertThat(lab("run", "--help").out()).contains("--command=SESSION=COMMAND", "DATABASE_URL");
    assertThat(lab("replay", "--help").out()).contains("--command=SESSION=COMMAND");
  }

  private static String token(Result result) {
    Matcher matcher = TOKEN.matcher(result.out());
    assertThat(matcher.find()).as(result.out()).isTrue();
    return matcher.group(1);
  }

  private static Result lab(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    boolean needsServer =
        !all.isEmpty() && List.of("run", "replay", "shrink").contains(all.getFirst());
    if (needsServer && !all.contains("--help")) {
      ServerAddress server = LabServer.address();
      all.add("--postgres");
      all.add(
          "postgresql://%s:%s@%s:%d/%s"
              .formatted(
                  server.user(),
                  server.password(),
                  server.host(),
                  server.port(),
                  server.maintenance()));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        LabCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(all.toArray(String[]::new));
    return new Result(exit, out.toString(), err.toString());
  }
}
