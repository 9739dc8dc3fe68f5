package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asked about every write before it is stored. */
public interface Admission {
  /** What is to be done. */
  enum Operation {
    /** POST, or an apply that creates. */
    CREATE,
    /** PUT, PATCH. */
    UPDATE,
    /** DELETE. */
    DELETE
  }

  /**
   * A write.
   *
   * @param operation what is to be done
   * @param resource which kind, in the version of the request
   * @param subresource such as {@code eviction}, or empty
   * @param namespace or empty
   * @param name of the object; empty when it is generated later
   * @param object as it would be stored; null for DELETE. For {@code pods/eviction} the Eviction
   * @param oldObject as it is stored; null for CREATE
   * @param dryRun nothing will be stored
   * @param options the CreateOptions, UpdateOptions, PatchOptions or DeleteOptions
   * @param caller who asks
   * @param warnings gets what goes into Warning headers
   */
  record Request(
      Operation operation,
      Resource resource,
      String subresource,
      String namespace,
      String name,
      @Nullable ObjectNode object,
      @Nullable ObjectNode oldObject,
      boolean dryRun,
      ObjectNode options,
      Caller caller,
      List<String> warnings) {
    /** A write whose warnings nobody reads. */
    public Request(
        Operation operation,
        Resource resource,
        String subresource,
        String namespace,
        String name,
        @Nullable ObjectNode object,
        @Nullable ObjectNode oldObject,
        boolean dryRun,
        ObjectNode options,
        Caller caller) {
      this(
          operation,
          resource,
          subresource,
          namespace,
          name,
          object,
          oldObject,
          dryRun,
          options,
          caller,
          new ArrayList<>());
    }

    /** The same write of another object. */
    Request with(@Nullable ObjectNode other) {
      return new Request(
          operation,
          resource,
          subresource,
          namespace,
          name,
          other,
          oldObject,
          dryRun,
          options,
          caller,
          warnings);
    }

    /** Whether it is about objects of a kind themselves, not about a subresource. */
    boolean isAbout(String group, String plural) {
      return subresource.isEmpty()
          && resource.group().equals(group)
          && resource.plural().equals(plural);
    }
  }

  /**
   * The mutating half: built-in plugins, then mutating webhooks.
   *
   * @return the object as it is to be stored; null for DELETE
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException when refused
   */
  @Nullable ObjectNode mutate(Request request);

  /**
   * The validating half, on the final object.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException when refused
   */
  void validate(Request request);

  /**
   * Asked once more about a new object, at the moment in which it is stored and while nobody else
   * writes: whatever counts what is there. Must be quick and must not wait for anybody.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException when refused
   */
  default void confirm(Request request) {}
}
