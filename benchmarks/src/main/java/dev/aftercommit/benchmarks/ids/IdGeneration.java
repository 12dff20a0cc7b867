package dev.aftercommit.benchmarks.ids;

import dev.aftercommit.publicids.IdBlock;
import dev.aftercommit.publicids.IdBlocks;
import dev.aftercommit.publicids.IdKey;
import dev.aftercommit.publicids.IdLayout;
import dev.aftercommit.publicids.IdSequence;
import dev.aftercommit.publicids.IdTokens;
import dev.aftercommit.publicids.IdType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast ids are made once a block has been allocated: the key alone, the 64 bits that leave the
 * house, the token as text, and the way back. Blocks come from memory; what a block costs is one
 * UPDATE, shared by as many ids as it has.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class IdGeneration {

  private static final int BLOCK = 10_000;

  private final IdTokens tokens = new IdTokens(IdKey.parse(IdKey.DEVELOPMENT));
  private final String token = tokens.token(IdType.EMPLOYEE, IdLayout.key(1, 42));
  private IdSequence ids = sequence();

  /** A new sequence for each measurement. */
  @Setup(Level.Iteration)
  public void begin() {
    ids = sequence();
  }

  /** Ends the thread that fetches ahead. */
  @TearDown(Level.Iteration)
  public void end() {
    ids.close();
  }

  /** A key that nobody else gets. */
  @Benchmark
  public long key() {
    return ids.next();
  }

  /** A new id: a key and its permutation. */
  @Benchmark
  public long id() {
    return tokens.permute(IdType.EMPLOYEE, ids.next());
  }

  /** A new id as text. */
  @Benchmark
  public String token() {
    return tokens.token(IdType.EMPLOYEE, ids.next());
  }

  /** The key behind a token. */
  @Benchmark
  public long decode() {
    return tokens.key(IdType.EMPLOYEE, token);
  }

  private static IdSequence sequence() {
    try {
      return new IdSequence(new FromMemory(), Duration.ofSeconds(5));
    } catch (SQLException e) {
      throw new IllegalStateException("blocks from memory do not fail", e);
    }
  }

  /** Blocks without a database. */
  private static final class FromMemory implements IdBlocks {

    private long position = IdLayout.key(1, 1);

    @Override
    public IdBlock next() {
      position += BLOCK;
      return new IdBlock(position - BLOCK, position);
    }
  }
}
