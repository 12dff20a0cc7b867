package dev.aftercommit.lab.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who waited before an event, to tell afterwards whom it has set in motion. */
final class WaitersBefore {

  private final Stage stage;
  private final Map<String, Wait> waits = new LinkedHashMap<>();

  private record Wait(List<String> blockedBy, Awaited awaited) {}

  WaitersBefore(Stage stage) {
    this.stage = stage;
    for (String name : stage.running().keySet()) {
      ActorState actor = stage.actor(name);
      waits.put(name, new Wait(actor.blockedBy, actor.awaited));
    }
  }

  /** Those who were answered by the event of another actor, or wait for another lock now. */
  List<Event.Waiter> movedBy(String acting, List<Event.Completion> woken) {
    List<Event.Waiter> moved = new ArrayList<>();
    waits.forEach(
        (name, before) -> {
          boolean answered = woken.stream().anyMatch(w -> w.actor().equals(name));
          ActorState now = stage.actor(name);
          boolean elsewhere =
              now.inFlight != null
                  && !before.awaited().lock().isEmpty()
                  && !now.awaited.lock().equals(before.awaited().lock());
          if (!name.equals(acting) && (answered || elsewhere)) {
            boolean queued = before.awaited().rowQueue();
            moved.add(new Event.Waiter(name, queued ? Set.copyOf(before.blockedBy()) : Set.of()));
          }
        });
    return List.copyOf(moved);
  }
}
