/**
 * {@code aftercommit demo --naive}: the code that many write first. It publishes inside the
 * transaction before the commit, reads the row when the message arrives, does not recognise a
 * message that comes again and computes raises in the program. Nothing of it is used elsewhere.
 */
@NullMarked
package dev.aftercommit.stack.demo.naive;

import org.jspecify.annotations.NullMarked;
