package dev.aftercommit.stack.demo;

/**
 * One promise, judged.
 *
 * @param promise what had to hold
 * @param held whether it did
 * @param found what was found
 */
public record Check(String promise, boolean held, String found) {}
