package dev.aftercommit.lab.scenario;

import java.util.ArrayList;
import java.util.List;

/** All orders of a few things. */
final class Orders {

  private Orders() {}

  static List<List<String>> of(List<String> names) {
    if (names.isEmpty()) {
      return List.of(List.of());
    }
    List<List<String>> orders = new ArrayList<>();
    for (String first : names) {
      List<String> rest = names.stream().filter(name -> !name.equals(first)).toList();
      for (List<String> order : of(rest)) {
        List<String> whole = new ArrayList<>(List.of(first));
        whole.addAll(order);
        orders.add(whole);
      }
    }
    return orders;
  }

  /** All ways to go through several lists at once, each in its order. */
  static <T> List<List<T>> interleaved(List<List<T>> lists) {
    if (lists.stream().allMatch(List::isEmpty)) {
      return List.of(List.of());
    }
    List<List<T>> orders = new ArrayList<>();
    for (int i = 0; i < lists.size(); i++) {
      if (!lists.get(i).isEmpty()) {
        List<List<T>> rest = new ArrayList<>(lists);
        T first = rest.get(i).getFirst();
        rest.set(i, rest.get(i).subList(1, rest.get(i).size()));
        for (List<T> order : interleaved(rest)) {
          List<T> whole = new ArrayList<>(List.of(first));
          whole.addAll(order);
          orders.add(whole);
        }
      }
    }
    return orders;
  }
}
