/** Runs actors one step at a time, and knows from the server who waits for whom. */
@NullMarked
package dev.aftercommit.lab.engine;

import org.jspecify.annotations.NullMarked;
