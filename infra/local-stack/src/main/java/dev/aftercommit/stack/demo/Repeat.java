package dev.aftercommit.stack.demo;

import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Sends one command twice at the same time, under one Idempotency-Key. */
final class Repeat {

  private Repeat() {}

  /**
   * Sends both and returns the one answer that both must have got.
   *
   * @throws IOException when either got none
   */
  static Answer send(RestClient rest, URI uri, Map<String, Object> body, Tally tally)
      throws IOException, InterruptedException {
    Map<String, String> key = Map.of("Idempotency-Key", "\"" + UUID.randomUUID() + "\"");
    FutureTask<Answer> twin = new FutureTask<>(() -> rest.post(uri, body, key));
    Thread.ofVirtual().start(twin);
    Answer one = rest.post(uri, body, key);
    Answer other = get(twin);
    if (one.isOk() && other.isOk()) {
      tally.repeated(one.replayed() != other.replayed() && one.body().equals(other.body()));
    }
    return List.of(one, other).stream().filter(Answer::isOk).findFirst().orElse(one);
  }

  private static Answer get(FutureTask<Answer> answer) throws IOException, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IOException("the repeated command got no answer: " + e.getCause(), e);
    }
  }
}
