/** The servers as a fixture for tests, with and without Quarkus. */
@NullMarked
package dev.aftercommit.stack.testing;

import org.jspecify.annotations.NullMarked;
