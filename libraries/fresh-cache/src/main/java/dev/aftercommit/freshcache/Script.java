package dev.aftercommit.freshcache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Everything that is done to entries, each atomic in Redis.
 *
 * <p>Three keys matter. The <em>generation</em> of a cache is a random word; an entry of another
 * generation does not exist. The <em>entry</em> of a key is a text, see {@link Entry}. The
 * <em>lease</em> of a key is a random word that entitles its holder to one fill.
 */
enum Script {

  /**
   * Looks again, and takes the lease. Answers {@code [1, generation, entry]} for a hit, {@code [2,
   * generation, corrupt]} for a miss with the lease, {@code [3, generation, corrupt]} for a miss
   * while another reader has it. {@code corrupt} is 1 when something else than an entry was found,
   * and removed. A missing generation becomes the random one that the caller brings, so nobody who
   * read before knows it.
   */
  READ(
      """
      local generation = word(KEYS[1])
      if not generation then
        generation = ARGV[1]
        redis.call('SET', KEYS[1], generation)
      end
      local corrupt = 0
      local entry = word(KEYS[2])
      if ARGV[4] == '1' then
        redis.call('DEL', KEYS[2])
      elseif entry then
        local found, version, checksum = parts(entry)
        if not found then
          redis.call('DEL', KEYS[2])
          corrupt = 1
        elseif found == generation and checksum ~= '' then
          return {1, generation, entry}
        end
      end
      if redis.call('SET', KEYS[3], ARGV[2], 'NX', 'PX', ARGV[3]) then
        return {2, generation, corrupt}
      end
      return {3, generation, corrupt}
      """),

  /** Answers 1, or 0 when the fill was refused: something newer may be known. */
  FILL(
      """
      if word(KEYS[3]) ~= ARGV[1] then return 0 end
      redis.call('DEL', KEYS[3])
      if word(KEYS[1]) ~= ARGV[2] then return 0 end
      local known = known(KEYS[2], ARGV[2])
      if known and known > tonumber(ARGV[3]) then return 0 end
      redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
      return 1
      """),

  /** Gives a lease back without a fill, so that the next reader need not wait. */
  RELEASE(
      """
      if word(KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
      return 1
      """),

  /**
   * Generation, entry and lease per change; answers how many changes were news. First takes away,
   * then remembers: a Redis without memory left still takes away.
   */
  INVALIDATE(
      """
      local news = 0
      for i = 1, #KEYS, 3 do
        local version = ARGV[2 + (i + 2) / 3]
        local generation = word(KEYS[i])
        local known = generation and known(KEYS[i + 1], generation)
        if not known or known < tonumber(version) then
          redis.call('DEL', KEYS[i + 1], KEYS[i + 2])
          if not generation then
            generation = ARGV[2]
            redis.pcall('SET', KEYS[i], generation)
          end
          redis.pcall('SET', KEYS[i + 1], generation .. ' ' .. version .. '  ', 'PX', ARGV[1])
          news = news + 1
        end
      end
      return news
      """),

  /**
   * Begins new generations if the caller says so, or if this server process is not the one that the
   * present ones began with: it may have come back with what it had some time ago.
   */
  TRUST(
      """
      if ARGV[2] == '1' or word(KEYS[1]) ~= ARGV[1] then
        redis.call('DEL', unpack(KEYS))
        redis.call('SET', KEYS[1], ARGV[1])
        return 1
      end
      return 0
      """);

  private static final String COMMON =
      """
      local function word(key)
        local value = redis.pcall('GET', key)
        if type(value) == 'table' then
          redis.call('DEL', key)
          return false
        end
        return value
      end
      local function parts(entry)
        return string.match(entry, '^(%S+) (%d+) (%x*) ')
      end
      local function known(key, generation)
        local entry = word(key)
        if not entry then return nil end
        local found, version = parts(entry)
        return found == generation and tonumber(version) or nil
      end
      """;

  private final String source;
  private final String sha;

  Script(String body) {
    source = COMMON + body;
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha = HexFormat.of().formatHex(sha1.digest(source.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  String source() {
    return source;
  }

  /** The name by which Redis knows it once loaded. */
  String sha() {
    return sha;
  }
}
