package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.SqlText.Kind;
import dev.aftercommit.lab.draft.SqlText.Piece;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tables that a statement names, without their schemas; those of the system are left out.
 *
 * @param reads after FROM, JOIN and USING
 * @param writes after INSERT INTO, UPDATE, DELETE FROM and MERGE INTO
 */
record TableNames(Set<String> reads, Set<String> writes) {

  /** What follows FOR UPDATE and DO UPDATE. */
  private static final Set<String> NO_TABLES = Set.of("set", "of", "skip", "nowait");

  private static final Set<String> READ = Set.of("from", "join", "using");

  static TableNames of(SqlText sql) {
    TableNames names = new TableNames(new HashSet<>(), new HashSet<>());
    List<Piece> pieces = sql.pieces().stream().filter(Piece::matters).toList();
    String before = "";
    for (int i = 0; i < pieces.size(); i++) {
      String word = pieces.get(i).kind() == Kind.WORD ? pieces.get(i).name() : "";
      if (word.equals("into") || word.equals("update") || (before + word).equals("deletefrom")) {
        names.add(names.writes, pieces, i + 1);
      } else if (READ.contains(word)) {
        int at = names.add(names.reads, pieces, i + 1);
        while (at < pieces.size() && pieces.get(at).is(",")) {
          at = names.add(names.reads, pieces, at + 1);
        }
      }
      before = word;
    }
    return names;
  }

  /** Takes a name with its alias, and answers the place after it. */
  private int add(Set<String> into, List<Piece> pieces, int from) {
    int at = from;
    if (at < pieces.size() && pieces.get(at).is("only")) {
      at++;
    }
    while (at + 2 < pieces.size() && pieces.get(at + 1).is(".")) {
      at += 2;
    }
    if (at >= pieces.size() || pieces.get(at).kind() != Kind.WORD) {
      return at;
    }
    String name = pieces.get(at).name();
    // Drivers look at the catalogue; nobody else changes it meanwhile.
    if (!NO_TABLES.contains(name) && !name.startsWith("pg_")) {
      into.add(name);
    }
    int alias = at + 1 < pieces.size() && pieces.get(at + 1).is("as") ? at + 2 : at + 1;
    boolean hasAlias = alias < pieces.size() && pieces.get(alias).kind() == Kind.WORD;
    return hasAlias ? alias + 1 : at + 1;
  }
}
