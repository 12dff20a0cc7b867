package dev.aftercommit.publicids;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Refuses to give ids out under another key than the first one. */
final class KeyCheck {

  private KeyCheck() {}

  static void check(Connection connection, IdKey key) throws SQLException {
    String wanted = key.fingerprint();
    try (PreparedStatement remember =
        connection.prepareStatement(
            "INSERT INTO public_ids.key (fingerprint) VALUES (?) ON CONFLICT DO NOTHING")) {
      remember.setString(1, wanted);
      remember.executeUpdate();
    }
    try (PreparedStatement read =
            connection.prepareStatement("SELECT fingerprint FROM public_ids.key");
        ResultSet row = read.executeQuery()) {
      row.next();
      String known = row.getString(1);
      if (!wanted.equals(known)) {
        throw new IllegalStateException(
            ("the key for public ids has the fingerprint %s, but the ids of this database were given out under one with %s:"
                    + " every id out there would name nothing. Set the key that was used before")
                .formatted(wanted, known));
      }
    }
  }
}
