package io.github.kruiseinstaller.testkit.internal.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.controller.OwnerIndex.Item;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OwnerIndexTest {
  private static final Item ONE = new Item("secrets", new Key("default", "one"));
  private static final Item TWO = new Item("secrets", new Key("default", "two"));

  private final OwnerIndex index = new OwnerIndex();

  private static ObjectNode ownedBy(String... uids) {
    return World.json(
        Arrays.stream(uids)
            .map(uid -> "{'uid':'" + uid + "'}")
            .collect(Collectors.joining(",", "{'metadata':{'ownerReferences':[", "]}}")));
  }

  @Test
  void change_followsAnObjectFromOwnerToOwner() {
    index.change(ONE, null, ownedBy("a", "b"));
    index.change(TWO, null, ownedBy("b"));
    assertThat(index.dependents("a")).containsExactly(ONE);
    assertThat(index.dependents("b")).containsExactlyInAnyOrder(ONE, TWO);

    index.change(ONE, ownedBy("a", "b"), ownedBy("b", "c"));
    assertThat(index.dependents("a")).isEmpty();
    assertThat(index.dependents("b")).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(index.dependents("c")).containsExactly(ONE);

    index.change(ONE, ownedBy("b", "c"), null);
    assertThat(index.dependents("b")).containsExactly(TWO);
    assertThat(index.dependents("c")).isEmpty();
  }

  @Test
  void change_ofAnObjectThatWasNotKnown_isNoMatter() {
    index.change(ONE, ownedBy("a"), null);
    index.change(ONE, ownedBy("a"), ownedBy());
    index.change(ONE, null, null);
    assertThat(index.dependents("a")).isEmpty();
  }
}
