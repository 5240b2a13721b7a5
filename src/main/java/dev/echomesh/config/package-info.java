/**
 * Ground: the immutable configuration of a node and how it comes to be: file, environment and
 * command line, checked against one JSON Schema, with the origin of every value.
 */
@NullMarked
package dev.echomesh.config;

import org.jspecify.annotations.NullMarked;
