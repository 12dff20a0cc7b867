package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Run;

/** One schedule and its end. */
public record Found(Run run, Outcome outcome) {}
