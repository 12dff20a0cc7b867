/** Schedule tests in JUnit: actors are code, run unchanged over a DataSource of the lab. */
@NullMarked
package dev.aftercommit.lab.junit;

import org.jspecify.annotations.NullMarked;
