package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.Candidate.Danger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds which units of work may disturb each other: for each two types the pair that shows it best,
 * the worst first. Types that never met are compared too: one trace of each is enough to know that
 * they might (Warszawski and Bailis, "ACIDRain", 2017).
 */
final class Pairs {

  /** How many units of one type are looked through for two that name the same rows. */
  private static final int SAMPLES = 20;

  /** The worst first; of two that show the same, the one that is easier to read. */
  private static final Comparator<Candidate> WORST =
      Comparator.comparing(Candidate::danger)
          .reversed()
          .thenComparingInt(c -> c.first().touches().size() + c.second().touches().size());

  private final Map<String, Candidate> best = new LinkedHashMap<>();

  private Pairs() {}

  /** The candidates among these units, which stand in the order of their beginnings. */
  static List<Candidate> among(List<Unit> units) {
    Pairs pairs = new Pairs();
    Deque<Unit> running = new ArrayDeque<>();
    Map<String, List<Unit>> types = new LinkedHashMap<>();
    for (Unit unit : units) {
      running.removeIf(other -> other.last() < unit.first());
      running.forEach(other -> pairs.compare(other, unit, true));
      running.add(unit);
      List<Unit> samples = types.computeIfAbsent(unit.type(), type -> new ArrayList<>());
      if (samples.size() < SAMPLES) {
        samples.add(unit);
      }
    }
    pairs.compareApart(new ArrayList<>(types.values()));
    return pairs.best.values().stream().sorted(WORST).toList();
  }

  private void compareApart(List<List<Unit>> types) {
    for (int i = 0; i < types.size(); i++) {
      for (int j = i; j < types.size(); j++) {
        Unit some = types.get(i).getFirst();
        if (best.containsKey(key(some, types.get(j).getFirst()))) {
          continue;
        }
        for (Unit one : types.get(i)) {
          for (Unit other : types.get(j)) {
            if (one.first() != other.first()) {
              compare(one, other, false);
            }
          }
        }
      }
    }
  }

  private void compare(Unit one, Unit other, boolean together) {
    Danger danger =
        one.database().equals(other.database()) ? Candidate.between(one, other, together) : null;
    if (danger == null) {
      return;
    }
    best.merge(key(one, other), new Candidate(one, other, danger, together ? 1 : 0), Pairs::better);
  }

  private static Candidate better(Candidate old, Candidate fresh) {
    Candidate kept = WORST.compare(fresh, old) < 0 ? fresh : old;
    int seen = old.danger() == fresh.danger() ? old.seen() + fresh.seen() : kept.seen();
    return new Candidate(kept.first(), kept.second(), kept.danger(), seen);
  }

  private static String key(Unit one, Unit other) {
    return one.type().compareTo(other.type()) <= 0
        ? one.type() + "|" + other.type()
        : other.type() + "|" + one.type();
  }
}
