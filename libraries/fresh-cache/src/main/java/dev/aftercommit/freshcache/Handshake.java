package dev.aftercommit.freshcache;

import dev.aftercommit.freshcache.Budget.UnansweredException;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is done over a new connection before it is used. */
final class Handshake {

  private static final Pattern RUN_ID = Pattern.compile("(?m)^run_id:(\\w+)");

  private final Supplier<Redis> clients;
  private final FreshCacheConfig config;
  private final Words words;

  Handshake(Supplier<Redis> clients, FreshCacheConfig config, Words words) {
    this.clients = clients;
    this.config = config;
    this.words = words;
  }

  Session connect() throws UnansweredException, InterruptedException {
    return Session.connect(clients.get(), config.connectLimit(), config.failuresToOpen());
  }

  void loadScripts(Session session) throws UnansweredException, InterruptedException {
    for (Script script : Script.values()) {
      send(session, Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.source()));
    }
  }

  /**
   * The process identity of the server; one that does not tell is taken for a new one each time.
   */
  String runId(Session session) throws InterruptedException {
    try {
      Response info = send(session, Request.cmd(Command.INFO).arg("server"));
      Matcher matcher = RUN_ID.matcher(info.toString());
      return matcher.find() ? matcher.group(1) : words.next();
    } catch (UnansweredException e) {
      return words.next();
    }
  }

  /**
   * Runs {@link Script#TRUST}.
   *
   * @param keys that of the server, and the generations
   * @return whether new generations began
   */
  boolean trust(Session session, List<String> keys, String runId, boolean renew)
      throws UnansweredException, InterruptedException {
    Request trust = RedisLink.call(Script.TRUST, keys.size());
    keys.forEach(trust::arg);
    return RedisLink.number(send(session, trust.arg(runId).arg(renew ? "1" : "0"))) == 1;
  }

  /** Does all of it over a connection of its own, on a key of its own. */
  void rehearse() throws UnansweredException, InterruptedException {
    Session session = connect();
    try {
      loadScripts(session);
      trust(session, List.of(Keys.check(config.namespace())), words.next(), true);
    } finally {
      session.end("rehearsed");
    }
  }

  private Response send(Session session, Request request)
      throws UnansweredException, InterruptedException {
    return new Budget(config.connectLimit()).await(session.send(request));
  }
}
