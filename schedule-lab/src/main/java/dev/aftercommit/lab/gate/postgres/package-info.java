/** The gate that speaks PostgreSQL's wire protocol (v3). */
@NullMarked
package dev.aftercommit.lab.gate.postgres;

import org.jspecify.annotations.NullMarked;
