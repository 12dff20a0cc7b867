/** Draws a schedule, and says why it fails. */
@NullMarked
package dev.aftercommit.lab.report;

import org.jspecify.annotations.NullMarked;
