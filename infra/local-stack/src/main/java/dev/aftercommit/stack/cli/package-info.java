/** The commands of the launcher {@code ./aftercommit}. */
@NullMarked
package dev.aftercommit.stack.cli;

import org.jspecify.annotations.NullMarked;
