package dev.aftercommit.freshcache;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Words that no two calls of any two processes get: 128 random bits of the process and a count.
 * Whoever holds an old one can never meet it again, also after Redis lost everything.
 */
final class Words {

  private final String process;
  private final AtomicLong count = new AtomicLong();

  Words() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    process = HexFormat.of().formatHex(random) + '-';
  }

  String next() {
    return process + count.getAndIncrement();
  }
}
