/** What goes wrong with requests on purpose, and a record of all requests. */
@NullMarked
package io.github.kruiseinstaller.testkit.fault;

import org.jspecify.annotations.NullMarked;
