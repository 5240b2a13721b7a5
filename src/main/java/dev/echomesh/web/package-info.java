/**
 * HTTP: the API, health and metrics. It knows the other rooms only by what they answer on the event
 * bus.
 */
@NullMarked
package dev.echomesh.web;

import org.jspecify.annotations.NullMarked;
