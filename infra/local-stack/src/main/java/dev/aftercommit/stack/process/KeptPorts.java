package dev.aftercommit.stack.process;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Properties;

/** Free ports by name, the same as the last time where they are still free. */
public final class KeptPorts {

  private final Path file;
  private final Properties ports = new Properties();

  /** Remembers the ports in {@code ports.properties} of the folder. */
  KeptPorts(Path folder) {
    file = folder.resolve("ports.properties");
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        ports.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A free port for the name: the remembered one if it is free. */
  public int port(String name) {
    return port(name, 0);
  }

  /** A free port for the name: the remembered one, else the preferred one, else any. */
  public synchronized int port(String name, int preferred) {
    int wanted = Integer.parseInt(ports.getProperty(name, Integer.toString(preferred)));
    int port = wanted == 0 ? unused() : Ports.isFree(wanted) ? wanted : unused();
    keep(name, port);
    return port;
  }

  /** Whether somebody listens on a port of one of the names. */
  synchronized boolean isTaken(Collection<String> names) {
    return names.stream().anyMatch(this::isTaken);
  }

  /** Gives others than now: to the names whose port somebody listens on, to all when none is so. */
  synchronized void replace(Collection<String> names) {
    boolean any = isTaken(names);
    for (String name : names) {
      if (!any || isTaken(name)) {
        keep(name, unused());
      }
    }
  }

  private boolean isTaken(String name) {
    String port = ports.getProperty(name);
    return port != null && !Ports.isFree(Integer.parseInt(port));
  }

  private void keep(String name, int port) {
    ports.setProperty(name, Integer.toString(port));
    try (Writer writer = Files.newBufferedWriter(file)) {
      ports.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Free, and not promised to another name of ours that does not listen yet. */
  private int unused() {
    int port = Ports.free();
    while (ports.containsValue(Integer.toString(port))) {
      port = Ports.free();
    }
    return port;
  }
}
