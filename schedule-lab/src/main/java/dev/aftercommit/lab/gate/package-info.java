/** What stands between an actor and a server, and holds each step back until it is released. */
@NullMarked
package dev.aftercommit.lab.gate;

import org.jspecify.annotations.NullMarked;
