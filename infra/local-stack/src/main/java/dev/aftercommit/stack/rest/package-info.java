/**
 * What the launcher's commands need to talk to the services: JSON over HTTP, and tables for people.
 */
@NullMarked
package dev.aftercommit.stack.rest;

import org.jspecify.annotations.NullMarked;
