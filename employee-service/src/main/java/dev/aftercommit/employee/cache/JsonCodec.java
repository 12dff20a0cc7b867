package dev.aftercommit.employee.cache;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.aftercommit.freshcache.Codec;
import java.io.IOException;

/** Values as the JSON that clients get. */
final class JsonCodec<V> implements Codec<V> {

  private final ObjectReader reader;
  private final ObjectWriter writer;

  JsonCodec(ObjectMapper json, Class<V> type) {
    reader = json.readerFor(type);
    writer = json.writerFor(type);
  }

  @Override
  public byte[] encode(V value) throws IOException {
    return writer.writeValueAsBytes(value);
  }

  @Override
  public V decode(byte[] bytes) throws IOException {
    return reader.readValue(bytes);
  }
}
