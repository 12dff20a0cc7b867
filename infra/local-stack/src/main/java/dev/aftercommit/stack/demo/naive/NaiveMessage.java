package dev.aftercommit.stack.demo.naive;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * "The salary of this employee has changed": the task looks up what it is now.
 *
 * @param number of the change, to tell afterwards which ones rolled back
 * @param before the salary before the change
 */
record NaiveMessage(long number, int employee, BigDecimal before) {

  byte[] bytes() {
    return "%d;%d;%s"
        .formatted(number, employee, before.toPlainString())
        .getBytes(StandardCharsets.UTF_8);
  }

  static NaiveMessage parse(byte[] bytes) {
    List<String> fields = List.of(new String(bytes, StandardCharsets.UTF_8).split(";", -1));
    return new NaiveMessage(
        Long.parseLong(fields.get(0)),
        Integer.parseInt(fields.get(1)),
        new BigDecimal(fields.get(2)));
  }
}
