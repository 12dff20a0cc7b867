package dev.aftercommit.system.schedules;

import dev.aftercommit.stack.rest.Answer;
import java.util.List;
import java.util.function.Predicate;

/** What may be asked of the answers of all actors. */
final class Answers {

  private Answers() {}

  static boolean equal(List<Answer> answers) {
    return answers.stream().map(Answer::status).distinct().count() == 1
        && answers.stream().map(Answer::body).distinct().count() == 1;
  }

  static boolean oneIsStored(List<Answer> answers) {
    return answers.stream().filter(Answer::replayed).count() == 1;
  }

  static Predicate<List<Answer>> all(int status) {
    return answers -> answers.stream().allMatch(answer -> answer.status() == status);
  }

  /** One of each, whoever gets which; the smaller one comes first. */
  static Predicate<List<Answer>> oneOf(int first, int second) {
    return answers ->
        answers.stream().map(Answer::status).sorted().toList().equals(List.of(first, second));
  }
}
