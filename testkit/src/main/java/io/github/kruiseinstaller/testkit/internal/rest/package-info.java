/** The verbs of the API on objects. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.rest;

import org.jspecify.annotations.NullMarked;
