package dev.aftercommit.freshcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.freshcache.Rig.Instance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis compares versions as doubles, which are exact up to 2<sup>53</sup> - 1. */
@Timeout(60)
class VersionedTest {

  @Test
  void theHighestVersionIsToldFromTheOneBelow() throws Exception {
    try (Rig rig = new Rig()) {
      Instance instance = rig.instance().trusted();
      assertThat(instance.cache.invalidate("a", Versioned.HIGHEST)).isTrue();

      instance.cache.get("a", () -> new Versioned<>("older", Versioned.HIGHEST - 1));
      instance.cache.get("a", () -> new Versioned<>("newest", Versioned.HIGHEST));

      assertThat(instance.count("fills.refused")).isEqualTo(1);
      assertThat(instance.count("fills")).isEqualTo(1);
    }
  }

  @Test
  void versionsThatRedisCannotCompareAreRefused() {
    for (long version : new long[] {-1, Versioned.HIGHEST + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> new Versioned<>("value", version))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(version));
      assertThatThrownBy(() -> new Invalidation("item", "a", version))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(version));
    }
  }
}
