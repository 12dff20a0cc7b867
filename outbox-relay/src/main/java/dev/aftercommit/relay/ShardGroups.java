package dev.aftercommit.relay;

import dev.aftercommit.relay.cursor.Cursor;
import dev.aftercommit.relay.cursor.Cursor.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shards of a relay in groups of one cursor each. Groups are brought to one common window; once
 * all stand at its end they become one.
 */
final class ShardGroups {

  private final List<ShardGroup> groups = new ArrayList<>();

  /** The common window; null until one of the groups has opened it. */
  private @Nullable Window target;

  boolean isEmpty() {
    return groups.isEmpty();
  }

  boolean areSeveral() {
    return groups.size() > 1;
  }

  List<ShardGroup> all() {
    return Collections.unmodifiableList(groups);
  }

  /** The shards of all groups. */
  List<Short> shards() {
    return groups.stream().flatMap(group -> group.shards().stream()).toList();
  }

  @Nullable Window target() {
    return target;
  }

  /** Takes up shards with the epochs under which they are owned, each from its cursor. */
  void add(Map<Short, Long> added, Map<Short, Cursor> cursors) {
    Map<Cursor, Map<Short, Long>> byCursor = new HashMap<>();
    cursors.forEach(
        (shard, cursor) -> {
          Long epoch = added.get(shard);
          if (epoch != null) {
            byCursor.computeIfAbsent(cursor, c -> new HashMap<>()).put(shard, epoch);
          }
        });
    byCursor.forEach((cursor, epochs) -> groups.add(new ShardGroup(epochs, cursor)));
    target = null;
  }

  /** Drops the shards that are not owned under these epochs. */
  void retain(Map<Short, Long> owned) {
    for (ShardGroup group : groups) {
      group.epochs.entrySet().removeIf(held -> !held.getValue().equals(owned.get(held.getKey())));
    }
    dropEmpty();
  }

  void remove(Collection<Short> shards) {
    groups.forEach(group -> group.shards().removeAll(shards));
    dropEmpty();
  }

  /** Forgets groups without shards. */
  void dropEmpty() {
    groups.removeIf(group -> group.epochs.isEmpty());
  }

  /** A group that does not stand at the end of the common window; null if there is none. */
  @Nullable ShardGroup behind() {
    for (ShardGroup group : groups) {
      if (target == null || group.read.open() != null || !group.read.delivered().equals(target)) {
        return group;
      }
    }
    return null;
  }

  /** The group to read next; to be asked only if one is behind, or nothing is on its way. */
  ShardGroup nextToRead() {
    ShardGroup behind = behind();
    if (behind != null) {
      return behind;
    }
    merge();
    target = null;
    return groups.getFirst();
  }

  private void merge() {
    ShardGroup all = groups.removeFirst();
    for (ShardGroup group : groups) {
      all.epochs.putAll(group.epochs);
      group.published.forEach((shard, count) -> all.published.merge(shard, count, Long::sum));
      all.unsaved |= group.unsaved;
    }
    groups.clear();
    groups.add(all);
  }

  /** A page of the group has been read, up to this end. */
  void read(ShardGroup group, Cursor end) {
    if (target == null && group.read.open() == null) {
      Window opened = end.open();
      target = opened == null ? end.delivered() : opened;
    }
    group.read = end;
  }
}
