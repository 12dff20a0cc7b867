package dev.aftercommit.benchmarks.schedules;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The spec files of this benchmark. */
final class Specs {

  private Specs() {}

  static String text(String name) {
    try (InputStream in = Specs.class.getResourceAsStream(name + ".spec")) {
      if (in == null) {
        throw new IllegalArgumentException("there is no spec " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
