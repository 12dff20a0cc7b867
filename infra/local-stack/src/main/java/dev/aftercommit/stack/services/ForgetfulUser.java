package dev.aftercommit.stack.services;

import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import jakarta.mail.internet.MimeMessage;

/** Takes mail and keeps none. */
final class ForgetfulUser implements GreenMailUser {

  private static final String NAME = "anybody";

  @Override
  public void deliver(MovingMessage mail) {}

  @Override
  public void deliver(MimeMessage mail) {}

  @Override
  public void create() {}

  @Override
  public void delete() {}

  @Override
  public void setPassword(String password) {}

  @Override
  public void authenticate(String password) {}

  @Override
  public String getEmail() {
    return NAME;
  }

  @Override
  public String getLogin() {
    return NAME;
  }

  @Override
  public String getPassword() {
    return "";
  }

  @Override
  public String getQualifiedMailboxName() {
    return NAME;
  }
}
