package dev.aftercommit.stack.imports;

/** The import cannot go on; the message says what was expected, what was found and what to do. */
final class ImportException extends RuntimeException {

  ImportException(String message) {
    super(message);
  }

  ImportException(String message, Throwable cause) {
    super(message, cause);
  }
}
