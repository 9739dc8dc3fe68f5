package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.KillSwitch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Brings an answer to the client, or does not, as the faults say. */
final class Delivery {
  private final Outgoing outgoing;
  private final Streams.Open open;
  private final FaultPlan plan;
  private final KillSwitch.Verdict kill;
  private int status;
  private boolean answered;

  Delivery(Outgoing outgoing, Streams.Open open, FaultPlan plan, KillSwitch.Verdict kill) {
    this.outgoing = outgoing;
    this.open = open;
    this.plan = plan;
    this.kill = kill;
  }

  /** What goes wrong before the request is carried out. */
  void before() throws IOException, InterruptedException {
    if (kill == KillSwitch.Verdict.RESET) {
      throw lost("the client is no longer served");
    }
    if (!plan.delay().isZero()) {
      open.pause(plan.delay());
    }
    takeAway(Fault.Moment.BEFORE_EFFECT);
    if (plan.main() instanceof Fault.Answer fault) {
      Map<String, String> headers =
          fault.retryAfterSeconds() == 0
              ? Map.of()
              : Map.of("Retry-After", String.valueOf(fault.retryAfterSeconds()));
      send(
          new Answer.Whole(
              fault.status(),
              fault.contentType(),
              fault.body().getBytes(StandardCharsets.UTF_8),
              headers),
          List.of());
      answered = true;
    }
  }

  /** Whether there is an answer already, and the request is not to be carried out. */
  boolean answered() {
    return answered;
  }

  /** Brings the answer. */
  void deliver(Answer answer, List<String> warnings) throws IOException, InterruptedException {
    if (answer instanceof Answer.Whole whole) {
      afterEffect();
      if (plan.main() instanceof Fault.Truncation) {
        status = whole.status();
        outgoing.sendHalf(whole, warnings);
        throw new ConnectionLost("truncated");
      }
      send(whole, warnings);
    } else if (answer instanceof Answer.Flow flow) {
      try {
        afterEffect();
        flow(flow, warnings);
      } finally {
        flow.source().close();
      }
    }
  }

  private void afterEffect() throws IOException, InterruptedException {
    if (kill == KillSwitch.Verdict.RESET_AFTER_EFFECT) {
      throw lost("the client is no longer served");
    }
    takeAway(Fault.Moment.AFTER_EFFECT);
  }

  private void takeAway(Fault.Moment moment) throws IOException, InterruptedException {
    if (plan.resets(moment)) {
      throw lost("reset");
    }
    if (plan.main() instanceof Fault.Hang hang && hang.moment() == moment) {
      open.untilGone(hang.time());
      throw lost("hung");
    }
  }

  private ConnectionLost lost(String why) {
    outgoing.wire().reset();
    return new ConnectionLost(why);
  }

  private void send(Answer.Whole whole, List<String> warnings) throws IOException {
    status = whole.status();
    outgoing.send(whole, warnings);
  }

  private void flow(Answer.Flow flow, List<String> warnings)
      throws IOException, InterruptedException {
    open.waits();
    status = 200;
    Answer.Sink sink = outgoing.begin(flow, warnings);
    flow.source().run(plan.main() instanceof Fault.Truncation ? new Halving(sink) : sink);
    if (sink.gone()) {
      throw new ConnectionLost("gone");
    }
    outgoing.end();
  }

  /** Sends half of the first piece and resets. */
  private record Halving(Answer.Sink sink) implements Answer.Sink {
    @Override
    public void write(byte[] bytes) throws IOException {
      sink.write(java.util.Arrays.copyOf(bytes, bytes.length / 2));
      sink.reset();
      throw new ConnectionLost("truncated");
    }

    @Override
    public boolean gone() {
      return sink.gone();
    }

    @Override
    public void reset() {
      sink.reset();
    }
  }

  /** The status that was sent; 0 for none. */
  int status() {
    return status;
  }

  /** What was made to go wrong, in words. */
  String label() {
    return kill == KillSwitch.Verdict.SERVE ? plan.label() : "killed";
  }
}
