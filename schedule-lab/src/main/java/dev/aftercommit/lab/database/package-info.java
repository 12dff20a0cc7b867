/** The throw-away database that schedules run in, and how it is put back between two of them. */
@NullMarked
package dev.aftercommit.lab.database;

import org.jspecify.annotations.NullMarked;
