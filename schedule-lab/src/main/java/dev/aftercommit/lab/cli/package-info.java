/** The command line. */
@NullMarked
package dev.aftercommit.lab.cli;

import org.jspecify.annotations.NullMarked;
