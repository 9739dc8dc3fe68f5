/** The contract suite: what requests a Kubernetes API server answers, and how. */
@NullMarked
package io.github.kruiseinstaller.e2e.contract;

import org.jspecify.annotations.NullMarked;
