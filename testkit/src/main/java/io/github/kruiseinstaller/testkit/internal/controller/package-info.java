/** What makes a cluster's objects come true: controllers, a scheduler and kubelets. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.controller;

import org.jspecify.annotations.NullMarked;
