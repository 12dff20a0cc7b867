package dev.aftercommit.lab.report;

/**
 * A line of a diagram that was not drawn from a schedule.
 *
 * @param time what stands in the margin; may be empty
 * @param actor in whose column
 * @param text what was done
 * @param result what came of it; may be empty
 */
public record DiagramLine(String time, String actor, String text, String result) {}
