package dev.aftercommit.lab.sql;

import java.util.List;
import java.util.Set;

/** Which functions are known to touch nothing but their arguments. */
final class Functions {

  /** Words that a parenthesis may follow without a call. */
  private static final Set<String> NOT_CALLED =
      Set.of(
          "and",
          "as",
          "between",
          "by",
          "case",
          "check",
          "conflict",
          "else",
          "exists",
          "filter",
          "from",
          "in",
          "join",
          "not",
          "on",
          "or",
          "over",
          "partition",
          "returning",
          "select",
          "set",
          "then",
          "using",
          "values",
          "when",
          "where",
          "with",
          "any",
          "all",
          "some",
          "union",
          "except",
          "intersect",
          "array",
          "materialized",
          "lateral",
          "limit",
          "offset",
          "like",
          "having");

  private static final Set<String> PURE =
      Set.of(
          "abs",
          "avg",
          "bool_and",
          "bool_or",
          "cast",
          "ceil",
          "char",
          "char_length",
          "coalesce",
          "concat",
          "concat_ws",
          "count",
          "decimal",
          "every",
          "floor",
          "format",
          "generate_series",
          "greatest",
          "jsonb_build_object",
          "least",
          "left",
          "length",
          "lower",
          "ltrim",
          "max",
          "md5",
          "min",
          "mod",
          "now",
          "nullif",
          "numeric",
          "power",
          "replace",
          "right",
          "round",
          "row",
          "row_number",
          "rtrim",
          "sign",
          "split_part",
          "sqrt",
          "string_agg",
          "strpos",
          "substr",
          "substring",
          "sum",
          "timestamp",
          "to_char",
          "trim",
          "trunc",
          "upper",
          "varchar",
          "array_agg",
          "array_append",
          "array_length",
          "array_remove",
          "cardinality",
          "unnest");

  private Functions() {}

  /** Whether every call is of such a function. */
  static boolean allPure(List<String> words) {
    return allPure(words, Set.of());
  }

  /**
   * The same, where some names are known to be those of tables, which a list of columns may follow.
   */
  static boolean allPure(List<String> words, Set<String> tables) {
    for (int i = 1; i < words.size(); i++) {
      String before = words.get(i - 1);
      boolean call =
          words.get(i).equals("(")
              && (Character.isLetter(before.charAt(0)) || before.charAt(0) == '_')
              && !NOT_CALLED.contains(before);
      if (call && !PURE.contains(before) && !tables.contains(before)) {
        return false;
      }
    }
    return true;
  }
}
