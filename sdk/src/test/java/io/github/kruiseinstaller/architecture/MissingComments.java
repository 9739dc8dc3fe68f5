package io.github.kruiseinstaller.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Finds public types, methods and constants without a comment in source files. */
final class MissingComments extends TreePathScanner<Void, String> {

  private final DocTrees docs;
  private final List<String> found = new ArrayList<>();

  private MissingComments(DocTrees docs) {
    this.docs = docs;
  }

  /** The names of those members, in the order of the source. */
  static List<String> in(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      MissingComments scanner = new MissingComments(DocTrees.instance(task));
      for (CompilationUnitTree unit : task.parse()) {
        scanner.scan(unit, "");
      }
      return scanner.found;
    }
  }

  @Override
  public Void visitClass(ClassTree type, String owner) {
    if (!isPublic(type.getModifiers())) {
      return null;
    }
    String name =
        owner.isEmpty() ? type.getSimpleName().toString() : owner + "." + type.getSimpleName();
    check(name);
    return super.visitClass(type, name);
  }

  @Override
  public Void visitMethod(MethodTree method, String owner) {
    boolean constructor = method.getName().contentEquals("<init>");
    if (isPublic(method.getModifiers()) && !constructor && !overrides(method)) {
      check(owner + "." + method.getName());
    }
    return null;
  }

  @Override
  public Void visitVariable(VariableTree field, String owner) {
    if (isPublic(field.getModifiers())) {
      check(owner + "." + field.getName());
    }
    return null;
  }

  private void check(String name) {
    if (docs.getDocComment(getCurrentPath()) == null) {
      found.add(name);
    }
  }

  private boolean isPublic(ModifiersTree modifiers) {
    Tree parent = getCurrentPath().getParentPath().getLeaf();
    boolean inInterface =
        parent.getKind() == Tree.Kind.INTERFACE || parent.getKind() == Tree.Kind.ANNOTATION_TYPE;
    return modifiers.getFlags().contains(Modifier.PUBLIC)
        || modifiers.getFlags().contains(Modifier.PROTECTED)
        || (inInterface && !modifiers.getFlags().contains(Modifier.PRIVATE));
  }

  private static boolean overrides(MethodTree method) {
    return method.getModifiers().getAnnotations().stream()
        .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
  }
}
