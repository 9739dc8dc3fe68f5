package io.github.kruiseinstaller.check;

import java.util.Locale;

/** What a check is about; reports are in this order. */
public enum CheckCategory {
  /** The API server, its version and what it serves. */
  CLUSTER,
  /** What the caller may do. */
  PERMISSIONS,
  /** What is installed already, and by whom. */
  INSTALLATION,
  /** Namespaces, their labels and their state. */
  NAMESPACE,
  /** Quotas, limits and Pod security. */
  POLICY,
  /** Nodes, and room on them. */
  NODES,
  /** The manager, its Pods and images. */
  MANAGER,
  /** The way from the API server to the manager. */
  NETWORK,
  /** Secret, certificates and the CA that the API server trusts. */
  CERTIFICATES,
  /** Custom resource definitions and their conversion. */
  DEFINITIONS,
  /** OpenKruise's webhook configurations, and those of others that intercept its objects. */
  WEBHOOKS,
  /** The node daemon, which no webhook depends on. */
  DAEMON;

  /** The stable text form, such as {@code certificates}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
