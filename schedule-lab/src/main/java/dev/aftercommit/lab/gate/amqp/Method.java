package dev.aftercommit.lab.gate.amqp;

/** The methods that the gate knows, as class and method in one number. */
final class Method {

  static final int CONNECTION_TUNE = id(10, 30);
  static final int CONNECTION_TUNE_OK = id(10, 31);
  static final int CONNECTION_OPEN = id(10, 40);
  static final int CONNECTION_OPEN_OK = id(10, 41);
  static final int CONNECTION_CLOSE = id(10, 50);
  static final int CONNECTION_CLOSE_OK = id(10, 51);
  static final int CHANNEL_OPEN = id(20, 10);
  static final int CHANNEL_FLOW_OK = id(20, 21);
  static final int CHANNEL_CLOSE = id(20, 40);
  static final int CHANNEL_CLOSE_OK = id(20, 41);
  static final int EXCHANGE_DELETE = id(40, 20);
  static final int QUEUE_DECLARE = id(50, 10);
  static final int QUEUE_DECLARE_OK = id(50, 11);
  static final int QUEUE_PURGE = id(50, 30);
  static final int QUEUE_DELETE = id(50, 40);
  static final int QUEUE_UNBIND = id(50, 50);
  static final int BASIC_QOS = id(60, 10);
  static final int BASIC_QOS_OK = id(60, 11);
  static final int BASIC_CONSUME = id(60, 20);
  static final int BASIC_CONSUME_OK = id(60, 21);
  static final int BASIC_CANCEL = id(60, 30);
  static final int BASIC_CANCEL_OK = id(60, 31);
  static final int BASIC_PUBLISH = id(60, 40);
  static final int BASIC_RETURN = id(60, 50);
  static final int BASIC_DELIVER = id(60, 60);
  static final int BASIC_GET = id(60, 70);
  static final int BASIC_GET_OK = id(60, 71);
  static final int BASIC_GET_EMPTY = id(60, 72);
  static final int BASIC_ACK = id(60, 80);
  static final int BASIC_REJECT = id(60, 90);
  static final int BASIC_RECOVER_ASYNC = id(60, 100);
  static final int BASIC_RECOVER = id(60, 110);
  static final int BASIC_NACK = id(60, 120);
  static final int CONFIRM_SELECT = id(85, 10);
  static final int CONFIRM_SELECT_OK = id(85, 11);
  static final int TX_SELECT = id(90, 10);

  private Method() {}

  private static int id(int type, int method) {
    return type << 16 | method;
  }

  /** Whether a client waits for what the broker says to it. */
  static boolean isAnswered(int method) {
    return method != BASIC_PUBLISH
        && method != BASIC_ACK
        && method != BASIC_NACK
        && method != BASIC_REJECT
        && method != CHANNEL_CLOSE_OK;
  }

  /** Whether a header and a body follow. */
  static boolean hasContent(int method) {
    return method == BASIC_PUBLISH
        || method == BASIC_RETURN
        || method == BASIC_DELIVER
        || method == BASIC_GET_OK;
  }
}
