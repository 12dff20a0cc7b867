package dev.aftercommit.employee.idempotency;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Runs a command at most once per key. The transaction begun here is the one that the use case
 * joins: effect, event, key and answer commit together. When the database chooses it as a victim,
 * all of that is repeated, from the claim of the key on.
 */
@ApplicationScoped
class KeyedCommands {

  private final KeyTable keys;
  private final ObjectMapper json;
  private final TransactionSynchronizationRegistry transaction;
  private final Counter replays;

  @Inject
  KeyedCommands(
      KeyTable keys,
      ObjectMapper json,
      TransactionSynchronizationRegistry transaction,
      MeterRegistry meters) {
    this.keys = keys;
    this.json = json;
    this.transaction = transaction;
    this.replays =
        Counter.builder("aftercommit.commands.replayed")
            .description("commands that came again and were answered with the stored answer")
            .register(meters);
  }

  /**
   * Runs the effect, or answers what it answered before.
   *
   * @throws Problem 409 when the same key is at work for longer than the bound, 422 when the key
   *     was used for another request; and whatever the effect throws
   */
  @Transactional(rollbackOn = Exception.class)
  @RetriedOnConflict
  StoredAnswer run(KeyedCommand command, Callable<RestResponse<?>> effect) throws Exception {
    Optional<KeyTable.Entry> earlier = keys.claim(command.key());
    if (earlier.isPresent()) {
      return replay(command, earlier.get());
    }
    StoredAnswer answer = StoredAnswer.of(effect.call(), json);
    if (answer.isRefusal()) {
      transaction.setRollbackOnly();
    } else {
      keys.store(command, answer);
    }
    return answer;
  }

  private StoredAnswer replay(KeyedCommand command, KeyTable.Entry earlier) {
    if (!command.isSameAs(earlier.fingerprint())) {
      throw Problems.idempotencyKeyReused(command.key());
    }
    replays.increment();
    return earlier.answer();
  }
}
