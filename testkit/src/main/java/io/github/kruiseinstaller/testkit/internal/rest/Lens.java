package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The part of an object that a request is about, as admission sees it. */
interface Lens {
  /** The whole object. */
  Lens WHOLE =
      new Lens() {
        @Override
        public ObjectNode view(ObjectNode object) {
          return object;
        }

        @Override
        public ObjectNode put(ObjectNode object, ObjectNode view) {
          return view;
        }
      };

  /** The part. */
  ObjectNode view(ObjectNode object);

  /** The object with the part replaced. */
  ObjectNode put(ObjectNode object, ObjectNode view);
}
