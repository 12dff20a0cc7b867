package dev.aftercommit.system;

import dev.aftercommit.stack.services.Repository;
import dev.aftercommit.stack.services.Stack;
import dev.aftercommit.stack.services.StackConfig;
import org.jspecify.annotations.Nullable;

/**
 * One stack for the tests of this JVM, with two relays and two aggregators; it stops with the JVM.
 * A test that kills a part starts it again.
 */
final class SharedStack {

  private static @Nullable Stack stack;

  private SharedStack() {}

  static synchronized Stack get() {
    if (stack == null) {
      stack =
          Stack.start(
              new StackConfig(
                  Repository.find(), null, 2, 2, true, false, true, System.out::println));
    }
    return stack;
  }
}
