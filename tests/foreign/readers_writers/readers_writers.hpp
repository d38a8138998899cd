// The module ReadersWriters of the folder of that name in tlaplus/Examples (32a32c7), of
// I. Trijunovic: readers and writers wait for a resource in one queue.
#pragma once

#include "checker/vocabulary/machine.hpp"
#include "checker/vocabulary/sequence.hpp"

namespace synod::readers_writers {

enum class Kind : std::uint8_t { read, write };
struct Request {
  int kind, actor;
};

template <class Mode>
struct ReadersWriters : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants
  const Domain Actor = interchangeable("actor", "a", this->parameter("NumActors"));
  const Domain Kinds = enumeration("kind", {"read", "write"});

  // Variables
  Set<Mode> readers{*this, "readers", Actor};
  Set<Mode> writers{*this, "writers", Actor};
  Sequence<Mode, Request> waiting{
      *this, "waiting", {}, {{"kind", Kinds}, {"actor", Actor}}, 2 * Actor.size()};

  bool is_waiting(int actor, Kind kind) const {
    for (int i = 1; i <= waiting.size(); ++i)
      if (waiting.at(i).actor == actor && Kind(waiting.at(i).kind) == kind) return true;
    return false;
  }

  // Actions

  void TryRead(int actor) {
    WHEN(once, !is_waiting(actor, Kind::read));
    THEN(wait, waiting.append({static_cast<int>(Kind::read), actor}));
  }

  void TryWrite(int actor) {
    WHEN(once, !is_waiting(actor, Kind::write));
    THEN(wait, waiting.append({static_cast<int>(Kind::write), actor}));
  }

  void ReadOrWrite() {
    WHEN(somebody_waits, waiting.size() > 0);
    WHEN(nobody_writes, writers.empty());
    const Request first = waiting.at(1);
    WHEN(nobody_reads_if_to_write, Kind(first.kind) == Kind::read || readers.empty());
    THEN(begin, (Kind(first.kind) == Kind::read ? readers : writers).insert(first.actor));
    THEN(wait_no_more, waiting.remove(1));
  }

  void Stop(int actor) {
    WHEN(active, readers.contains(actor) || writers.contains(actor));
    THEN(stop, (readers.contains(actor) ? readers : writers).remove(actor));
  }

  void Next() {
    ACTION(TryRead, Actor);
    ACTION(TryWrite, Actor);
    ACTION(ReadOrWrite);
    ACTION(Stop, Actor);
  }
};

}  // namespace synod::readers_writers
