/**
 * A service that installs OpenKruise into many clusters, on requests over HTTP. No request has a
 * body; an answer is JSON, and where something was refused it is {@code {"error", "remedy"}}.
 *
 * <ul>
 *   <li>{@code POST /clusters/{name}/installations}, {@code ?takeOver=keep|remove}
 *   <li>{@code POST /clusters/{name}/repairs}
 *   <li>{@code POST /clusters/{name}/uninstallations}, {@code ?customResources=keep|delete}: these
 *       start a run, 202 with its {@code Location}; 409 while another one is under way in the same
 *       cluster
 *   <li>{@code GET /runs}, newest first, without reports
 *   <li>{@code GET /runs/{id}}: state, stage, and the report once there is one
 *   <li>{@code GET /runs/{id}/events}: a line per event from the first on, until the run has ended
 *   <li>{@code DELETE /runs/{id}}: cancels, 202; 200 when it has ended anyway
 *   <li>{@code GET /clusters}
 *   <li>{@code GET /clusters/{name}/plan}, {@code /health}, {@code /diagnosis}, {@code /preflight}:
 *       look, and write nothing; 502 when the cluster cannot be reached
 *   <li>{@code GET /healthz}: 503 once the service has been told to end
 * </ul>
 *
 * <p>What the SDK asks of a service is in three places: {@link
 * io.github.kruiseinstaller.examples.provisioning.Verb} starts runs, {@link
 * io.github.kruiseinstaller.examples.provisioning.ClusterRun} follows one, and {@link
 * io.github.kruiseinstaller.examples.provisioning.Runs} keeps them apart and ends them.
 */
@NullMarked
package io.github.kruiseinstaller.examples.provisioning;

import org.jspecify.annotations.NullMarked;
