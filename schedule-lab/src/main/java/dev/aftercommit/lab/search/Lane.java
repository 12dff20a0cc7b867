package dev.aftercommit.lab.search;

import dev.aftercommit.lab.sql.Relation;
import org.jspecify.annotations.Nullable;

/**
 * An experiment that runs schedules beside others of the same kind.
 *
 * @param experiment on servers, or parts of them, of its own
 * @param relation which steps may be swapped; null to run every order
 */
public record Lane(Experiment experiment, @Nullable Relation relation) {}
