// A model is a class template over a Mode that derives from Machine<Mode>: constants, variables,
// Init, actions, Next, in the order of the paper's figure. A few macros carry the vocabulary of an
// action; each names what it wraps, so that the same text serves the search, explanation, mutants
// and independence:
//
//   WHEN(name, condition);   a conjunct of the guard: the action is disabled where it is false
//   WITHIN(bound, condition); after all WHEN: the action is cut off where it is false, by the
//                            parameter of this name, which is declared as a bound; what it cut off
//                            is counted
//   THEN(name, statement);   an effect; all effects come after all conjuncts
//   ACTION(Name, domains...) in Next(): Name(x, y, ...) may happen for all x, y of the domains;
//                            subsets(Process) gives a set, pairs(Process) two different processes
//   ACTION_IF(applies, ...)  the same, for an action that a parameter switches off
//
// A model that can begin in several ways chooses in Init(), which is run for every combination:
//
//   x = choose(Value);       each member of the domain in turn
//   require(condition);      no initial state where this is false
//
// The modes:
//
//   Search   packed state; a conjunct compiles to its bare condition
//   Mutate   packed state; conjuncts and effects can be dropped at run time by their names
//   Observe  plain state; the same, and every conjunct, effect, read and write is recorded
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "checker/search/limits.hpp"
#include "checker/vocabulary/parameters.hpp"
#include "checker/vocabulary/variables.hpp"

