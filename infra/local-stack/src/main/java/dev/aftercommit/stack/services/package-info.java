/** The services as processes of this machine, and the whole stack of servers and services. */
@NullMarked
package dev.aftercommit.stack.services;

import org.jspecify.annotations.NullMarked;
