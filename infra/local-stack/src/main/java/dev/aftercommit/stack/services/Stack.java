package dev.aftercommit.stack.services;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.Parallel;
import dev.aftercommit.stack.process.PortTries;
import dev.aftercommit.stack.process.ShutdownHook;
import dev.aftercommit.stack.process.StackException;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.stack.servers.Server;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The whole system on this machine: servers, an SMTP server for development, and the services as
 * processes. Every part can be stopped, killed and started again by its handle; {@link #close}, or
 * the end of this program, stops all of it, services first.
 */
public final class Stack implements AutoCloseable {

  private static final Set<ServerKind> EMPLOYEE_SERVICE_NEEDS =
      EnumSet.of(ServerKind.POSTGRES, ServerKind.REDIS);

  private final StackConfig config;
  private final DataFolder data;
  private final ServiceFactory factory;
  private final Servers servers;
  private final PortTries tries;
  private final ShutdownHook hook = new ShutdownHook("stop-stack");
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Set<ServerKind> answering = EnumSet.noneOf(ServerKind.class);
  private final List<ServiceProcess> started = new ArrayList<>();
  private final List<ServiceProcess> relays = new ArrayList<>();
  private final List<ServiceProcess> aggregators = new ArrayList<>();
  private volatile @Nullable RabbitMqServer brokerOfEmployeeService;
  private @Nullable MailServer mail;
  private volatile @Nullable ServiceProcess employeeService;
  private volatile @Nullable ServiceProcess notificationService;

  private Stack(StackConfig config, DataFolder data) {
    this.config = config;
    this.data = data;
    this.factory = new ServiceFactory(config.repository(), data, config.brief());
    this.tries = new PortTries(data.ports(), config.progress());
    this.servers = Servers.within(data, serversConfig(config), this::startEmployeeService);
  }

  /**
   * Starts everything and returns when every service is ready.
   *
   * @throws StackException if a part does not start; the others are stopped again
   */
  public static Stack start(StackConfig config) {
    Path kept = config.keptFolder();
    Stack stack = new Stack(config, kept == null ? DataFolder.temporary() : DataFolder.kept(kept));
    stack.hook.run(stack::close);
    try {
      stack.startAll();
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private void startAll() {
    servers.start();
    PostgresServer postgres = servers.postgres();
    RabbitMqServer rabbitMq = servers.rabbitMq();
    MailServer smtp = tries.start("SMTP", List.of(ServiceFactory.SMTP), factory::mailServer);
    mail = smtp;
    ServiceProcess[] relay = new ServiceProcess[config.relays()];
    ServiceProcess[] aggregator = new ServiceProcess[config.aggregators()];
    List<Runnable> starts = new ArrayList<>();
    starts.add(() -> moveToStartedBroker(rabbitMq));
    for (int i = 0; i < relay.length; i++) {
      int index = i;
      starts.add(
          () ->
              relay[index] =
                  startService(
                      ServiceFactory.nameOf(ServiceFactory.RELAY, index),
                      () -> factory.relay(index, postgres, rabbitMq, config.relaySettings())));
    }
    for (int i = 0; i < aggregator.length; i++) {
      int index = i;
      starts.add(
          () ->
              aggregator[index] =
                  startService(
                      ServiceFactory.nameOf(ServiceFactory.AGGREGATOR, index),
                      () -> factory.aggregator(index, postgres, rabbitMq)));
    }
    starts.add(
        () ->
            notificationService =
                startService(
                    ServiceFactory.NOTIFICATION_SERVICE,
                    () -> factory.notificationService(postgres, rabbitMq, smtp)));
    Parallel.run(starts);
    relays.addAll(List.of(relay));
    aggregators.addAll(List.of(aggregator));
  }

  /**
   * Needs database and Redis, and the address of the broker: it starts while the broker still does.
   */
  private void startEmployeeService(Server server) {
    synchronized (answering) {
      answering.add(server.kind());
      if (brokerOfEmployeeService != null
          || !answering.containsAll(EMPLOYEE_SERVICE_NEEDS)
          || !servers.isKnown(ServerKind.RABBITMQ)) {
        return;
      }
      brokerOfEmployeeService = servers.rabbitMq();
    }
    startEmployeeService();
  }

  /** The broker may have had to take another port than the one that was told. */
  private void moveToStartedBroker(RabbitMqServer rabbitMq) {
    if (brokerOfEmployeeService != rabbitMq) {
      brokerOfEmployeeService = rabbitMq;
      discard(employeeService());
      startEmployeeService();
    }
  }

  private void startEmployeeService() {
    RabbitMqServer broker = Objects.requireNonNull(brokerOfEmployeeService);
    employeeService =
        startService(
            ServiceFactory.EMPLOYEE_SERVICE,
            () -> factory.employeeService(servers.postgres(), broker, servers.redis()));
  }

  private ServiceProcess startService(String name, Supplier<ServiceProcess> create) {
    return tries.start(
        name,
        List.of(name),
        () -> {
          ServiceProcess service = create.get();
          try {
            startService(service);
          } catch (StackException e) {
            discard(service);
            throw e;
          }
          return service;
        });
  }

  private void discard(ServiceProcess service) {
    service.close();
    synchronized (started) {
      started.remove(service);
    }
  }

  private void startService(ServiceProcess service) {
    long begin = System.nanoTime();
    synchronized (started) {
      if (closed.get()) {
        throw new StackException(service.name() + " was not started: the stack is being stopped");
      }
      started.add(service);
      service.start();
    }
    service.awaitReady();
    config
        .progress()
        .accept(
            "%s at %s, %.1f s"
                .formatted(service.name(), service.url(), (System.nanoTime() - begin) / 1e9));
  }

  private static ServersConfig serversConfig(StackConfig config) {
    Consumer<String> progress = config.progress();
    ServersConfig wanted =
        ServersConfig.of(ServerKind.POSTGRES, ServerKind.RABBITMQ, ServerKind.REDIS)
            .withInstall(config.install())
            .withProgress(progress);
    return config.management() ? wanted.withManagement() : wanted;
  }

  /** PostgreSQL, RabbitMQ and Redis. */
  public Servers servers() {
    return servers;
  }

  /** The SMTP server that notification-service sends to. */
  public MailServer mail() {
    return Objects.requireNonNull(mail, "the SMTP server has not been started");
  }

  public ServiceProcess employeeService() {
    return Objects.requireNonNull(employeeService, "employee-service has not been started");
  }

  /** As many as the configuration named. */
  public List<ServiceProcess> relays() {
    return List.copyOf(relays);
  }

  /** As many as the configuration named. */
  public List<ServiceProcess> aggregators() {
    return List.copyOf(aggregators);
  }

  public ServiceProcess notificationService() {
    return Objects.requireNonNull(notificationService, "notification-service has not been started");
  }

  /** All instances of all services. */
  public List<ServiceProcess> services() {
    synchronized (started) {
      return List.copyOf(started);
    }
  }

  /** Where each server and service writes its log. */
  public Path logs() {
    return data.folder("logs");
  }

  /** Stops services, SMTP server and servers, in this order. Closing twice is harmless. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      Parallel.run(services().stream().<Runnable>map(service -> service::close).toList());
    } finally {
      closeServers();
    }
  }

  private void closeServers() {
    try {
      if (mail != null) {
        mail.close();
      }
      servers.close();
    } finally {
      data.close();
      hook.cancel();
    }
  }
}
