/** Why an installation refuses requests or does not work: causes, with evidence and remedy. */
@NullMarked
package io.github.kruiseinstaller.diagnosis;

import org.jspecify.annotations.NullMarked;
