package io.github.kruiseinstaller.internal.yaml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads a stream of YAML or JSON documents into raw trees, without loss: order of keys, explicit
 * nulls and long numbers survive, and a key is always the text that was written, even {@code on} or
 * {@code 1}. Scalars mean what they mean to kubectl; what the YAML specification and kubectl read
 * differently, keys that appear twice and keys that differ from what a later {@code <<} merges, is
 * refused. Documents of kind {@code List} become their items; empty documents are skipped.
 * Thread-safe; holds nothing.
 */
public final class YamlReader {
  /** The longest text that is read, in characters; the largest release has half a million. */
  public static final int MAX_CHARACTERS = 32 * 1024 * 1024;

  private static final int MAX_NODES = 2_000_000;
  private static final int MAX_DEPTH = 250;
  private static final int MAX_ALIASES = 200;

  private YamlReader() {}

  /**
   * Reads UTF-8, with or without a byte order mark.
   *
   * @param source what to call the text in messages
   * @throws YamlReadException when anything cannot be read, with all problems found
   */
  public static List<YamlDocument> read(String source, byte[] text) {
    try {
      return read(
          source, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
    } catch (CharacterCodingException e) {
      throw new YamlReadException(
          new Origin(source, 1, 1), "the text is not UTF-8", "Save the file in UTF-8.");
    }
  }

  /**
   * Reads a text.
   *
   * @param source what to call the text in messages
   * @throws YamlReadException when anything cannot be read, with all problems found
   */
  public static List<YamlDocument> read(String source, String text) {
    Origin start = new Origin(source, 1, 1);
    if (text.length() > MAX_CHARACTERS) {
      throw new YamlReadException(
          start,
          "the text has more than " + MAX_CHARACTERS + " characters",
          "Give the manifests of one release only.");
    }
    String body = JsonText.asYaml(text.startsWith("\uFEFF") ? text.substring(1) : text);
    List<YamlDocument> documents = new ArrayList<>();
    List<YamlProblem> problems = new ArrayList<>();
    int index = 0;
    try {
      Composer composer = composer(body);
      while (composer.checkNode()) {
        Node node = composer.getNode();
        index++;
        Origin origin = new Origin(source, index, line(node));
        try {
          addObjects(node, origin, documents);
        } catch (YamlReadException e) {
          problems.addAll(e.problems());
        }
      }
    } catch (YAMLException e) {
      // What follows a syntax error has no meaning, so that this is the last problem.
      problems.add(syntaxProblem(e, body, new Origin(source, index + 1, 1)));
    }
    if (!problems.isEmpty()) {
      throw new YamlReadException(problems, documents);
    }
    return documents;
  }

  private static Composer composer(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(MAX_ALIASES);
    return new Composer(
        new ParserImpl(new StreamReader(text), options), new PlainResolver(), options);
  }

  private static void addObjects(Node node, Origin origin, List<YamlDocument> documents) {
    SequenceNode items = itemsOfList(node);
    if (items != null) {
      for (Node item : items.getValue()) {
        addObjects(item, origin.atLine(line(item)), documents);
      }
      return;
    }
    Object tree = new TreeBuilder(origin, MAX_NODES).build(node);
    if (tree == null) {
      return;
    }
    if (!(tree instanceof Map<?, ?>)) {
      throw new YamlReadException(
          origin,
          "the document is " + shape(tree) + " and not an object with apiVersion, kind, metadata",
          "Give Kubernetes manifests only, one object a document.");
    }
    @SuppressWarnings("unchecked") // every map of a raw tree has text keys
    Map<String, @Nullable Object> object = (Map<String, @Nullable Object>) tree;
    documents.add(new YamlDocument(object, origin));
  }

  /** The items, when the node is an object of a kind such as List or ConfigMapList. */
  private static @Nullable SequenceNode itemsOfList(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      return null;
    }
    boolean list = false;
    SequenceNode items = null;
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        continue;
      }
      if (key.getValue().equals("kind") && tuple.getValueNode() instanceof ScalarNode kind) {
        list = kind.getValue().endsWith("List");
      } else if (key.getValue().equals("items")
          && tuple.getValueNode() instanceof SequenceNode sequence) {
        items = sequence;
      }
    }
    return list ? items : null;
  }

  private static YamlProblem syntaxProblem(YAMLException error, String text, Origin origin) {
    int line = 1;
    String what = String.valueOf(error.getMessage());
    if (error instanceof MarkedYAMLException marked) {
      if (marked.getProblemMark() != null) {
        line = marked.getProblemMark().getLine() + 1;
      }
      // The full message quotes the text around, which may be secret.
      what = "not YAML: " + marked.getProblem();
    } else if (error instanceof ReaderException reader) {
      int end = Math.min(Math.max(reader.getPosition(), 0), text.length());
      line = 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
      what = "not YAML: the character U+%04X is not allowed".formatted(reader.getCodePoint());
    }
    return new YamlProblem(origin.atLine(line), what, remedy(what, text));
  }

  private static String remedy(String what, String text) {
    if (what.contains("'\\t(TAB)'")) {
      return "Put spaces in place of the tab there, also where it stands before a value or a"
          + " comment.";
    }
    return text.contains("{{")
        ? "The text holds {{ }} of a template: give the chart itself, or what 'helm template'"
            + " makes of it."
        : "Correct the YAML there.";
  }

  private static String shape(Object tree) {
    return tree instanceof List<?> ? "a list" : "a single value";
  }

  private static int line(Node node) {
    return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
  }

  /** Leaves the meaning of unquoted scalars to {@link ScalarRules}. */
  private static final class PlainResolver extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      // None: they hold the timestamps and sexagesimals of YAML 1.1.
    }

    @Override
    public Tag resolve(NodeId kind, String value, boolean implicit) {
      return kind == NodeId.scalar && implicit
          ? TreeBuilder.PLAIN
          : super.resolve(kind, value, implicit);
    }
  }
}
