// All deterministic algorithms at once, for so many generals and rounds.
//
// In each round every general tells every other all that he knows: his order, if he is the
// commander, and what he has been told so far. What a general knows is his view. No algorithm is
// left out: whatever a message of it says is a function of its sender's view, which the receiver
// can compute as well as the sender. A traitor says any view that he might have, to each as he
// likes. What he says besides is no view that a general in his place can have; whoever hears it may
// take it for one of these, so nothing is lost and, where no algorithm is to be found, the traitors
// are only the weaker for it.
//
// `repeats` = false: the commander speaks in the first round only. In two rounds that leaves
// nothing out either: a loyal commander has heard nothing that he could add, and an algorithm that
// works when a traitor contradicts himself works when he repeats himself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace synod::byzantine_om {

struct Setting {
  int generals = 0;  ///< general 0 is the commander
  int rounds = 0;
  bool repeats = false;  ///< the commander speaks in all rounds

  std::size_t at(int round, int from, int to) const {
    const int number = (round * generals + from) * generals + to;
    return static_cast<std::size_t>(number);
  }
};

/// One execution: all that generals do not do by themselves.
struct Execution {
  std::uint64_t traitors = 0;
  int order = -1;         ///< of a loyal commander
  std::vector<int> said;  ///< by Setting::at: the view that a traitor gives out for his, or -1

  bool is_traitor(int general) const { return (traitors >> general & 1) != 0; }
};

class FullInformation {
 public:
  explicit FullInformation(const Setting& setting);

  /// What a general knows before the first round; of the commander it is the order.
  int initial(int general, int order);
  /// And after a round more: what he knew, and what each told him (-1: nothing).
  int extended(int view, const std::vector<int>& told);
  /// Whether there is anything to say in this round, which begins at 0.
  bool speaks(int general, int round) const;
  /// All views that a general might have before this round.
  const std::vector<int>& possible(int general, int round);

  /// Each loyal general's last view; -1 for the traitors.
  std::vector<int> run(const Execution& execution);
  /// Visits all executions with at most so many traitors, those with fewer first.
  void each_execution(int traitors, const std::function<void(const Execution&)>& visit);

  /// "1 hears 0: attack; 2: told retreat".
  std::string text(int view) const;
  /// The same without what he hears, for views of many rounds: "1 hears view 17".
  std::string short_text(int view) const;
  /// "0 orders attack; traitor 2 tells 1: told retreat".
  std::string text(const Execution& execution) const;
  /// The orders in a view, in the order of the text.
  std::vector<int> orders(int view) const;
  const Setting& setting() const { return setting_; }

 private:
  struct View {
    int general = 0;
    int before = -1;
    int order = -1;              ///< of the commander, before the first round
    std::vector<int> told = {};  ///< by general
  };
  int number(const View& view);
  void each_choice(Execution execution, const std::function<void(const Execution&)>& visit);
  std::string knowledge(int view) const;
  std::string report(int view) const;

  Setting setting_;
  std::vector<View> views_;
  std::map<std::vector<int>, int> numbers_;
  std::vector<std::vector<int>> possible_;  ///< by round and general
};

/// [LSP82] section 2, and Fischer, Lynch, Merritt, "Easy impossibility proofs for distributed
/// consensus problems", Distributed Computing 1, 1986: the generals fall into three camps,
/// and six camps stand in a ring, each camp twice, once with a commander who orders retreat and
/// once with one who orders attack. All are loyal, and each talks to those beside him only. Any two
/// camps side by side cannot tell this from an execution in which they are the loyal ones, and the
/// third camp are traitors who play all others: these are the executions, for the first three
/// pairs. They have traitors few enough if a camp is no larger than the traitors may be, which is
/// possible just when generals <= 3 traitors.
std::vector<Execution> ring_executions(FullInformation& views);

}  // namespace synod::byzantine_om
