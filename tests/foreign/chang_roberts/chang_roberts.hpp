// The module ChangRoberts of chang_roberts/ in tlaplus/Examples (32a32c7), of S. Merz: a leader is
// elected on a ring, [Chang and Roberts, CACM 22(5), 1979]. The number of a node is its Id.
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod::chang_roberts {

enum class State : std::uint8_t { cand, lost, won };
enum class Label : std::uint8_t { n0, n1 };

template <class Mode>
struct ChangRoberts : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants
  const Domain Node = integers("node", 1, this->parameter("N"));
  const Domain States = enumeration("state", {"cand", "lost", "won"});
  const Domain Labels = enumeration("label", {"n0", "n1"});

  // Variables
  Sets<Mode> msgs{*this, "msgs", Node, Node};
  Map<Mode, Label> pc{*this, "pc", Node, Labels};
  Map<Mode> initiator{*this, "initiator", Node, boolean()};
  Map<Mode, State> state{*this, "state", Node, States};

  int succ(int n) const { return n == Node.size() ? 1 : n + 1; }

  void Init() {
    for (const int n : Node) {
      initiator[n] = choose(boolean());
      state[n] = initiator[n] ? State::cand : State::lost;
    }
  }

  // Actions

  /// Initiators send their own id to their neighbour.
  void n0(int n) {
    WHEN(at_n0, pc[n] == Label::n0);
    THEN(send, if (initiator[n]) msgs[succ(n)].insert(n));
    THEN(go_on, pc[n] = Label::n1);
  }

  /// A node forwards larger ids than its own only if it has lost.
  void n1(int n, int id) {
    WHEN(at_n1, pc[n] == Label::n1);
    WHEN(received, msgs[n].contains(id));
    THEN(take, msgs[n].remove(id));
    THEN(forward, if (state[n] == State::lost || id < n) msgs[succ(n)].insert(id));
    THEN(win, if (state[n] != State::lost && id == n) state[n] = State::won);
    THEN(lose, if (id < n) state[n] = State::lost);
  }

  void Next() {
    ACTION(n0, Node);
    ACTION(n1, Node, Node);
  }
};

}  // namespace synod::chang_roberts
