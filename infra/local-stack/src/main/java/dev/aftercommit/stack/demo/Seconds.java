package dev.aftercommit.stack.demo;

/**
 * How long each phase took, in seconds. Loading the employees and warming up are part of the start.
 */
record Seconds(double build, double start, double run, double drain) {}
