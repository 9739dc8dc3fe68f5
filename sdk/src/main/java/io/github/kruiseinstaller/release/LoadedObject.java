package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.model.Manifest;

/**
 * An object and where it was read.
 *
 * @param manifest the object
 * @param where source, document and line, for people
 */
record LoadedObject(Manifest manifest, String where) {
  LoadedObject with(Manifest newManifest) {
    return new LoadedObject(newManifest, where);
  }
}
