package dev.aftercommit.employee.freeze;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Put beside {@code @Transactional} on an operation that holds a row lock: the lock stays until the
 * operation's own commit. Whatever would end the transaction before the method returns, or commit
 * something beside it, fails the operation with an {@link EarlyCommitException} that names the
 * call: another transaction begun inside (REQUIRES_NEW), a commit or rollback by a program, or the
 * text of one, or of a DDL statement (which commits by itself in other databases).
 *
 * <p>Not seen: work handed to another thread.
 */
@InterceptorBinding
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface HoldsLock {}
