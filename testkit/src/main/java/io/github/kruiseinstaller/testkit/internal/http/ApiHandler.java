package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.fault.ApiRequest;
import io.github.kruiseinstaller.testkit.fault.Faults;
import io.github.kruiseinstaller.testkit.fault.KillSwitch;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import io.github.kruiseinstaller.testkit.internal.auth.Authenticator;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.auth.Impersonation;
import io.github.kruiseinstaller.testkit.internal.proto.ProtobufBodies;
import io.github.kruiseinstaller.testkit.internal.status.PlainTextException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes each request through its stations: who, what, what goes wrong, may he, the answer. */
final class ApiHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

  private static final Caller NOBODY = new Caller("", List.of(), "");

  private final Router router;
  private final Guards guards;
  private final Watchers watchers;
  private final ProtobufBodies protobuf;

  /**
   * Who asks who comes in.
   *
   * @param authenticator who it is
   * @param impersonation as whom he acts
   * @param authorizer what he may
   */
  record Guards(Authenticator authenticator, Impersonation impersonation, Authorizer authorizer) {}

  /**
   * Who sees every request.
   *
   * @param faults what goes wrong
   * @param kills who is no longer served
   * @param recorder writes down
   * @param streams what is going on
   * @param effects what a request has done
   */
  record Watchers(
      Faults faults, KillSwitch kills, Recorder recorder, Streams streams, EffectMeter effects) {}

  ApiHandler(Router router, Guards guards, Watchers watchers, ProtobufBodies protobuf) {
    super(InvocationType.BLOCKING);
    this.router = router;
    this.guards = guards;
    this.watchers = watchers;
    this.protobuf = protobuf;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      serve(request, response);
      callback.succeeded();
    } catch (IOException e) {
      // Nobody is there to be answered; a connection that is still open must not be used again.
      new Wire(request).breakOff();
      callback.failed(e);
    } catch (InterruptedException e) {
      // The server or the client has ended; the thread is the pool's and goes on.
      new Wire(request).breakOff();
      callback.failed(e);
    }
    return true;
  }

  private void serve(Request request, Response response) throws IOException, InterruptedException {
    Wire wire = new Wire(request);
    Incoming incoming = new Incoming(request);
    byte[] body = new byte[0];
    Caller caller = NOBODY;
    @Nullable StatusException refusal = null;
    try {
      body = Body.read(request);
      caller = caller(incoming, wire);
      if (incoming.contentType().equals(ProtobufBodies.MEDIA_TYPE) && body.length > 0) {
        Optional<byte[]> json = protobuf.json(body);
        if (json.isPresent()) {
          body = json.get();
          incoming.readAsJson();
        }
      }
    } catch (StatusException e) {
      refusal = e;
    }
    ApiRequest facts = incoming.facts(caller.user(), body);
    try (Streams.Open open = watchers.streams.enter(caller.user(), facts.agent(), wire)) {
      long number = watchers.recorder.begin(facts);
      long start = System.nanoTime();
      KillSwitch.Verdict kill = watchers.kills.on(caller.user(), facts.agent());
      // Who is no longer served does not use up faults that others wait for.
      FaultPlan plan =
          kill == KillSwitch.Verdict.RESET
              ? FaultPlan.NONE
              : FaultPlan.of(watchers.faults.on(facts));
      Delivery delivery = new Delivery(new Outgoing(response, wire), open, plan, kill);
      watchers.effects.begin();
      try {
        delivery.before();
        if (!delivery.answered()) {
          Call call = incoming.call(caller, body, plan);
          delivery.deliver(answer(call, refusal), call.warnings());
        }
      } finally {
        Duration duration = Duration.ofNanos(System.nanoTime() - start);
        watchers.recorder.end(
            number, delivery.status(), watchers.effects.end(), delivery.label(), duration);
      }
    }
  }

  private Caller caller(Incoming incoming, Wire wire) {
    Caller caller =
        guards
            .authenticator
            .authenticate(incoming.authorization(), wire.clientCertificate())
            .caller(incoming.agent());
    return guards.impersonation.apply(caller, incoming.impersonated());
  }

  private Answer answer(Call call, @Nullable StatusException refusal) throws InterruptedException {
    String accept = call.headers().first("Accept");
    try {
      if (refusal != null) {
        throw refusal;
      }
      guards.authorizer.check(call.access());
      Answer answer = router.answer(call);
      if (answer instanceof Answer.Flow flow) {
        flow.source().open();
      }
      return answer;
    } catch (PlainTextException e) {
      return Answer.internalError(call.uri(), String.valueOf(e.getMessage()));
    } catch (StatusException e) {
      return Rendering.refusal(e, accept);
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", call.method(), call.path().path(), e);
      return Rendering.refusal(Statuses.internal(String.valueOf(e.getMessage())), accept);
    }
  }
}
