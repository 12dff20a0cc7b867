/**
 * The throw-away part of Redis that schedules run in, and how it is put back between two of them.
 */
@NullMarked
package dev.aftercommit.lab.cache;

import org.jspecify.annotations.NullMarked;
