/** Looks from outside at what actors have committed and locked, between two steps. */
@NullMarked
package dev.aftercommit.lab.observe;

import org.jspecify.annotations.NullMarked;
