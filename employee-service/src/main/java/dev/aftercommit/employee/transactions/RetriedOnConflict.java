package dev.aftercommit.employee.transactions;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Put beside {@code @Transactional} on a use case: the whole transaction is repeated, a bounded
 * number of times with growing random pauses, when the database chose it as the victim of a
 * deadlock or could not serialize it. What the database refuses for good becomes a {@link
 * dev.aftercommit.employee.problem.Problem}. The method must have no effect outside its
 * transaction.
 */
@InterceptorBinding
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface RetriedOnConflict {}
