package dev.aftercommit.employee.http;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Stops reading a JSON body that is longer than any request of ours. The HTTP server's own limit
 * cannot do that: it has to let an import through, which is read line by line.
 */
@Singleton
public class BoundedJson implements ObjectMapperCustomizer {

  /** Longest body of a request, except of an import. */
  public static final int MAX_BYTES = 64 * 1024;

  @Override
  public void customize(ObjectMapper mapper) {
    StreamReadConstraints constraints =
        mapper.getFactory().streamReadConstraints().rebuild().maxDocumentLength(MAX_BYTES).build();
    mapper.getFactory().setStreamReadConstraints(constraints);
  }
}
