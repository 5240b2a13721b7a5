package dev.echomesh.cli;

/** How results go to standard output. */
enum Output {
  TEXT,
  JSON
}
