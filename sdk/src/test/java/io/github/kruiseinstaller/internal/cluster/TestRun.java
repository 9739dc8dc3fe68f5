package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.cluster.FakeCluster.ManualTime;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.Deadline;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.kubernetes.client.openapi.ApiClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A run of ten minutes in virtual time, and what it was told of retries. */
final class TestRun {
  final ManualTime time = new ManualTime();
  final Cancellation cancellation = new Cancellation();
  final List<String> retries = Collections.synchronizedList(new ArrayList<>());
  final RunControl control =
      new RunControl(
          time,
          Deadline.in(Duration.ofMinutes(10), time),
          cancellation,
          new RetryPolicy(Duration.ofMillis(200), 2, 0, Duration.ofSeconds(10)),
          (object, cause, attempt, delay) -> retries.add(cause + " / " + delay.toMillis()));

  /** The cluster at an address, as field manager {@code tester}. */
  Cluster cluster(String url) {
    return Connection.over(new ApiClient().setBasePath(url)).bind(control, "tester");
  }
}
