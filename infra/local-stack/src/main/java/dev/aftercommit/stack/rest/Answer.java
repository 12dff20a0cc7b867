package dev.aftercommit.stack.rest;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a service answered.
 *
 * @param status HTTP status
 * @param body the JSON body; a missing node when there was none
 * @param consistencyToken names the write for readers; absent in answers to reads
 * @param replayed whether it is the stored answer of a command that came before
 */
public record Answer(
    int status, JsonNode body, @Nullable String consistencyToken, boolean replayed) {

  /** Whether the status is 2xx. */
  public boolean isOk() {
    return status / 100 == 2;
  }

  /** The body as text, cut short, for messages. */
  public String summary() {
    String text = body.toString();
    return "HTTP " + status + " " + (text.length() > 400 ? text.substring(0, 400) + "…" : text);
  }
}
