package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A watch whose events a thread of its own collects. */
final class OpenStream implements AutoCloseable {
  private static final String END = "";

  private final Call call;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private OpenStream(Call call) {
    this.call = call;
  }

  /**
   * Opens a watch.
   *
   * @return the answer when the server refuses, else an answer without body; and the stream, which
   *     is null when the server refuses
   */
  static Opened open(Call call) throws IOException {
    Response response = call.execute();
    if (response.code() != 200) {
      try (response) {
        return new Opened(HttpClient.read(response), null);
      }
    }
    OpenStream stream = new OpenStream(call);
    Thread reader = new Thread(() -> stream.read(response), "contract-watch");
    reader.setDaemon(true);
    reader.start();
    return new Opened(new Exchange(200, "", List.of(), null, ""), stream);
  }

  /**
   * An answer to a watch.
   *
   * @param answer its head, or all of it when it is a refusal
   * @param stream the events, or null
   */
  record Opened(Exchange answer, @Nullable OpenStream stream) {}

  /**
   * Waits for so many events, bookmarks not counted, or with -1 until the server ends.
   *
   * @param longest how long to wait for one event
   */
  Events read(int count, Duration longest) throws InterruptedException {
    List<JsonElement> events = new ArrayList<>();
    int counted = 0;
    while (count < 0 || counted < count) {
      String line = lines.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        return new Events(events, "silence");
      }
      if (line.equals(END)) {
        return new Events(events, "the server ended it");
      }
      JsonElement event = JsonParser.parseString(line);
      events.add(event);
      counted += "BOOKMARK".equals(Pointers.text(event, "/type")) ? 0 : 1;
    }
    return new Events(events, "open");
  }

  /**
   * What came.
   *
   * @param events as they came
   * @param then how it stands afterwards
   */
  record Events(List<JsonElement> events, String then) {}

  private void read(Response response) {
    try (response;
        BufferedReader reader = new BufferedReader(response.body().charStream())) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      // Closed by us, or cut off: both are an end.
    } finally {
      lines.add(END);
    }
  }

  @Override
  public void close() {
    call.cancel();
  }
}
