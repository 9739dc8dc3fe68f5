package io.github.kruiseinstaller.testkit.internal.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What may be a label's key or value, with the API server's complaints. */
final class LabelSyntax {
  private static final Pattern NAME = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final String NAME_RULE =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
          + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

  private LabelSyntax() {}

  static List<String> key(String key) {
    List<String> complaints = new ArrayList<>();
    String[] parts = key.split("/", -1);
    if (parts.length > 2) {
      return List.of(
          "a qualified name "
              + NAME_RULE
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    if (parts.length == 2) {
      prefix(parts[0], complaints);
    }
    String name = parts[parts.length - 1];
    if (name.isEmpty()) {
      complaints.add("name part must be non-empty");
    } else if (name.length() > 63) {
      complaints.add("name part must be no more than 63 characters");
    }
    if (!NAME.matcher(name).matches()) {
      complaints.add("name part " + NAME_RULE);
    }
    return complaints;
  }

  private static void prefix(String prefix, List<String> complaints) {
    if (prefix.isEmpty()) {
      complaints.add("prefix part must be non-empty");
      return;
    }
    if (prefix.length() > 253) {
      complaints.add("prefix part must be no more than 253 characters");
    }
    if (!SUBDOMAIN.matcher(prefix).matches()) {
      complaints.add(
          "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
              + " characters, '-' or '.', and must start and end with an alphanumeric character"
              + " (e.g. 'example.com', regex used for validation is '"
              + SUBDOMAIN.pattern()
              + "')");
    }
  }

  static List<String> value(String value) {
    List<String> complaints = new ArrayList<>();
    if (value.length() > 63) {
      complaints.add("must be no more than 63 characters");
    }
    if (!value.isEmpty() && !NAME.matcher(value).matches()) {
      complaints.add(
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
              + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
              + " 'my_value',  or '12345', regex used for validation is"
              + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
    }
    return complaints;
  }
}
