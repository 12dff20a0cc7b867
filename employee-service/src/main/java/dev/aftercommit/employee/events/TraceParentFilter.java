package dev.aftercommit.employee.events;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Keeps the request's {@code traceparent} header for the events of the request. */
class TraceParentFilter {

  private final TraceParent traceParent;

  @Inject
  TraceParentFilter(TraceParent traceParent) {
    this.traceParent = traceParent;
  }

  @ServerRequestFilter
  void keep(ContainerRequestContext request) {
    traceParent.accept(request.getHeaderString("traceparent"));
  }
}
