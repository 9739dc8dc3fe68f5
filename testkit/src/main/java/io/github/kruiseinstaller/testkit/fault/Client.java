package io.github.kruiseinstaller.testkit.fault;

/**
 * Whose requests are meant.
 *
 * @param user the user; empty for any
 * @param agent the beginning of the User-Agent; empty for any
 */
public record Client(String user, String agent) {
  /** Everybody. */
  public static final Client ANY = new Client("", "");

  /** One user. */
  public static Client user(String user) {
    return new Client(user, "");
  }

  /** Whoever's User-Agent begins like this. */
  public static Client agent(String beginning) {
    return new Client("", beginning);
  }

  /** Whether it is this client's request. */
  public boolean matches(String requestUser, String requestAgent) {
    return (user.isEmpty() || user.equals(requestUser)) && requestAgent.startsWith(agent);
  }
}
