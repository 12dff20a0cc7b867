package dev.aftercommit.stack.demo;

import dev.aftercommit.stack.rest.DepartmentAverage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One department by the aggregator and by SQL over the truth. A value is null where that side has
 * nobody, or does not know the department.
 */
record DepartmentResult(
    String name,
    long headcount,
    @Nullable BigDecimal average,
    long trueHeadcount,
    @Nullable BigDecimal trueAverage,
    boolean equal) {

  /** Puts both sides beside each other, sorted by name. */
  static List<DepartmentResult> compare(
      List<DepartmentAverage> shown, List<Truth.Department> truth) {
    Map<String, DepartmentAverage> byId = new HashMap<>();
    shown.forEach(department -> byId.put(department.department(), department));
    List<DepartmentResult> results = new ArrayList<>();
    for (Truth.Department department : truth) {
      results.add(of(byId.remove(department.id()), department));
    }
    byId.values().forEach(unknown -> results.add(unknown(unknown)));
    return results;
  }

  private static DepartmentResult of(@Nullable DepartmentAverage shown, Truth.Department truth) {
    long headcount = shown == null ? 0 : shown.headcount();
    BigDecimal total = shown == null ? BigDecimal.ZERO : shown.total();
    BigDecimal average = shown == null ? null : shown.average();
    boolean equal =
        headcount == truth.headcount()
            && total.compareTo(truth.total()) == 0
            && same(average, truth.average());
    return new DepartmentResult(
        truth.name(), headcount, average, truth.headcount(), truth.average(), equal);
  }

  private static DepartmentResult unknown(DepartmentAverage shown) {
    return new DepartmentResult(
        shown.name(), shown.headcount(), shown.average(), 0, null, shown.headcount() == 0);
  }

  private static boolean same(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    if (a == null || b == null) {
      return a == null && b == null;
    }
    return a.compareTo(b) == 0;
  }
}
