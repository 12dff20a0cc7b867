package dev.aftercommit.benchmarks.contention;

import java.util.concurrent.locks.ReentrantLock;

/** The ways that are compared. */
enum Way {
  MUTEX("in-process mutex", 1, true),
  MUTEX_TWO_INSTANCES("the same, two instances", 2, false),
  FOR_UPDATE("SELECT FOR UPDATE", 1, true),
  ATOMIC_UPDATE("one atomic UPDATE", 1, true),
  SERIALIZABLE("SERIALIZABLE, retried", 1, true);

  private final String title;
  private final int instances;
  private final boolean sound;

  Way(String title, int instances, boolean sound) {
    this.title = title;
    this.instances = instances;
    this.sound = sound;
  }

  String title() {
    return title;
  }

  /** How many copies of the service the clients are spread over, each with a memory of its own. */
  int instances() {
    return instances;
  }

  /** Whether the total must be conserved; the unsound one is here to be seen failing. */
  boolean isSound() {
    return sound;
  }

  /** The code of one instance. */
  Transfer newInstance() {
    return switch (this) {
      case MUTEX, MUTEX_TWO_INSTANCES -> new MutexTransfer(new ReentrantLock());
      case FOR_UPDATE -> new ForUpdateTransfer();
      case ATOMIC_UPDATE -> new AtomicUpdateTransfer();
      case SERIALIZABLE -> new SerializableTransfer();
    };
  }
}
