package dev.aftercommit.employee.ids;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.publicids.IdKey;
import dev.aftercommit.publicids.IdSequence;
import dev.aftercommit.publicids.IdTokens;
import dev.aftercommit.publicids.Instance;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Takes an instance number when the service starts, so that a name used twice or a wrong key stops
 * the start, and gives it back when the service ends. It keeps one connection of the pool.
 */
@Startup
@ApplicationScoped
class IdSource {

  private static final Logger LOG = Logger.getLogger(IdSource.class);

  private final IdKey key;
  private final Instance instance;
  private final IdSequence sequence;

  @Inject
  IdSource(EmployeeServiceConfig config, DataSource dataSource) throws SQLException {
    EmployeeServiceConfig.Ids settings = config.ids();
    this.key = IdKey.parse(settings.key());
    this.instance =
        Instance.start(
            dataSource,
            key,
            settings.instance().orElse(null),
            settings.blockSize(),
            settings.maxWait());
    this.sequence = new IdSequence(instance, settings.maxWait());
    LOG.infof("instance %d draws ids", instance.number());
    if (LaunchMode.current() == LaunchMode.NORMAL && settings.key().equals(IdKey.DEVELOPMENT)) {
      LOG.warn(
          "public ids are made with the key of development, which everybody knows: set aftercommit.ids.key before the"
              + " first id is given out");
    }
  }

  @Produces
  @Singleton
  IdSequence sequence() {
    return sequence;
  }

  @Produces
  @Singleton
  IdTokens tokens() {
    return new IdTokens(key);
  }

  @PreDestroy
  void close() {
    sequence.close();
    try {
      instance.close();
    } catch (SQLException e) {
      LOG.debug("the session that held the instance number was gone already", e);
    }
  }
}
