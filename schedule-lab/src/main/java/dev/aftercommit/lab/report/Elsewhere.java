package dev.aftercommit.lab.report;

import dev.aftercommit.lab.report.History.Act;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between the database and a cache or a queue. Theory has names for what happens
 * inside one store; they are given as comparisons ("cf.") where they fit.
 */
final class Elsewhere {

  private final History history;

  Elsewhere(History history) {
    this.history = history;
  }

  /** Takes from the cache, or from a queue, what was put there before its commit. */
  @Nullable String seenBeforeCommit() {
    for (Act tells : history.acts(act -> act.puts() || act.publishes())) {
      for (Act hears : history.acts(act -> isTold(act, tells))) {
        for (Act write : history.acts(act -> act.changes() && act.actor().equals(tells.actor()))) {
          if (history.visible(write) == History.NEVER) {
            return "at %d %s takes from %s what %s put there at %d; %s's change of %s at %d is never committed. It has read what was rolled back: G1a (aborted read) through the %s."
                .formatted(
                    hears.time(),
                    hears.actor(),
                    place(tells),
                    tells.actor(),
                    tells.time(),
                    tells.actor(),
                    write.access().written(),
                    write.time(),
                    tells.puts() ? "cache" : "queue");
          }
          for (Act read : history.acts(act -> act.time() > hears.time() && !act.isOutside())) {
            if (read.actor().equals(hears.actor()) && history.misses(read, write)) {
              return "at %d %s takes from %s what %s put there at %d, and at %d it reads %s, where %s's change is committed only at %d (%s →rw %s): stale read via message (cf. G-single-realtime)."
                  .formatted(
                      hears.time(),
                      hears.actor(),
                      place(tells),
                      tells.actor(),
                      tells.time(),
                      read.time(),
                      read.access().read(),
                      write.actor(),
                      history.visible(write),
                      read.actor(),
                      write.actor());
            }
          }
        }
      }
    }
    return null;
  }

  private static boolean isTold(Act hears, Act tells) {
    return hears.time() > tells.time()
        && !hears.actor().equals(tells.actor())
        && hears.isOutside()
        && hears.found()
        && (tells.puts()
            ? hears.access().sees(tells.access())
            : hears.receives() && hears.access().sharesQueue(tells.access()));
  }

  /** Puts into the cache what was replaced meanwhile, and nobody takes it away. */
  @Nullable String staleFill() {
    for (Act read : history.acts(act -> !act.isOutside())) {
      for (Act write : history.acts(act -> act.changes() && history.misses(read, act))) {
        for (Act fill : history.acts(act -> act.puts() && History.inOrder(read, act))) {
          if (isLast(fill) && history.visible(write) != History.NEVER) {
            return "at %d %s reads %s before %s has committed its change of it at %d (%s →rw %s), and at %d it puts the old value into %s%s. Nothing takes it away again: stale read (cf. G-single-realtime)."
                .formatted(
                    read.time(),
                    read.actor(),
                    read.access().read(),
                    write.actor(),
                    history.visible(write),
                    read.actor(),
                    write.actor(),
                    fill.time(),
                    place(fill),
                    invalidation(fill, write));
          }
        }
      }
    }
    return null;
  }

  private String invalidation(Act fill, Act write) {
    return history.acts(act -> act.puts() && act.actor().equals(write.actor())).stream()
        .filter(act -> act.access().overwrites(fill.access()) && act.time() < fill.time())
        .reduce((first, second) -> second)
        .map(
            act ->
                act.time() < history.visible(write)
                    ? ", which %s cleared at %d, before its commit"
                        .formatted(act.actor(), act.time())
                    : ", which %s cleared at %d, too early for this"
                        .formatted(act.actor(), act.time()))
        .orElse("");
  }

  private boolean isLast(Act put) {
    return history.acts(act -> act.puts() && act.time() > put.time()).stream()
        .noneMatch(act -> act.access().overwrites(put.access()));
  }

  /** Commits first and puts into the cache last. */
  @Nullable String reorderedPuts() {
    for (Act early : history.acts(Act::changes)) {
      for (Act late : history.acts(act -> history.replaces(act, early))) {
        for (Act lastPut : history.acts(act -> act.puts() && act.actor().equals(early.actor()))) {
          for (Act lost : history.acts(act -> act.puts() && act.actor().equals(late.actor()))) {
            if (lost.time() < lastPut.time()
                && isLast(lastPut)
                && lastPut.access().overwrites(lost.access())) {
              return "%s commits at %d and %s after it, at %d; but into %s %s puts its value at %d and %s its older one after it, at %d: lost update in the cache (cf. P4)."
                  .formatted(
                      early.actor(),
                      history.visible(early),
                      late.actor(),
                      history.visible(late),
                      place(lost),
                      late.actor(),
                      lost.time(),
                      early.actor(),
                      lastPut.time());
            }
          }
        }
      }
    }
    return null;
  }

  /** Finds in the cache what a commit has made old, since that commit has not touched it. */
  @Nullable String bypassedCache() {
    for (Act hit :
        history.acts(act -> act.isOutside() && act.found() && !act.access().reads().isEmpty())) {
      for (Act write : history.acts(Act::changes)) {
        int visible = history.visible(write);
        boolean untouched =
            visible < hit.time()
                && history.acts(Act::puts).stream()
                    .filter(act -> hit.access().sees(act.access()))
                    .noneMatch(act -> act.time() > visible && act.time() < hit.time());
        if (untouched && !hit.actor().equals(write.actor())) {
          return "at %d %s reads %s, which nobody has touched since %s changed %s at %d and committed at %d: stale read (cf. G-single-realtime)."
              .formatted(
                  hit.time(),
                  hit.actor(),
                  Access.words(hit.access().reads()),
                  write.actor(),
                  write.access().written(),
                  write.time(),
                  visible);
        }
      }
    }
    return null;
  }

  /** Changes what others keep in a cache, and does not touch the cache. */
  @Nullable String forgottenCache() {
    for (Act put : history.acts(Act::puts)) {
      for (Act write : history.acts(Act::changes)) {
        boolean forgets =
            history.visible(write) != History.NEVER
                && !write.actor().equals(put.actor())
                && history.acts(Act::puts).stream()
                    .noneMatch(act -> act.actor().equals(write.actor()));
        if (forgets) {
          return "%s changes %s at %d, commits at %d and clears nothing, though others keep it in a cache (%s at %d): what is there from before stays, and whoever reads it has a stale read (cf. G-single-realtime)."
              .formatted(
                  write.actor(),
                  write.access().written(),
                  write.time(),
                  history.visible(write),
                  put.actor(),
                  put.time());
        }
      }
    }
    return null;
  }

  private static String place(Act act) {
    return Access.words(act.puts() ? act.access().writes() : act.access().queues());
  }
}
