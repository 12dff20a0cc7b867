/** The pages of docs/anomalies, generated from the scenarios and what the lab finds in them. */
@NullMarked
package dev.aftercommit.lab.catalogue;

import org.jspecify.annotations.NullMarked;