#define WHEN(name, ...)                                                            \
  static_assert(synod::detail::is_name(#name) && sizeof("" #__VA_ARGS__) > 1,      \
                "a conjunct has a name, then its condition: WHEN(empty, n == 0)"); \
  if (!this->when(#name, #__VA_ARGS__, [&] { return synod::detail::truth(__VA_ARGS__); })) return
#define WITHIN(bound, ...)                                                                \
  static_assert(synod::detail::is_name(#bound) && sizeof("" #__VA_ARGS__) > 1,            \
                "a bound is a parameter's name, then a condition: WITHIN(terms, t < 3)"); \
  if (!this->within(this->bound_name(*this, [] { return #bound; }), #__VA_ARGS__,         \
                    [&] { return synod::detail::truth(__VA_ARGS__); }))                   \
  return
#define THEN(name, ...)                                                              \
  static_assert(synod::detail::is_name(#name) && sizeof("" #__VA_ARGS__) > 1,        \
                "an effect has a name, then its statement: THEN(count, n = n + 1)"); \
  this->then(#name, #__VA_ARGS__, [&] { __VA_ARGS__; })
#define ACTION(name, ...) ACTION_IF(true, name __VA_OPT__(, ) __VA_ARGS__)
#define ACTION_IF(applies, name, ...) \
  this->act(applies, #name,           \
            [this](const auto&... args) { name(args...); } __VA_OPT__(, ) __VA_ARGS__)

namespace synod {

namespace detail {
/// What is named in a WITHIN of a model, whether or not its action ever happens.
template <class Model>
std::vector<const char*>& bounds_in_source() {
  static std::vector<const char*> names;
  return names;
}
/// Its initialization, before main() begins, notes the name that is between these parentheses.
template <class Model, class Name>
inline const bool noted_bound = (bounds_in_source<Model>().push_back(Name{}()), true);

constexpr bool is_name(std::string_view text) {
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  return !text.empty();
}

template <class Condition>
[[gnu::always_inline]] constexpr bool truth(const Condition& condition) {
  return static_cast<bool>(condition);
}
/// Where a condition is missing, which is said elsewhere.
constexpr bool truth() { return true; }
}  // namespace detail

// Without this->, a member of Machine is not looked for in a model, but found here.

template <class Name>
int parameter(const Name&) {
  static_assert(never<Name>, "a parameter is this->parameter(\"n\") in a model: with this->");
  return 0;
}
template <class Name>
bool has_parameter(const Name&) {
  static_assert(never<Name>, "it is this->has_parameter(\"n\") in a model: with this->");
  return false;
}
template <class Name>
bool conjunct(const Name&, bool) {
  static_assert(never<Name>, "it is this->conjunct(\"name\", ...) in a model: with this->");
  return false;
}

/// A conjunct or effect that a mutant leaves out.
struct Drop {
  std::string action;
  std::string part;
  bool operator==(const Drop&) const = default;

  std::string text() const { return action + "." + part; }
  /// What text() has written; nothing where there is no dot.
  static std::optional<Drop> read(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    return Drop{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
  }
};

struct Search {
  using Memory = PackedMemory;
  static constexpr bool droppable = false;
  static constexpr bool observed = false;
};
struct Mutate {
  using Memory = PackedMemory;
  static constexpr bool droppable = true;
  static constexpr bool observed = false;
};
struct Observe {
  using Memory = PlainMemory;
  static constexpr bool droppable = true;
  static constexpr bool observed = true;
};

/// An action as Next() declares it.
struct ActionInfo {
  std::string name;
  bool applies = true;          ///< false: a parameter switches it off
  std::vector<Domain> domains;  ///< of its arguments
  /// For each argument: the number of the network variable whose message it is, if it is one. Its
  /// domain then is that network's slots.
  std::vector<std::optional<std::size_t>> networks = {};
  std::uint32_t first_label = 0;
  std::uint32_t labels = 0;  ///< how many instances: first_label, first_label + 1, ...

  bool has(std::uint32_t label) const {
    return label >= first_label && label < first_label + labels;
  }
  /// The arguments of an instance; of a message, its slot in the network.
  std::vector<int> arguments(std::uint32_t label) const {
    std::vector<int> values(domains.size());
    std::uint32_t rest = label - first_label;
    for (std::size_t i = domains.size(); i-- > 0;) {
      const auto size = static_cast<std::uint32_t>(domains[i].size());
      values[i] = domains[i].low + static_cast<int>(rest % size);
      rest /= size;
    }
    return values;
  }
};

/// A conjunct or effect, as met while an action ran.
struct Part {
  enum class Kind : std::uint8_t { conjunct, bound, effect };
  Kind kind;
  std::string name;
  std::string text;     ///< its source
  bool holds = true;    ///< of a conjunct or bound
  Footprint footprint;  ///< what it read and wrote
};

/// Where Search and Mutate put successors: `next` has room for all of one state's successors.
struct Emit {
  std::uint64_t* next = nullptr;
  std::uint32_t* labels = nullptr;  ///< the action instance of each successor, when wanted
  std::uint64_t* fired = nullptr;   ///< one counter an action
  /// The action instances that a bound cut off, wholly or in part, when wanted.
  std::vector<std::uint32_t>* cut_labels = nullptr;
  /// Mutate: by action instance, how many of its conjuncts and bounds held before one did not; only
  /// of those that are disabled and whose messages are there. When wanted.
  std::uint8_t* refusals = nullptr;
  /// Called with each packed successor, the machine being in it, when not null.
  void (*judge)(void* context, const std::uint64_t* successor) = nullptr;
  void* judge_context = nullptr;
  /// The seconds of each action are added up here, when not null.
  double* action_seconds = nullptr;
};

/// The choices of Init(), made in all combinations, the last one varying fastest: while an object
/// of this lives, choose() and require() in its thread are about it.
class InitialChoices {
 public:
  InitialChoices() : outer_(std::exchange(current, this)) {}
  ~InitialChoices() { current = outer_; }
  InitialChoices(const InitialChoices&) = delete;
  InitialChoices& operator=(const InitialChoices&) = delete;

  /// Thrown where the choices made so far lead to no initial state.
  struct NoState {};

  int choose(const Domain& domain) {
    if (domain.low > domain.high) throw NoState{};
    if (made_ == choices_.size()) choices_.push_back({domain.low, domain.high});
    return choices_[made_++].value;
  }
  /// Turns to the next combination; false when all have been made.
  bool advance() {
    choices_.resize(made_);  // what came after was not asked for
    made_ = 0;
    while (!choices_.empty() && choices_.back().value == choices_.back().high) choices_.pop_back();
    if (choices_.empty()) return false;
    ++choices_.back().value;
    return true;
  }

  static InitialChoices& of_init(const char* function) {
    if (current == nullptr) throw VocabularyError(std::string(function) + "() outside of Init()");
    return *current;
  }

 private:
  struct Choice {
    int value;
    int high;
  };
  std::vector<Choice> choices_;
  std::size_t made_ = 0;  ///< how many of them in the present run
  InitialChoices* outer_;
  static inline thread_local InitialChoices* current = nullptr;
};

/// In Init(): each member of the domain in turn, in as many initial states.
inline int choose(const Domain& domain) { return InitialChoices::of_init("choose").choose(domain); }
inline MemberSet choose(const SubsetsOf& sets) {
  return sets[InitialChoices::of_init("choose").choose(integers("set", 0, sets.size() - 1))];
}

/// In Init(): what has been chosen is no initial state where this is false.
inline void require(bool condition) {
  InitialChoices::of_init("require");
  if (!condition) throw InitialChoices::NoState{};
}

/// What Observe records while it runs the action instances first_label..end_label-1.
struct Watch {
  std::uint32_t first_label = 0;
  std::uint32_t end_label = 0;
  bool force = false;  ///< go on where a conjunct is false
  bool record_parts = true;
  std::vector<Part> parts;                      ///< of the instance that ran last
  std::optional<RangeError> out_of_range = {};  ///< of the last that left the declared ranges
  std::size_t range_errors = 0;                 ///< how many did
  /// Called after each instance that was enabled, with the machine in the successor state.
  std::function<void(std::uint32_t label)> enabled = {};
};

/// What Emit::refusals can count; above, they say at least so many.
inline constexpr std::uint8_t most_passed = 250;

template <class Mode>
class Machine {
 public:
  using Memory = typename Mode::Memory;
  static constexpr bool observed = Mode::observed;

  explicit Machine(Parameters parameters, std::vector<Drop> drops = {})
      : parameters_(std::move(parameters)), drops_(std::move(drops)) {}
  Machine(const Machine&) = delete;  // variables point into it
  Machine& operator=(const Machine&) = delete;

  // For the model.

  /// A model whose variables do not all begin as the first member of their range has its own.
  void Init() {}

  /// The value of a parameter that the system declares.
  int parameter(std::string_view name) const { return parameters_[name]; }
  /// The same of one that cuts off steps, and so has to be declared as a bound.
  int bound_parameter(std::string_view name) {
    bounds_.emplace_back(name);
    return parameters_[name];
  }
  bool has_parameter(std::string_view name) const { return parameters_.has(name); }

  /// A named part of a property: returns `holds`, and is named when the property is explained.
  bool conjunct(const char* name, bool holds) const {
    if constexpr (Mode::observed) {
      if (!holds && failed_conjunct_.empty()) failed_conjunct_ = name;
    }
    return holds;
  }

  template <class Condition>
  [[gnu::always_inline]] bool when(const char* name, const char* text, Condition&& condition) {
    if constexpr (Mode::observed) {
      if (enabled_) misplaced("conjunct", name, "effect");
      return watch_conjunct(name, text, condition);
    } else {
      if constexpr (Mode::droppable)
        if (dropped(name)) return true;
      if (passed(condition())) return true;
      if (enabled_) misplaced("conjunct", name, "effect");
      return false;
    }
  }

  /// The name in a WITHIN.
  template <class Model, class Name>
  [[gnu::always_inline]] static const char* bound_name(const Model&, Name name) {
    static_cast<void>(detail::noted_bound<Model, Name>);
    return name();
  }

  template <class Condition>
  [[gnu::always_inline]] bool within(const char* bound, const char* text, Condition&& condition) {
    bool holds = false;
    if constexpr (Mode::observed) {
      if (enabled_) misplaced("bound", bound, "effect");
      const bool recorded = watch_ != nullptr && watch_->record_parts;
      holds = recorded ? watch_guard(Part::Kind::bound, bound, text, condition) : condition();
    } else {
      holds = passed(condition());
    }
    if (holds) return true;
    if (enabled_) misplaced("bound", bound, "effect");
    cut(bound);
    return false;
  }

  /// Notes that a bound cut off a step, or a part of one.
  [[gnu::noinline]] void cut(const char* bound) {
    was_cut_ = true;
    if constexpr (!Mode::observed) {
      // A bound's name mostly comes from the same place as the last one did.
      if (cuts_.empty() || cuts_.back().bound != bound) cuts_.push_back({bound, 0});
      ++cuts_.back().steps;
      if (emit_.cut_labels != nullptr) emit_.cut_labels->push_back(running_);
    }
  }

  template <class Effect>
  [[gnu::always_inline]] void then(const char* name, const char* text, Effect&& effect) {
    enabled_ = true;
    if constexpr (Mode::observed) {
      watch_effect(name, text, effect);
    } else if constexpr (Mode::droppable) {
      if (!dropped(name)) effect();
    } else {
      effect();
    }
  }

  /// Each of `domains` is a Domain, subsets(domain), pairs(domain), which are two arguments, or,
  /// for a message, every<M>(network).
  template <class Body, class... Domains>
  [[gnu::always_inline]] void act(bool applies, const char* name, Body&& body,
                                  const Domains&... domains) {
    name_ = name;
    if constexpr (Mode::observed) {
      act_observed(applies, name, body, domains...);
    } else {
      if constexpr (Mode::droppable) select_drops(name);
      if (applies) {
        std::uint64_t fired = 0;
        product(
            [&](std::uint32_t label, const auto&... args) { fired += run(body, label, args...); },
            label_, domains...);
        label_ += labels_of(domains...);
        emit_.fired[action_] += fired;
      }
      if (emit_.action_seconds != nullptr) lap();
      ++action_;
    }
  }

  // For the checker.

  Memory& memory() { return memory_; }
  const Memory& memory() const { return memory_; }
  const std::vector<VariableInfo>& variables() const { return variables_; }
  std::size_t cell_count() const { return cell_count_; }
  void declare(VariableInfo info) {
    cell_count_ += info.cells;
    variables_.push_back(std::move(info));
  }

  /// Search and Mutate: before Next(), with the source state in memory and at `source`.
  void start(const std::uint64_t* source, const Emit& emit) {
    source_ = source;
    emit_ = emit;
    action_ = 0;
    label_ = 0;
    was_cut_ = false;
    left_ranges_ = false;
    if (emit_.action_seconds != nullptr) stopwatch_.restart();
  }
  /// Gives the time since the last lap to the action that runs.
  [[gnu::noinline]] void lap() { stopwatch_.lap(emit_.action_seconds[action_]); }
  Stopwatch& stopwatch() { return stopwatch_; }
  const Emit& emitted() const { return emit_; }
  /// Search and Mutate: whether a step has left the declared ranges since start().
  bool left_ranges() const { return left_ranges_; }
  /// Whether a bound has cut off a step, or a part of one, since start().
  bool was_cut() const { return was_cut_; }
  /// The bounds that the model says it has, besides those in a WITHIN.
  const std::vector<std::string>& bounds() const { return bounds_; }
  /// What bounds cut off since the last call.
  std::vector<Cut> take_cuts() {
    std::vector<Cut> sum;
    for (const auto& [bound, steps] : cuts_) add_cut(sum, bound, steps);
    cuts_.clear();
    return sum;
  }

  /// Observe: before Next(), which then runs what is watched; with null it only lists the actions.
  void start(Watch* watch) {
    watch_ = watch;
    label_ = 0;
    was_cut_ = false;
    if (watch == nullptr) actions_.clear();
    start_ = memory_.cells();
  }
  const std::vector<ActionInfo>& actions() const { return actions_; }

  /// From now on every successor is replaced by what this makes of it.
  void normalise_by(void (*normalise)(Machine&)) { normalise_ = normalise; }
  void normalise() {
    if (normalise_ != nullptr) normalise_(*this);
  }

  /// What keeps the search within constraints: says by which one a successor is left out, or null.
  using Confine = const Part* (*)(void* context);
  /// From now on, steps to the states that this names a constraint for are cut off.
  void confine_by(Confine confine, void* context) {
    confine_ = confine;
    confine_context_ = context;
  }

  const std::string& failed_conjunct() const { return failed_conjunct_; }
  /// Of a claim about every member, the first for which it fails.
  const std::string& failed_member() const { return failed_member_; }
  void note_failed_member(std::string member) const {
    if (failed_member_.empty()) failed_member_ = std::move(member);
  }
  void forget_failures() const {
    failed_conjunct_.clear();
    failed_member_.clear();
  }

 private:
  /// What stands for an argument in the list of actions. Not asked for in the search.
  static Domain domain_of(const Domain& domain) {
    if (domain.made != Made::simple)
      throw VocabularyError(domain.name + ": ACTION takes subsets(...) or pairs(...) itself");
    return domain;
  }
  static Domain domain_of(const SubsetsOf& subsets) { return subsets; }
  static Domain domain_of(const PairsOf& pairs) { return pairs; }
  template <class Messages>
  static Domain domain_of(const Messages& messages) {
    return messages.domain();
  }
  template <class Messages>
  static int size_of(const Messages& messages) {
    if constexpr (requires { messages.size(); })
      return messages.size();
    else
      return messages.domain().size();
  }
  /// How many instances. No more than fit: see act_observed, which runs before all others.
  template <class... Domains>
  static std::uint32_t labels_of(const Domains&... domains) {
    return (std::uint32_t{1} * ... * static_cast<std::uint32_t>(std::max(size_of(domains), 0)));
  }

  /// Visits every tuple of arguments with its label. The first domain's step is the product of the
  /// sizes of the rest; there is no message in an empty slot.
  template <class Visit>
  [[gnu::always_inline]] static void product(Visit&& visit, std::uint32_t label) {
    visit(label);
  }
  template <class Visit, class First, class... Rest>
  [[gnu::always_inline]] static void product(Visit&& visit, std::uint32_t label, const First& first,
                                             const Rest&... rest) {
    const int size = size_of(first);
    const std::uint32_t step = labels_of(rest...);
    for (int at = 0; at < size; ++at, label += step)
      argument(first, at, [&](const auto&... given) {
        product([&](std::uint32_t l, const auto&... args) { visit(l, given..., args...); }, label,
                rest...);
      });
  }

  /// Visits what an action is given for a member of a domain, counted from its first; nothing for a
  /// slot that holds no message.
  template <class Visit>
  [[gnu::always_inline]] static void argument(const Domain& domain, int at, Visit&& visit) {
    visit(domain.low + at);
  }
  template <class Visit>
  [[gnu::always_inline]] static void argument(const SubsetsOf& subsets, int at, Visit&& visit) {
    visit(subsets[at]);
  }
  template <class Visit>
  [[gnu::always_inline]] static void argument(const PairsOf& pairs, int at, Visit&& visit) {
    const auto [first, second] = pairs[at];
    visit(first, second);
  }
  template <class Messages, class Visit>
  [[gnu::always_inline]] static void argument(const Messages& messages, int at, Visit&& visit) {
    if (const auto message = messages[messages.domain().low + at]) visit(*message);
  }

  /// Runs one action instance; its successor, if any, goes out and the source state comes back.
  /// Returns how many successors that made.
  template <class Body, class... Args>
  [[gnu::always_inline]] std::uint64_t run(Body& body, std::uint32_t label, const Args&... args) {
    enabled_ = false;
    running_ = label;
    if constexpr (Mode::droppable) passed_ = 0;
    try {
      body(args...);
      if (enabled_ && leads_outside()) return 0;
      if (enabled_) normalise();
    } catch (const RangeError&) {
      // The other steps of the state are what they are.
      left_ranges_ = true;
      memory_.load_state(source_);
      return 0;
    }
    if constexpr (Mode::droppable)
      if (!enabled_ && emit_.refusals != nullptr) emit_.refusals[label] = passed_;
    if (!enabled_) return 0;
    memory_.store_state(emit_.next);
    emit_.next += memory_.words();
    if (emit_.labels != nullptr) *emit_.labels++ = label;
    if (emit_.judge != nullptr) emit_.judge(emit_.judge_context, memory_.state());
    memory_.load_state(source_);
    return 1;
  }

  /// Whether a constraint leaves the successor out, which then is gone.
  bool leads_outside() {
    if (confine_ == nullptr) return false;
    const Part* const constraint = confine_(confine_context_);
    if (constraint == nullptr) return false;
    cut(constraint->name.c_str());
    if constexpr (Mode::droppable)
      if (emit_.refusals != nullptr) emit_.refusals[running_] = passed_;
    memory_.load_state(source_);
    return true;
  }

  /// Counts the conjuncts and bounds that hold.
  bool passed(bool holds) {
    if constexpr (Mode::droppable)
      if (holds && passed_ < most_passed) ++passed_;
    return holds;
  }

  [[noreturn, gnu::cold, gnu::noinline]] void misplaced(const char* what, const char* name,
                                                        const char* after) const {
    throw VocabularyError(std::string(name_) + ": " + what + " " + name + " comes after " +
                          (*after == 'e' ? "an " : "a ") + after);
  }

  void select_drops(const char* action) {
    active_drops_.clear();
    for (const Drop& drop : drops_)
      if (drop.action == action) active_drops_.push_back(drop.part);
  }
  bool dropped(const char* part) const {
    for (const std::string& name : active_drops_)
      if (name == part) return true;
    return false;
  }

  template <class Body, class... Domains>
  void act_observed(bool applies, const char* name, Body& body, const Domains&... domains) {
    const std::uint32_t first = label_;
    if (watch_ == nullptr && applies) require_few_instances({size_of(domains)...});
    const std::uint32_t labels = applies ? labels_of(domains...) : 0;
    label_ += labels;
    if (watch_ == nullptr) {
      actions_.push_back(
          {name, applies, {domain_of(domains)...}, {network_of(domains)...}, first, labels});
      return;
    }
    if (labels == 0 || label_ <= watch_->first_label || first >= watch_->end_label) return;
    select_drops(name);
    product_within(
        [&](std::uint32_t label, const auto&... args) { run_observed(body, label, args...); },
        first, domains...);
  }

  /// Throws where there are more instances, those of the actions before included, than can be
  /// numbered, or looked at one by one in a state.
  void require_few_instances(std::initializer_list<int> sizes) const {
    constexpr std::uint64_t most = std::uint64_t{1} << 26;
    std::uint64_t count = 1;
    for (const int size : sizes)
      if (size <= 0) return;
    for (const int size : sizes) {
      count *= static_cast<std::uint64_t>(size);
      if (label_ + count > most)
        throw ModelError(std::string(name_) + ": the actions have more than " +
                         std::to_string(most) + " instances");
    }
  }

  /// As product(), for the labels that are watched only: it goes to them without visiting those
  /// before.
  template <class Visit>
  void product_within(Visit&& visit, std::uint32_t label) const {
    visit(label);
  }
  template <class Visit, class First, class... Rest>
  void product_within(Visit&& visit, std::uint32_t label, const First& first,
                      const Rest&... rest) const {
    const int size = size_of(first);
    const std::uint32_t step = labels_of(rest...);
    const std::uint32_t skipped =
        watch_->first_label > label ? (watch_->first_label - label) / step : 0;
    label += skipped * step;
    for (std::int64_t at = skipped; at < size && label < watch_->end_label; ++at, label += step)
      argument(first, static_cast<int>(at), [&](const auto&... given) {
        product_within([&](std::uint32_t l, const auto&... args) { visit(l, given..., args...); },
                       label, rest...);
      });
  }

  template <class Messages>
  static std::optional<std::size_t> network_of(const Messages& messages) {
    if constexpr (requires { messages.variable(); }) return messages.variable();
    return std::nullopt;
  }

  template <class Body, class... Args>
  void run_observed(Body& body, std::uint32_t label, const Args&... args) {
    WorkLimits::heed();
    watch_->parts.clear();
    enabled_ = false;
    try {
      body(args...);
      if (enabled_ && confine_ != nullptr) watch_constraints();
      if (enabled_) normalise();
      if (enabled_ && watch_->enabled) watch_->enabled(label);
    } catch (const RangeError& error) {
      watch_->out_of_range = error;
      ++watch_->range_errors;
    }
    // The next argument is looked up in the source state.
    memory_.load_cells(start_);
  }

  /// The constraints stand after all other parts, as one more bound, which reads what these do.
  void watch_constraints() {
    Footprint footprint;
    const Part* constraint = nullptr;
    {
      const Observation observation(memory_, watch_->record_parts ? &footprint : nullptr);
      constraint = confine_(confine_context_);
    }
    if (constraint != nullptr) cut(constraint->name.c_str());
    if (!watch_->record_parts) {
      if (constraint != nullptr) enabled_ = false;
      return;
    }
    for (const Part& part : watch_->parts) footprint.merge(part.footprint);
    std::fill(footprint.writes.begin(), footprint.writes.end(), 0);
    Part part{Part::Kind::bound, "constraint", "", constraint == nullptr, std::move(footprint)};
    if (constraint != nullptr) {
      part.name = constraint->name;
      part.text = constraint->text;
      if (!watch_->force) enabled_ = false;
    }
    watch_->parts.push_back(std::move(part));
  }

  template <class Condition>
  bool watch_conjunct(const char* name, const char* text, Condition& condition) {
    if (dropped(name)) return true;
    if (watch_ == nullptr || !watch_->record_parts) return condition();
    return watch_guard(Part::Kind::conjunct, name, text, condition);
  }

  template <class Condition>
  bool watch_guard(Part::Kind kind, const char* name, const char* text, Condition& condition) {
    // What a bound cuts off would count as a step that a conjunct after it forbids.
    if (kind == Part::Kind::conjunct && !watch_->parts.empty() &&
        watch_->parts.back().kind == Part::Kind::bound)
      misplaced("conjunct", name, "bound");
    Part& part = watch_->parts.emplace_back(Part{kind, name, text, true, {}});
    const Observation observation(memory_, &part.footprint);
    part.holds = condition();
    for (const std::uint64_t written : part.footprint.writes)
      if (written != 0)
        throw VocabularyError(std::string(name_) + ": " + name +
                              ", which is a guard, changes the " + "state: " + text +
                              " (is = written for ==?)");
    return part.holds || watch_->force;
  }

  template <class Effect>
  void watch_effect(const char* name, const char* text, Effect& effect) {
    if (dropped(name)) return;
    if (watch_ == nullptr || !watch_->record_parts) return effect();
    Part& part = watch_->parts.emplace_back(Part{Part::Kind::effect, name, text, true, {}});
    const Observation observation(memory_, &part.footprint);
    effect();
  }

  Memory memory_;
  Parameters parameters_;
  std::vector<VariableInfo> variables_;
  std::size_t cell_count_ = 0;

  const char* name_ = "";  // of the action that runs
  bool enabled_ = false;
  bool left_ranges_ = false;
  std::uint32_t label_ = 0;
  std::uint32_t running_ = 0;  // the instance that runs
  std::uint8_t passed_ = 0;    // how many of its conjuncts and bounds have held
  void (*normalise_)(Machine&) = nullptr;
  std::size_t action_ = 0;
  Stopwatch stopwatch_;
  const std::uint64_t* source_ = nullptr;
  Emit emit_;
  struct CutRun {
    const char* bound;
    std::uint64_t steps;
  };
  std::vector<CutRun> cuts_;
  bool was_cut_ = false;
  std::vector<std::string> bounds_;

  std::vector<Drop> drops_;
  std::vector<std::string> active_drops_;

  Watch* watch_ = nullptr;
  Cells start_;
  std::vector<ActionInfo> actions_;
  mutable std::string failed_conjunct_;
  mutable std::string failed_member_;

  Confine confine_ = nullptr;
  void* confine_context_ = nullptr;
};

}  // namespace synod
