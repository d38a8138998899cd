// Synchronous rounds in which processes crash, for all deterministic algorithms of so many rounds
// at once: in each round every process tells all others all that it knows, which no algorithm can
// better. A process that crashes in a round tells it to some, and nobody anything later.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace synod::replica_group {

struct Crash {
  int process = 0;
  int round = 0;         ///< 1 is the first
  unsigned reached = 0;  ///< a mask: those that it still tells in that round
};

struct Execution {
  unsigned inputs = 0;  ///< bit p: what process p proposes
  std::vector<Crash> crashes;
};

class CrashRounds {
 public:
  CrashRounds(int processes, int rounds) : processes_(processes), rounds_(rounds) {}

  /// The last view of each process that has not crashed; -1 of the others.
  std::vector<int> run(const Execution& execution);
  /// Visits all executions with at most so many crashes, those with fewer first.
  void each_execution(int crashes, const std::function<void(const Execution&)>& visit) const;

  /// "1 hears (0; 0: 1, 2: -)": its input, and what each told it in each round.
  std::string text(int view) const;
  /// The same without what it hears, for views of many rounds: "1 knows view 17".
  std::string short_text(int view) const;
  std::string text(const Execution& execution) const;
  /// The least input that is known in a view: what FloodSet decides.
  int least(int view) const;
  int processes() const { return processes_; }
  int rounds() const { return rounds_; }

 private:
  struct View {
    int process = 0;
    int input = 0;
    int before = -1;
    std::vector<int> told = {};  ///< by process; -1: nothing
  };
  int number(const View& view);
  std::string knowledge(int view) const;

  int processes_;
  int rounds_;
  std::vector<View> views_;
  std::vector<int> least_;
  std::map<std::vector<int>, int> numbers_;
};

}  // namespace synod::replica_group
