package io.github.kruiseinstaller.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the types that the public members of a public class show, but callers should not see. */
record PublicSignatures(ArchitectureRules rules) {

  /** One message per type that leaks out of the class. */
  Stream<String> leaks(JavaClass type) {
    if (!rules.isPublicPackage(type) || !isAccessible(type)) {
      return Stream.empty();
    }
    Stream<String> parents =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
            .flatMap(parent -> parent.getAllInvolvedRawTypes().stream())
            .filter(parent -> !isJdk(parent) && !rules.isPublicPackage(parent))
            .filter(parent -> !rules.mayUse(type, parent))
            .map(parent -> type.getName() + " extends " + parent.getName());
    Stream<String> members =
        type.getMembers().stream()
            .filter(PublicSignatures::isVisible)
            .flatMap(member -> leaks(type, member));
    return Stream.concat(parents, members);
  }

  private Stream<String> leaks(JavaClass type, JavaMember member) {
    return typesOf(member)
        .map(JavaType::getAllInvolvedRawTypes)
        .flatMap(Set::stream)
        .map(JavaClass::getBaseComponentType)
        .filter(shown -> !isAllowed(type, shown))
        .distinct()
        .map(shown -> member.getFullName() + " shows " + shown.getName());
  }

  private boolean isAllowed(JavaClass type, JavaClass shown) {
    return isJdk(shown)
        || (rules.isPublicPackage(shown) && isAccessible(shown))
        || rules.mayUse(type, shown);
  }

  private static Stream<JavaType> typesOf(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit unit = (JavaCodeUnit) member;
    return Stream.of(
            unit.getTypeParameters(),
            unit.getParameterTypes(),
            Set.of(unit.getReturnType()),
            unit.getThrowsClause().getTypes())
        .flatMap(Collection::stream)
        .map(JavaType.class::cast);
  }

  private static boolean isVisible(JavaMember member) {
    Set<JavaModifier> modifiers = member.getModifiers();
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC)
        && !modifiers.contains(JavaModifier.BRIDGE);
  }

  private static boolean isAccessible(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(PublicSignatures::isAccessible).orElse(true);
  }

  private static boolean isJdk(JavaClass type) {
    return type.isPrimitive() || type.getPackageName().startsWith("java.");
  }
}
