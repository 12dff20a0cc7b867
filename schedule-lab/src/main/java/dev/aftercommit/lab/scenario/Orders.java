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
}
