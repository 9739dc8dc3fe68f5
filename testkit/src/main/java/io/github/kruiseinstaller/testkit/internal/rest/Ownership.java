package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.FieldManagers;
import io.github.kruiseinstaller.testkit.internal.apply.Writer;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import org.jspecify.annotations.Nullable;

/** Who keeps managedFields; {@link FieldManagers} but for tests. */
public interface Ownership {
  /** A create, update or patch; see {@link FieldManagers#updated}. */
  ObjectNode updated(Resource resource, @Nullable ObjectNode live, ObjectNode next, Writer by);

  /** A server-side apply; see {@link FieldManagers#applied}. */
  ObjectNode applied(
      Resource resource, @Nullable ObjectNode live, ObjectNode config, Writer by, boolean force);

  /** Takes back differences that do not count; see {@link FieldManagers#settled}. */
  ObjectNode settled(ObjectNode live, ObjectNode next);

  /** The real one. */
  static Ownership by(FieldManagers managers) {
    return new Ownership() {
      @Override
      public ObjectNode updated(
          Resource resource, @Nullable ObjectNode live, ObjectNode next, Writer by) {
        return managers.updated(resource, live, next, by);
      }

      @Override
      public ObjectNode applied(
          Resource resource,
          @Nullable ObjectNode live,
          ObjectNode config,
          Writer by,
          boolean force) {
        return managers.applied(resource, live, config, by, force);
      }

      @Override
      public ObjectNode settled(ObjectNode live, ObjectNode next) {
        return FieldManagers.settled(live, next);
      }
    };
  }
}
