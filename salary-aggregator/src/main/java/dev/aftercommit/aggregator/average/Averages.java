package dev.aftercommit.aggregator.average;

import java.time.Instant;
import java.util.List;

/**
 * Departments as of one moment.
 *
 * @param asOf when this was read, by the clock of the database; all of it is of one snapshot
 * @param departments sorted by identifier
 */
public record Averages(Instant asOf, List<DepartmentAverage> departments) {}
