package dev.echomesh.web;

/** What an operation does, which decides who may ask for it. */
enum Access {
  /** It says whether the node is well, for those who watch over it. */
  HEALTH,
  /** It shows something. */
  READ,
  /** It makes traffic or changes something. */
  COMMAND
}
