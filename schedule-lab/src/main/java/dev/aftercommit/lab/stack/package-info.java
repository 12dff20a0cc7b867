/** What the lab needs to know of servers that the local stack runs. */
@NullMarked
package dev.aftercommit.lab.stack;

import org.jspecify.annotations.NullMarked;
