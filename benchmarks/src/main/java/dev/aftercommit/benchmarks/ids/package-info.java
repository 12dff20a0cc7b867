/** Making and reading public ids, measured by JMH. */
@org.jspecify.annotations.NullMarked
package dev.aftercommit.benchmarks.ids;
