package dev.echomesh.web;

import io.vertx.core.Future;

/** Answers a call; fails with {@link ProblemException} for what the caller did. Event loop only. */
@FunctionalInterface
interface Action {
  Future<Reply> answer(Call call);
}
