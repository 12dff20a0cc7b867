package dev.aftercommit.employee.problem;

import jakarta.ws.rs.core.Response.Status.Family;
import jakarta.ws.rs.core.Response.StatusType;

/** 423 Locked (RFC 4918), which Jakarta REST does not name. */
enum Locked implements StatusType {
  STATUS;

  @Override
  public int getStatusCode() {
    return 423;
  }

  @Override
  public Family getFamily() {
    return Family.CLIENT_ERROR;
  }

  @Override
  public String getReasonPhrase() {
    return "Locked";
  }
}
