package dev.aftercommit.lab.gate.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Values of parameters and results as people read them. */
final class Values {

  private static final int BOOL = 16;
  private static final int BYTEA = 17;
  private static final int INT8 = 20;
  private static final int INT2 = 21;
  private static final int INT4 = 23;
  private static final int TEXT = 25;
  private static final int VARCHAR = 1043;

  private static final String HEX_PREFIX = "\\x";

  /** As many digits as a UUID has; the beginning of anything longer must do. */
  private static final int LONGEST_HEX = HEX_PREFIX.length() + 32;

  private Values() {}

  /** Reads a length and a value. */
  static @Nullable String read(ByteBuffer buffer, boolean binary, int type) {
    int length = buffer.getInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    if (binary) {
      return decode(bytes, type);
    }
    return type == BYTEA ? cut(utf8(bytes)) : utf8(bytes);
  }

  private static String decode(byte[] bytes, int type) {
    ByteBuffer value = ByteBuffer.wrap(bytes);
    return switch (type) {
      case BOOL -> value.get() == 0 ? "f" : "t";
      case INT2 -> Short.toString(value.getShort());
      case INT4 -> Integer.toString(value.getInt());
      case INT8 -> Long.toString(value.getLong());
      case TEXT, VARCHAR -> utf8(bytes);
      default -> cut(HEX_PREFIX + HexFormat.of().formatHex(bytes));
    };
  }

  private static String cut(String hex) {
    return hex.length() <= LONGEST_HEX ? hex : hex.substring(0, LONGEST_HEX) + "...";
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
