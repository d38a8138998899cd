// Raft's normal form: terms by what can still be seen of them.
#pragma once

#include <bit>

#include "model/raft/messages.hpp"

namespace synod::raft {

/// Visits all terms that a state mentions, but for the current ones and `elected`.
void each_mentioned_term(auto& s, auto&& visit) {
  s.msgs.each([&](auto& message) { each_term(message, visit); });
  const auto each_in = [&](auto sequence) {
    for (int k = 1; k <= sequence.size(); ++k) {
      auto entry = sequence.at(k);
      each_term(entry, visit);
      sequence.remove(k);
      sequence.insert(k, entry);
    }
  };
  for (const int i : s.Server) each_in(s.log(i));
  each_in(s.committed());
}

/// Terms are compared, and Timeout adds 1 to a current one. No current term ever decreases, so that
/// a term below all of them stays there: of such terms only the order matters, and that they are
/// not 0, which means no entry. Those that nothing mentions any more are left out; the others and
/// all terms from the lowest current one on, at the distances that they have, get the lowest
/// numbers from 1 on, so that later terms become free at the end.
///
/// `elected` is history. No guard reads it, and no step writes it below the current terms; what
/// claims ask of a state is whether there was an election after the first commit, so that the
/// latest election tells.
void renumber_terms(auto& s) {
  if (s.durable == Durable::nothing) return;  // a crash sets a current term back to 0
  int lowest = s.terms;
  for (const int i : s.Server) lowest = std::min<int>(lowest, s.currentTerm[i]);
  if (lowest <= 1) return;
  std::uint64_t kept = ~std::uint64_t{0} << lowest | 1;
  each_mentioned_term(s, [&](int term) { kept |= std::uint64_t{1} << term; });
  int latest = lowest - 1;
  const int first_commit = s.committed().at_or(1, {0, none, latest}).in;
  while (latest > first_commit && s.elected[latest] == none) --latest;
  if (latest > first_commit) kept |= std::uint64_t{1} << latest;

  const auto renamed = [&](int term) {
    return std::popcount(kept & ((std::uint64_t{1} << term) - 1));
  };
  each_mentioned_term(s, [&](int& term) { term = renamed(term); });
  for (const int i : s.Server) s.currentTerm[i] = renamed(s.currentTerm[i]);
  for (int term = 1; term <= s.terms; ++term) {
    const int winner = s.elected[term];
    s.elected[term] = none;
    if (term >= lowest || (term == latest && latest > first_commit))
      s.elected[renamed(term)] = winner;
  }
}

}  // namespace synod::raft
