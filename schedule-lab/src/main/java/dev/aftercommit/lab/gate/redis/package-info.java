/** The gate that speaks Redis' wire protocol (RESP2 and RESP3). */
@NullMarked
package dev.aftercommit.lab.gate.redis;

import org.jspecify.annotations.NullMarked;
