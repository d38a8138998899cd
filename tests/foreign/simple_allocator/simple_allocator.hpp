// The module SimpleAllocator of allocator/ in tlaplus/Examples (32a32c7), of S. Merz: clients ask a
// server for sets of resources and get them bit by bit.
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod::simple_allocator {

template <class Mode>
struct SimpleAllocator : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants
  const Domain Client = interchangeable("client", "c", this->parameter("clients"));
  const Domain Resource = interchangeable("resource", "r", this->parameter("resources"));

  // Variables
  Sets<Mode> unsat{*this, "unsat", Client, Resource};  // outstanding requests
  Sets<Mode> alloc{*this, "alloc", Client, Resource};

  MemberSet available() const {
    return set_of(Resource,
                  [&](int r) { return Client.all([&](int c) { return !alloc[c].contains(r); }); });
  }

  // Actions

  void Request(int c, MemberSet S) {
    WHEN(all_satisfied, unsat[c].empty());
    WHEN(all_returned, alloc[c].empty());
    WHEN(something, !S.empty());
    THEN(ask, unsat[c] = S);
  }

  void Allocate(int c, MemberSet S) {
    WHEN(something, !S.empty());
    WHEN(free_and_wanted, S <= (available() & unsat[c]));
    THEN(give, alloc[c] = alloc[c] | S);
    THEN(settle, unsat[c] = unsat[c] - S);
  }

  void Return(int c, MemberSet S) {
    WHEN(something, !S.empty());
    WHEN(held, S <= alloc[c]);
    THEN(take_back, alloc[c] = alloc[c] - S);
  }

  void Next() {
    ACTION(Request, Client, subsets(Resource));
    ACTION(Allocate, Client, subsets(Resource));
    ACTION(Return, Client, subsets(Resource));
  }
};

}  // namespace synod::simple_allocator
