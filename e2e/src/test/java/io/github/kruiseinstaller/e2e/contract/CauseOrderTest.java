package io.github.kruiseinstaller.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

class CauseOrderTest {
  private static final String CAUSES =
      "'causes':[{'message':'M','field':'b'},{'message':'N','field':'a'}]";

  @Test
  void settle_whenACustomResourceIsInvalid_sortsCausesAndMessage() {
    JsonObject status =
        settled(
            "{'message':'X is invalid: [b: M, a: N]','details':{'group':'x.example.com',"
                + CAUSES
                + "}}");

    assertThat(Pointers.text(status, "/details/causes/0/field")).isEqualTo("a");
    assertThat(Pointers.text(status, "/message")).isEqualTo("X is invalid: [a: N, b: M]");
  }

  @Test
  void settle_whenAnApplyConflicts_sortsCausesOnly() {
    JsonObject status = settled("{'reason':'Conflict','message':'m','details':{" + CAUSES + "}}");

    assertThat(Pointers.text(status, "/details/causes/0/field")).isEqualTo("a");
    assertThat(Pointers.text(status, "/message")).isEqualTo("m");
  }

  @Test
  void settle_whenABuiltInKindIsInvalid_keepsTheOrder() {
    JsonObject status = settled("{'reason':'Invalid','details':{'group':'apps'," + CAUSES + "}}");

    assertThat(Pointers.text(status, "/details/causes/0/field")).isEqualTo("b");
  }

  private static JsonObject settled(String json) {
    JsonObject status = JsonParser.parseString(json.replace('\'', '"')).getAsJsonObject();
    CauseOrder.settle(status);
    return status;
  }
}
