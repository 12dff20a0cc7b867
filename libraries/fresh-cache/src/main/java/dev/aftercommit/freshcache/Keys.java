package dev.aftercommit.freshcache;

/**
 * Names of Redis keys. All of a namespace have one hash tag, so that in a cluster they lie on one
 * node, where a script can have them all.
 */
record Keys(String prefix) {

  static String server(String namespace) {
    return "{%s}:server".formatted(namespace);
  }

  /** What nobody reads. */
  static String check(String namespace) {
    return "{%s}:check".formatted(namespace);
  }

  static Keys of(String namespace, String cache) {
    return new Keys("{%s}:%s:".formatted(namespace, cache));
  }

  String generation() {
    return prefix + "generation";
  }

  String entry(String key) {
    return prefix + "entry:" + key;
  }

  String lease(String key) {
    return prefix + "lease:" + key;
  }
}
