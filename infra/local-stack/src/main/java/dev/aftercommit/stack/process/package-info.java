/**
 * Private processes of this machine: started detached, remembered beyond our own life, stopped or
 * killed.
 */
@NullMarked
package dev.aftercommit.stack.process;

import org.jspecify.annotations.NullMarked;
