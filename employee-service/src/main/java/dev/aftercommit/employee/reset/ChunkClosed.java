package dev.aftercommit.employee.reset;

/**
 * CDI event, fired once a chunk of a daily reset has committed and again before the reset counts as
 * finished: whatever was remembered of the activity of employees may be old. Their versions have
 * not changed. Observers are called on the way of the reset: they must be quick and must not fail.
 */
public record ChunkClosed() {}
