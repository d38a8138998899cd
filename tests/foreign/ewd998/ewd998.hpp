// The module EWD998 of ewd998/ in tlaplus/Examples (32a32c7), of S. Merz and M. Kuppe: Safra's
// algorithm detects that a computation on a ring has come to its end, [Dijkstra, EWD 998, 1987].
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod::ewd998 {

enum class Color : std::uint8_t { white, black };
/// The disjuncts of InitiateProbe. TLC counts a step for each that is true, and so does this model.
enum class Inconclusive : std::uint8_t { token_is_black, node_is_black, messages_are_pending };

template <class Mode>
struct Ewd998 : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants
  const int N = this->parameter("N");
  const int most = this->parameter("counter");  // of StateConstraint
  const int most_q = this->parameter("q");
  const Domain Node = integers("node", 0, N - 1);
  const Domain Colors = enumeration("color", {"white", "black"});
  // Counters add up to what is pending, so none is less than what the others may be.
  const Domain Counter = integers("counter", -most*(N - 1) - 1, most + 1);
  const Domain Sum = integers("sum", -most* N* N, most_q + most + 1);

  // Variables
  Map<Mode> active{*this, "active", Node, boolean()};
  Map<Mode, Color> color{*this, "color", Node, Colors};
  Map<Mode> counter{*this, "counter", Node, Counter};
  Map<Mode> pending{*this, "pending", Node, integers("messages", 0, most + 1)};
  Scalar<Mode> token_pos{*this, "token.pos", Node};
  Scalar<Mode> token_q{*this, "token.q", Sum};
  Scalar<Mode, Color> token_color{*this, "token.color", Colors};

  void Init() {
    for (const int i : Node) {
      active[i] = choose(boolean());
      color[i] = choose(boolean()) ? Color::black : Color::white;
    }
    counter.fill(0);
    token_q = 0;
    token_pos = choose(Node);
    token_color = Color::black;
  }

  // Actions

  bool is_inconclusive(Inconclusive how) const {
    if (how == Inconclusive::token_is_black) return token_color == Color::black;
    if (how == Inconclusive::node_is_black) return color[0] == Color::black;
    return counter[0] + token_q > 0;
  }

  void InitiateProbe(int how) {
    WHEN(at_0, token_pos == 0);
    WHEN(inconclusive, is_inconclusive(Inconclusive(how)));
    THEN(send_token, token_pos = N - 1);
    THEN(count_none, token_q = 0);
    THEN(clear_token, token_color = Color::white);
    THEN(clear, color[0] = Color::white);
  }

  void PassToken(int i) {
    WHEN(not_0, i != 0);
    WHEN(passive, !active[i]);
    WHEN(here, token_pos == i);
    THEN(pass, token_pos = i - 1);
    THEN(count, token_q += counter[i]);
    THEN(taint, if (color[i] == Color::black) token_color = Color::black);
    THEN(clear, color[i] = Color::white);
  }

  void SendMsg(int i, int j) {
    WHEN(is_active, active[i]);
    THEN(count, counter[i] += 1);
    THEN(send, pending[j] += 1);
  }

  void RecvMsg(int i) {
    WHEN(some_pending, pending[i] > 0);
    THEN(receive, pending[i] -= 1);
    THEN(count, counter[i] -= 1);
    THEN(blacken, color[i] = Color::black);
    THEN(activate, active[i] = true);
  }

  void Deactivate(int i) {
    WHEN(is_active, active[i]);
    THEN(deactivate, active[i] = false);
  }

  void Next() {
    ACTION(InitiateProbe,
           enumeration("how", {"token_is_black", "node_is_black", "messages_are_pending"}));
    ACTION(PassToken, Node);
    ACTION(SendMsg, pairs(Node));
    ACTION(RecvMsg, Node);
    ACTION(Deactivate, Node);
  }

  // What the claims speak of

  bool terminationDetected() const {
    return token_pos == 0 && token_color == Color::white && token_q + counter[0] == 0 &&
           color[0] == Color::white && !active[0];
  }

  bool Termination() const { return active.all(0) && pending.all(0); }

  int sum(const Map<Mode>& of, int from, int to) const {
    int total = 0;
    for (int i = from; i <= to; ++i) total += of[i];
    return total;
  }

  bool Inv() const {
    if (sum(pending, 0, N - 1) != sum(counter, 0, N - 1)) return false;
    bool P1 = token_q == sum(counter, token_pos + 1, N - 1);
    for (int i = token_pos + 1; i < N; ++i) P1 = P1 && !active[i];
    const bool P2 = sum(counter, 0, token_pos) + token_q > 0;
    bool P3 = false;
    for (int i = 0; i <= token_pos; ++i) P3 = P3 || color[i] == Color::black;
    return P1 || P2 || P3 || token_color == Color::black;
  }
};

}  // namespace synod::ewd998
