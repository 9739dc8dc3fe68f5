/** A program that brings a fleet of clusters to one release: plans, asks, then does just that. */
@NullMarked
package io.github.kruiseinstaller.examples.deploy;

import org.jspecify.annotations.NullMarked;
