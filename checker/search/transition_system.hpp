// What the search sees of a model: states of a fixed number of 64-bit words, and an explorer that
// expands them a batch at a time. No protocol, no parameter and no readable state is known here.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace synod {

/// Copies a packed state. States are short: a loop of plain moves beats a call.
inline void copy_state(std::uint64_t* to, const std::uint64_t* from, unsigned words) {
  to[0] = from[0];
  for (unsigned i = 1; i < words; ++i) to[i] = from[i];
}

/// Whether two packed states are equal.
inline bool same_state(const std::uint64_t* a, const std::uint64_t* b, unsigned words) {
  if (a[0] != b[0]) return false;
  for (unsigned i = 1; i < words; ++i)
    if (a[i] != b[i]) return false;
  return true;
}

enum class PropertyKind : std::uint8_t {
  always,           ///< holds in every reachable state
  step,             ///< holds of every reachable step (state, next state)
  reachable,        ///< holds in some reachable state: a witness
  always_possible,  ///< from every reachable state, some state where it holds can be reached
  type_ok,          ///< built in: no action writes outside a variable's declared range
  deadlock_free,    ///< built in: every state without successor is a proper end, or was cut short
  named,            ///< a state predicate that temporal formulas speak of; claims nothing
  temporal,         ///< a formula that every fair behaviour satisfies
  initially,        ///< holds in every initial state
  constraint,       ///< the search leaves out the states where it is false; claims nothing
};

/// Whether a property of this kind is judged in a state by itself.
constexpr bool is_state_predicate(PropertyKind kind) {
  return kind != PropertyKind::step && kind != PropertyKind::type_ok &&
         kind != PropertyKind::temporal;
}

/// Whether a property of this kind is there for others only.
constexpr bool claims_nothing(PropertyKind kind) {
  return kind == PropertyKind::named || kind == PropertyKind::constraint;
}

/// Whether a search of the states decides properties of this kind.
constexpr bool is_searched(PropertyKind kind) {
  return !claims_nothing(kind) && kind != PropertyKind::temporal;
}

struct PropertyInfo {
  std::string name;
  PropertyKind kind = PropertyKind::always;
  std::string because;                 ///< why it holds, with its source
  std::vector<std::string> witnesses;  ///< reachable properties without which it holds vacuously
  bool applies = true;                 ///< false: a parameter switches it off
  std::string from = {};     ///< always_possible: only from where this reachable property holds
  std::string formula = {};  ///< temporal: what holds, over named state predicates
  std::vector<std::string> fairness = {};  ///< temporal: assumed of behaviours, "WF(Action)"
  bool refuted = false;                    ///< known to be false: checked when asked for only
  bool costly = false;                     ///< takes long: checked when asked for only
  std::string decides = {};                ///< of a state predicate: the value that is decided
  std::string family = {};  ///< of one member: the claim's name, without the member's
  std::string every = {};   ///< the domains whose members the claim is about
};

/// An action of the model, all its instances together.
struct ActionSummary {
  std::string name;
  bool applies = true;  ///< false: a parameter switches it off
};

/// A set of properties, one bit each, by index into TransitionSystem::properties.
using PropertySet = std::uint64_t;
inline constexpr std::size_t max_properties = 64;

/// How many steps a bound cut off.
struct Cut {
  std::string bound;
  std::uint64_t steps = 0;
};

inline void add_cut(std::vector<Cut>& cuts, std::string_view bound, std::uint64_t steps) {
  for (Cut& known : cuts) {
    if (known.bound != bound) continue;
    known.steps += steps;
    return;
  }
  cuts.push_back({std::string(bound), steps});
}

/// Told of the successors of each state as they are made, in whose place it may put others. They
/// stay where they are until the expansion is used again.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void expanded(const std::uint64_t* state, std::uint64_t* successors,
                        std::size_t count) = 0;
};

/// Takes time apart: each lap goes to an account of its own.
class Stopwatch {
 public:
  using Clock = std::chrono::steady_clock;

  void restart() { last_ = Clock::now(); }
  /// Adds the seconds since the last call of either to an account, without what looking at the
  /// clock takes.
  void lap(double& account) {
    const Clock::time_point now = Clock::now();
    account += std::max(seconds(last_, now) - look(), 0.0);
    last_ = now;
  }

