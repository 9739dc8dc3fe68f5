package io.github.kruiseinstaller.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds static fields that can change, by assignment or because their type is made to change. */
final class MutableStatics {

  private static final List<String> MUTABLE_TYPES =
      List.of(
          "java.lang.AbstractStringBuilder",
          "java.lang.Thread",
          "java.lang.ThreadLocal",
          "java.util.AbstractCollection",
          "java.util.AbstractMap",
          "java.util.BitSet",
          "java.util.Calendar",
          "java.util.Date",
          "java.util.Dictionary",
          "java.util.Random",
          "java.util.Timer");

  private MutableStatics() {}

  /** One message per field. */
  static Stream<String> in(JavaClass type) {
    return type.getFields().stream()
        .filter(MutableStatics::isStatic)
        .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL) || canChange(field))
        .map(field -> field.getFullName() + " is static and can change");
  }

  private static boolean isStatic(JavaField field) {
    Set<JavaModifier> modifiers = field.getModifiers();
    return modifiers.contains(JavaModifier.STATIC) && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  private static boolean canChange(JavaField field) {
    JavaClass type = field.getRawType();
    boolean concurrent = type.getPackageName().startsWith("java.util.concurrent") && !type.isEnum();
    return type.isArray() || concurrent || MUTABLE_TYPES.stream().anyMatch(type::isAssignableTo);
  }
}
