/** From what a database logged to a diagram of what happened and a scenario that can be run. */
@NullMarked
package dev.aftercommit.lab.draft;

import org.jspecify.annotations.NullMarked;
