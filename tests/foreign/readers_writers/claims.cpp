#include "checker/vocabulary/define.hpp"
#include "tests/foreign/foreign.hpp"
#include "tests/foreign/readers_writers/readers_writers.hpp"

namespace synod {

System readers_writers_system() {
  System system;
  system.name = "readers_writers";
  system.title = "Readers and writers";
  system.summary = "Many may read, or one may write; all wait in one queue.";
  system.sources = {"I. Trijunovic, ReadersWriters, tlaplus/Examples"};
  system.faults = "None.";
  system.parameters = {integer("NumActors", "who reads and writes", 1, 3, 2)};
  system.instances = {quick("NumActors=2", holds(390, 935, 9)),
                      quick("NumActors=3", holds(21527, 59674, 13))};
  system.mutants = {mutant("impatient", "A writer does not wait for readers.",
                           without("ReadOrWrite.nobody_reads_if_to_write"), violates("Safety", 5))};
  return define<readers_writers::ReadersWriters>(
      std::move(system),
      claims(
          always("Safety", "Nobody reads what is written, and one writes at most.",
                 [](const auto& s) {
                   return (s.readers.empty() || s.writers.empty()) && s.writers.size() <= 1;
                 })
              .witness("AllRead"),
          reachable("AllRead", "All can read at once.",
                    [](const auto& s) { return s.readers.full(); }),
          named("Reads", "actor in readers", FOR_EVERY(Actor),
                [](const auto& s, int a) { return s.readers.contains(a); }),
          named("Writes", "actor in writers", FOR_EVERY(Actor),
                [](const auto& s, int a) { return s.writers.contains(a); }),
          // Of the module's fairness, what each part of its Liveness needs.
          temporal("Reading", "All read again and again.", "A a in actor: []<>Reads(a)")
              .assuming("WF(TryRead by actor)")
              .assuming("WF(ReadOrWrite)")
              .assuming("WF(Stop)"),
          temporal("Writing", "All write again and again.", "A a in actor: []<>Writes(a)")
              .assuming("WF(TryWrite by actor)")
              .assuming("WF(ReadOrWrite)")
              .assuming("WF(Stop)"),
          temporal("NotReading", "All stop to read again and again.", "A a in actor: []<>!Reads(a)")
              .assuming("WF(TryWrite by actor)")
              .assuming("WF(Stop)"),
          temporal("NotWriting", "All stop to write again and again.",
                   "A a in actor: []<>!Writes(a)")
              .assuming("WF(Stop)"),
          proper_end("Nobody ever stops.", [](const auto&) { return false; })));
}

}  // namespace synod
