/** Checks the reduction against every order. */
@NullMarked
package dev.aftercommit.lab.audit;

import org.jspecify.annotations.NullMarked;
