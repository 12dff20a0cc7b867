/** {@code aftercommit import}: streams a payroll CSV into the running stack. */
@NullMarked
package dev.aftercommit.stack.imports;

import org.jspecify.annotations.NullMarked;
