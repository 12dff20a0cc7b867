package dev.aftercommit.employee.freeze;

import java.lang.StackWalker.StackFrame;
import java.util.List;

/** Names the code that called into the transaction machinery. */
final class Caller {

  /** Frames of frameworks, of the JDK, and of the guard itself. */
  private static final List<String> MACHINERY =
      List.of(
          "java.",
          "jdk.",
          "sun.",
          "jakarta.",
          "com.arjuna.",
          "org.jboss.",
          "org.hibernate.",
          "org.postgresql.",
          "io.agroal.",
          "io.quarkus.",
          "io.smallrye.");

  private static final List<Class<?>> GUARD =
      List.of(
          Caller.class,
          LockScope.class,
          LockGuard.class,
          BrokenScopes.class,
          LockScopeStatements.class,
          BegunTransactions.class);

  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private Caller() {}

  /** The innermost method of the application on this thread's stack, as {@code Type.method}. */
  static String find() {
    return WALKER.walk(
        frames -> frames.filter(Caller::isApplication).findFirst().map(Caller::name).orElse("?"));
  }

  private static boolean isApplication(StackFrame frame) {
    String type = frame.getClassName();
    return MACHINERY.stream().noneMatch(type::startsWith)
        && !GUARD.contains(frame.getDeclaringClass())
        && !isGenerated(type);
  }

  /** Proxies and the observer methods that the CDI container generates around our classes. */
  private static boolean isGenerated(String type) {
    return type.contains("_ClientProxy")
        || type.contains("_Subclass")
        || type.contains("_Observer_")
        || type.contains("$$");
  }

  private static String name(StackFrame frame) {
    return "%s.%s (line %d)"
        .formatted(
            frame.getDeclaringClass().getName(), frame.getMethodName(), frame.getLineNumber());
  }
}
