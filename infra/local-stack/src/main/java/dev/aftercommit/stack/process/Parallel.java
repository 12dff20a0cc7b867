package dev.aftercommit.stack.process;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Runs a handful of slow steps at the same time. */
public final class Parallel {

  private Parallel() {}

  /**
   * Runs all to their end; then throws the first failure, if any, with the others suppressed in it.
   */
  public static void run(Collection<? extends Runnable> steps) {
    List<CompletableFuture<@Nullable Void>> running = new ArrayList<>();
    @Nullable RuntimeException failure = null;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Runnable step : steps) {
        running.add(CompletableFuture.runAsync(step, threads));
      }
    }
    for (CompletableFuture<@Nullable Void> step : running) {
      try {
        step.join();
      } catch (CompletionException e) {
        RuntimeException cause = e.getCause() instanceof RuntimeException known ? known : e;
        if (failure == null) {
          failure = cause;
        } else {
          failure.addSuppressed(cause);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
