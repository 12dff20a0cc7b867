/** What a statement reads, locks and writes, as far as it can be told before it runs. */
@NullMarked
package dev.aftercommit.lab.sql;

import org.jspecify.annotations.NullMarked;
