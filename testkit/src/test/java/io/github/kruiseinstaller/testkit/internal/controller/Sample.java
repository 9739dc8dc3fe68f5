package io.github.kruiseinstaller.testkit.internal.controller;

/** Objects for tests, in JSON with single quotes. */
final class Sample {
  private Sample() {}

  /** Whose pods have the label {@code app=NAME} and one container {@code main}. */
  static String deployment(String name, int replicas, String more) {
    return "{'metadata':{'name':'"
        + name
        + "','namespace':'default'},'spec':{'replicas':"
        + replicas
        + ",'selector':{'matchLabels':{'app':'"
        + name
        + "'}},"
        + more
        + template(name, "")
        + "}}";
  }

  static String template(String app, String podSpec) {
    return "'template':{'metadata':{'labels':{'app':'"
        + app
        + "'}},'spec':{"
        + podSpec
        + "'containers':[{'name':'main','image':'app:1','ports':[{'name':'web','containerPort':8080}]}]}}";
  }

  static String pod(String name, String podSpec) {
    return "{'metadata':{'name':'"
        + name
        + "','namespace':'default','labels':{'app':'"
        + name
        + "'}},'spec':{"
        + podSpec
        + "}}";
  }

  static String container(String name, String image, String more) {
    return "{'name':'" + name + "','image':'" + image + "'" + more + "}";
  }

  static String service(String name, String more) {
    return "{'metadata':{'name':'"
        + name
        + "','namespace':'default'},'spec':{'selector':{'app':'"
        + name
        + "'}"
        + more
        + "}}";
  }
}
