/**
 * Stands between an actor and PostgreSQL, speaks its wire protocol (v3), and holds each step back
 * until it is released.
 */
@NullMarked
package dev.aftercommit.lab.gate;

import org.jspecify.annotations.NullMarked;