  static double seconds(Clock::time_point begin, Clock::time_point end) {
    return std::chrono::duration<double>(end - begin).count();
  }
  static double since(Clock::time_point begin) { return seconds(begin, Clock::now()); }
  /// Seconds that one look at the clock takes.
  static double look() {
    static const double least = [] {
      double shortest = 1;
      for (int i = 0; i < 1000; ++i) {
        const Clock::time_point begin = Clock::now();
        shortest = std::min(shortest, since(begin));
      }
      return shortest;
    }();
    return least;
  }

 private:
  Clock::time_point last_;
};

/// Where the time of expansions goes, in seconds, by the index of action and property.
struct ExpansionTimes {
  std::vector<double> actions;
  std::vector<double> properties;
};

/// What `Explorer::expand` found, state by state. Buffers keep their capacity between calls.
struct Expansion {
  std::vector<std::uint64_t> successors;  ///< packed, those of state 0 first
  std::vector<std::size_t> ends;          ///< successors of state i end before ends[i] (in states)
  std::vector<std::uint32_t> labels;      ///< the action instance of each, when asked for
  std::vector<PropertySet> holds;         ///< predicates true in state i, of those asked for
  std::vector<PropertySet> violated;      ///< step, type_ok, deadlock_free violations from state i
  std::vector<std::uint64_t> fired;       ///< successors by action, added up over the call
  std::vector<Cut> cuts;                  ///< what bounds cut off, added up over the call
  std::vector<std::uint32_t> cut_labels;  ///< what they cut off of, with labels: action instances,
  std::vector<std::size_t> cut_ends;      ///< those of state i before cut_ends[i]
  /// States without successor that are no proper end, of whose steps a bound cut off some: whether
  /// they are deadlocks is left open. Where deadlock_free is asked for, added up over the call.
  std::uint64_t open_ends = 0;

  /// Of a telling explorer, for whoever asks: by state and action instance, how many of its
  /// conjuncts and bounds held before one did not; `no_refusal` where it is enabled or its messages
  /// are not there.
  std::vector<std::uint8_t>* refusals = nullptr;
  static constexpr std::uint8_t no_refusal = 255;

  Listener* listener = nullptr;     ///< whom to tell, if anybody
  ExpansionTimes* times = nullptr;  ///< to be added to, if anybody asks; with all their members

  std::size_t count() const { return ends.empty() ? 0 : ends.back(); }

  /// An explorer ends each state with this: so many successors were added.
  void end_state(const std::uint64_t* state, std::size_t added, unsigned words) {
    const std::size_t before = count();
    ends.push_back(before + added);
    if (listener != nullptr) listener->expanded(state, successors.data() + before * words, added);
  }
};

/// Expands states; one for each worker thread, not shared.
class Explorer {
 public:
  virtual ~Explorer() = default;

  /// The initial states, without duplicates, in the model's order.
  virtual std::vector<std::uint64_t> initial() = 0;
  /// How many initial states a constraint left out when initial() was called last.
  virtual std::vector<Cut> left_out_initially() const { return {}; }

  /// Expands `count` states; judges the properties in `wanted`. Labels, of successors and of what
  /// bounds cut off, only if `with_labels`.
  virtual void expand(const std::uint64_t* states, std::size_t count, PropertySet wanted,
                      bool with_labels, Expansion& out) = 0;

  /// Which of the state predicates in `wanted` hold in a state.
  virtual PropertySet holds(const std::uint64_t* state, PropertySet wanted) = 0;

  /// Which of the step properties in `wanted` this step violates.
  virtual PropertySet violated(const std::uint64_t* from, const std::uint64_t* to,
                               PropertySet wanted) = 0;
};

class TransitionSystem {
 public:
  virtual ~TransitionSystem() = default;

  virtual unsigned words() const = 0;                   ///< of a packed state
  virtual unsigned bits() const = 0;                    ///< of them in use
  virtual std::vector<unsigned> word_bits() const = 0;  ///< in use in each word: its lowest
  virtual const std::vector<ActionSummary>& actions() const = 0;
  virtual std::size_t labels() const = 0;  ///< action instances: the most successors of a state
  virtual const std::vector<PropertyInfo>& properties() const = 0;
  virtual std::unique_ptr<Explorer> explorer() const = 0;

  /// A search says so before it expands a level, and how often each action has fired in those
  /// before.
  virtual void begin_level(const std::vector<std::uint64_t>& /*fired*/) const {}
};

}  // namespace synod
