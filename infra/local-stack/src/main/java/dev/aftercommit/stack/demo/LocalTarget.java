package dev.aftercommit.stack.demo;

import dev.aftercommit.stack.measure.CpuTime;
import dev.aftercommit.stack.services.ServiceProcess;
import dev.aftercommit.stack.services.Stack;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/** A stack that runs in this program. */
public final class LocalTarget implements Target, Target.Damage {

  private final Stack stack;
  private final Map<String, Double> cpuOfKilled = new ConcurrentHashMap<>();

  public LocalTarget(Stack stack) {
    this.stack = stack;
  }

  @Override
  public URI employeeService() {
    return stack.employeeService().url();
  }

  @Override
  public List<URI> relays() {
    return stack.relays().stream().map(ServiceProcess::url).toList();
  }

  @Override
  public List<URI> aggregators() {
    return stack.aggregators().stream().map(ServiceProcess::url).toList();
  }

  @Override
  public Connection database(String name) throws SQLException {
    return stack.servers().postgres().connectAsSuperuser(name);
  }

  @Override
  public com.rabbitmq.client.Connection broker() throws IOException, TimeoutException {
    return stack.servers().rabbitMq().connect();
  }

  @Override
  public Optional<Damage> damage() {
    return Optional.of(this);
  }

  @Override
  public Optional<Set<String>> receivedMessageIds() {
    return Optional.of(stack.mail().messageIds());
  }

  @Override
  public Map<String, Double> cpuSeconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (ServiceProcess service : stack.services()) {
      seconds.put(
          service.name(),
          CpuTime.ofTree(service.pid()) + cpuOfKilled.getOrDefault(service.name(), 0.0));
    }
    stack
        .servers()
        .postgres()
        .processId()
        .ifPresent(pid -> seconds.put("PostgreSQL", CpuTime.ofTree(pid)));
    stack
        .servers()
        .rabbitMq()
        .processId()
        .ifPresent(
            pid ->
                seconds.put(
                    "RabbitMQ", CpuTime.ofTree(pid) + cpuOfKilled.getOrDefault("RabbitMQ", 0.0)));
    seconds.put("this program (clients, mail server)", CpuTime.ofThisProgram());
    return seconds;
  }

  @Override
  public void killRelay() {
    kill(stack.relays().getFirst());
  }

  @Override
  public void startRelay() {
    stack.relays().getFirst().startAndAwaitReady();
  }

  @Override
  public void killAggregator() {
    kill(stack.aggregators().getFirst());
  }

  @Override
  public void startAggregator() {
    stack.aggregators().getFirst().startAndAwaitReady();
  }

  @Override
  public void restartBroker() {
    stack
        .servers()
        .rabbitMq()
        .processId()
        .ifPresent(pid -> cpuOfKilled.merge("RabbitMQ", CpuTime.ofTree(pid), Double::sum));
    stack.servers().rabbitMq().restart();
  }

  private void kill(ServiceProcess service) {
    cpuOfKilled.merge(service.name(), CpuTime.ofTree(service.pid()), Double::sum);
    service.kill();
  }
}
