package dev.aftercommit.stack.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs the clients until it is stopped. */
final class Workload {

  private final int count;
  private final long seed;
  private final Client.Shared shared;
  private final AtomicBoolean goOn = new AtomicBoolean(true);
  private final List<Thread> clients = new ArrayList<>();

  Workload(int count, long seed, Client.Shared shared) {
    this.count = count;
    this.seed = seed;
    this.shared = shared;
  }

  void start() {
    for (int i = 0; i < count; i++) {
      Client client = new Client(shared, i, seed + i, goOn::get);
      clients.add(Thread.ofPlatform().daemon().name("client-" + i).start(client));
    }
  }

  /** Lets the clients finish the request they are at, and waits for them. */
  void stop(Duration limit) throws InterruptedException {
    goOn.set(false);
    for (Thread client : clients) {
      if (!client.join(limit)) {
        throw new IllegalStateException(
            client.getName() + " has been waiting for an answer for " + limit.toSeconds() + " s");
      }
    }
  }
}
