package dev.echomesh.mesh;

import dev.echomesh.bus.ProbeKind;
import java.util.List;
import java.util.Set;

/** Whose turn it is of the looks at one path. Not safe for threads. */
final class Turns {
  private final Looks looks;
  private boolean suspect;
  private int next;

  /** Begins calmly. */
  Turns(Looks looks) {
    this.looks = looks;
  }

  /** Begins anew with the looks at a suspect path, or with those at another, if it was not so. */
  void suspect(boolean isSuspect) {
    if (suspect != isSuspect) {
      suspect = isSuspect;
      next = 0;
    }
  }

  /** The next that is not under way, because a connection is sampled once at a time. */
  Look next(Set<ProbeKind> underWay) {
    List<Look> turns = suspect ? looks.suspect() : looks.calm();
    Look look = turns.get(next++ % turns.size());
    for (int i = 1; i < turns.size() && underWay.contains(look.kind()); i++) {
      look = turns.get(next++ % turns.size());
    }
    return look;
  }
}
