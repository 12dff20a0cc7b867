package dev.aftercommit.stack.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs the clients for the planned time. */
final class Workload {

  private final Plan plan;
  private final Client.Shared shared;
  private final AtomicBoolean goOn = new AtomicBoolean(true);
  private final List<Thread> clients = new ArrayList<>();

  Workload(Plan plan, Client.Shared shared) {
    this.plan = plan;
    this.shared = shared;
  }

  void start() {
    for (int i = 0; i < plan.clients(); i++) {
      Client client = new Client(shared, i, plan.seed() + i, goOn::get);
      clients.add(Thread.ofVirtual().name("client-" + i).start(client));
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
