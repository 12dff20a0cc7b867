package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Step;

/**
 * What may happen next.
 *
 * @param actor who does it
 * @param step what it does, or waits for if it is the victim
 * @param victim whether the server's deadlock detection would end this waiting step
 */
public record Option(String actor, Step step, boolean victim) {}
