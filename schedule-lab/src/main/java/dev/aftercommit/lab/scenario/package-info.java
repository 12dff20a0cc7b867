/** Scenario files in the syntax of PostgreSQL's isolationtester, and how they are run. */
@NullMarked
package dev.aftercommit.lab.scenario;

import org.jspecify.annotations.NullMarked;
