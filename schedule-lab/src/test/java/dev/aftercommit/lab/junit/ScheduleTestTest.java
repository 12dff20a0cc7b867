package dev.aftercommit.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class ScheduleTestTest {

  private static final String FIXTURE =
      "CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100)";

  @LabServerSource
  static ServerAddress server() {
    return LabServer.address();
  }

  @ScheduleTest
  void twoDepositsWithALockedRowAreBothThere(Lab lab) {
    lab.fixture(FIXTURE);
    lab.actor(
        "A", database -> deposit(database, "SELECT balance FROM account WHERE id = ? FOR UPDATE"));
    lab.actor(
        "B", database -> deposit(database, "SELECT balance FROM account WHERE id = ? FOR UPDATE"));
    lab.finallyHolds("both deposits are there", "SELECT balance = 120 FROM account");
  }

  @Test
  void twoDepositsWithoutALockFailWithTheScheduleDrawn() throws Exception {
    Lab lab = new Lab();
    lab.fixture(FIXTURE);
    lab.actor("A", database -> deposit(database, "SELECT balance FROM account WHERE id = ?"));
    lab.actor("B", database -> deposit(database, "SELECT balance FROM account WHERE id = ?"));
    lab.finallyHolds("both deposits are there", "SELECT balance = 120 FROM account");

    try (CodeExperiment experiment = CodeExperiment.open(lab, "read committed", server())) {
      Exploration found =
          Explorer.explore(experiment, null, Budget.standard(), (runs, failing, perSecond) -> {});

      assertThat(found.verdict()).isEqualTo(Verdict.FAILS);
      assertThat(found.schedules()).isEqualTo(14);
      assertThat(found.failing()).isEqualTo(12);
    }
  }

  private static void deposit(DataSource database, String select) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      int balance;
      try (PreparedStatement read = connection.prepareStatement(select)) {
        read.setInt(1, 1);
        try (ResultSet row = read.executeQuery()) {
          row.next();
          balance = row.getInt(1);
        }
      }
      try (PreparedStatement write =
          connection.prepareStatement("UPDATE account SET balance = ? WHERE id = ?")) {
        write.setInt(1, balance + 10);
        write.setInt(2, 1);
        write.executeUpdate();
      }
      connection.commit();
    }
  }
}
