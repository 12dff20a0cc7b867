/**
 * Cache-aside in Redis that never answers with a value older than an acknowledged commit. Start at
 * {@link dev.aftercommit.freshcache.FreshCaches}.
 */
@NullMarked
package dev.aftercommit.freshcache;

import org.jspecify.annotations.NullMarked;
