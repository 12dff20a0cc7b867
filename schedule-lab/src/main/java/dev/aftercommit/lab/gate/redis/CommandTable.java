package dev.aftercommit.lab.gate.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which arguments of a command are keys. A command that is not in the table, or does not look as
 * the table says, may do anything to any key.
 */
final class CommandTable {

  /**
   * The keys of one command.
   *
   * @param kind what may become of them; a key that is only read beside one that is written counts
   *     as written
   * @param keys the places of the keys among the words
   */
  record Access(Kind kind, List<Integer> keys) {}

  /** What may become of keys. */
  enum Kind {
    READ,
    WRITE,
    /** Anything, of other keys too. */
    SCRIPT
  }

  /**
   * What it does, where the keys are, and which commands that is true of. Places: {@code 1} is the
   * first argument, {@code 1-2} the first two, {@code 1+} all from the first, {@code 1+2} every
   * second one from the first, {@code #2} as many as the second says, behind it, {@code streams}
   * the first half behind STREAMS.
   */
  private static final String TABLE =
      """
      read 1: BITCOUNT BITFIELD_RO BITPOS DUMP EXPIRETIME GEODIST GEOHASH GEOPOS GEOSEARCH GET GETBIT \
        GETRANGE HEXISTS HEXPIRETIME HGET HGETALL HKEYS HLEN HMGET HPEXPIRETIME HPTTL HRANDFIELD HSCAN \
        HSTRLEN HTTL HVALS LINDEX LLEN LPOS LRANGE PEXPIRETIME PTTL SCARD SISMEMBER SMEMBERS \
        SMISMEMBER SRANDMEMBER SSCAN STRLEN SUBSTR TTL TYPE XLEN XPENDING XRANGE XREVRANGE ZCARD \
        ZCOUNT ZLEXCOUNT ZMSCORE ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREVRANGE \
        ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE
      read 2: MEMORY OBJECT XINFO
      read 1-2: LCS
      read 1+: EXISTS MGET SDIFF SINTER SUNION TOUCH WATCH
      read #1: SINTERCARD ZDIFF ZINTER ZINTERCARD ZUNION
      read streams: XREAD
      write 1: APPEND BITFIELD DECR DECRBY EXPIRE EXPIREAT GEOADD GETDEL GETEX GETSET HDEL HEXPIRE \
        HEXPIREAT HGETDEL HGETEX HINCRBY HINCRBYFLOAT HMSET HPERSIST HPEXPIRE HPEXPIREAT HSET HSETEX \
        HSETNX INCR INCRBY INCRBYFLOAT LINSERT LPOP LPUSH LPUSHX LREM LSET LTRIM PERSIST PEXPIRE \
        PEXPIREAT PFADD PSETEX RESTORE RPOP RPUSH RPUSHX SADD SET SETBIT SETEX SETNX SETRANGE SPOP \
        SREM XACK XADD XAUTOCLAIM XCLAIM XDEL XSETID XTRIM ZADD ZINCRBY ZPOPMAX ZPOPMIN ZREM \
        ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE
      write 2: XGROUP
      write 1-2: GEOSEARCHSTORE LMOVE RENAME RENAMENX RPOPLPUSH SMOVE ZRANGESTORE
      write 1+: DEL PFCOUNT PFMERGE SDIFFSTORE SINTERSTORE SUNIONSTORE UNLINK
      write 1+2: MSET MSETNX
      write 2+: BITOP
      write #1: LMPOP ZMPOP
      write 1 #2: ZDIFFSTORE ZINTERSTORE ZUNIONSTORE
      write streams: XREADGROUP
      script #2: EVAL EVALSHA EVALSHA_RO EVAL_RO FCALL FCALL_RO
      """;

  private record Row(Kind kind, List<String> places) {}

  private static final Map<String, Row> ROWS = rows();

  private CommandTable() {}

  private static Map<String, Row> rows() {
    Map<String, Row> rows = new HashMap<>();
    for (String line : TABLE.lines().toList()) {
      String[] sides = line.split(": ", 2);
      List<String> left = List.of(sides[0].split(" ", -1));
      Row row =
          new Row(
              Kind.valueOf(left.getFirst().toUpperCase(Locale.ROOT)), left.subList(1, left.size()));
      for (String command : sides[1].trim().split("\\s+", -1)) {
        rows.put(command, row);
      }
    }
    return rows;
  }

  /** The keys of a command; empty if they cannot be told. */
  static Optional<Access> accessOf(RedisCommand command) {
    Row row = ROWS.get(command.name());
    if (row == null) {
      return Optional.empty();
    }
    List<Integer> keys = new ArrayList<>();
    try {
      for (String place : row.places()) {
        keys.addAll(places(place, command.words()));
      }
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    boolean there = keys.stream().allMatch(key -> key > 0 && key < command.words().size());
    return keys.isEmpty() || !there
        ? Optional.empty()
        : Optional.of(new Access(row.kind(), List.copyOf(keys)));
  }

  private static List<Integer> places(String place, List<String> words) {
    if (place.equals("streams")) {
      List<String> upper = words.stream().map(word -> word.toUpperCase(Locale.ROOT)).toList();
      int first = upper.indexOf("STREAMS") + 1;
      // A group may be called so too.
      boolean clear = first > 0 && first == upper.lastIndexOf("STREAMS") + 1;
      return clear ? range(first, first + (words.size() - first) / 2, 1) : List.of();
    }
    if (place.startsWith("#")) {
      int count = Integer.parseInt(place.substring(1));
      return count < words.size()
          ? range(
              count + 1, count + 1 + Math.min(Integer.parseInt(words.get(count)), words.size()), 1)
          : List.of();
    }
    String[] ends = place.split("[-+]", 2);
    int first = Integer.parseInt(ends[0]);
    if (place.contains("+")) {
      return range(first, words.size(), ends[1].isEmpty() ? 1 : Integer.parseInt(ends[1]));
    }
    return range(first, ends.length == 1 ? first + 1 : Integer.parseInt(ends[1]) + 1, 1);
  }

  private static List<Integer> range(int first, int end, int by) {
    List<Integer> range = new ArrayList<>();
    for (int i = first; i < end; i += by) {
      range.add(i);
    }
    return range;
  }
}
