package dev.aftercommit.benchmarks.cache;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.aftercommit.freshcache.Codec;
import java.io.IOException;
import java.math.BigDecimal;

/** What a client reads of an employee. */
record Row(
    String id, String name, String email, String department, BigDecimal salary, long version) {

  /** As the employee service keeps it. */
  static final class Json implements Codec<Row> {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private final ObjectReader reader = MAPPER.readerFor(Row.class);
    private final ObjectWriter writer = MAPPER.writerFor(Row.class);

    @Override
    public byte[] encode(Row value) throws IOException {
      return writer.writeValueAsBytes(value);
    }

    @Override
    public Row decode(byte[] bytes) throws IOException {
      return reader.readValue(bytes);
    }
  }
}
