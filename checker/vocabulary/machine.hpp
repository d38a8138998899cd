// A model is a class template over a Mode that derives from Machine<Mode>: constants, variables,
// Init, actions, Next, in the order of the paper's figure. Three macros carry the vocabulary of an
// action; each names what it wraps, so that the same text serves the search, explanation, mutants
// and independence:
//
//   WHEN(name, condition);   a conjunct of the guard: the action is disabled where it is false
//   THEN(name, statement);   an effect; all effects come after all conjuncts
//   ACTION(Name, domains...) in Next(): Name(x, y, ...) may happen for all x, y of the domains
//   ACTION_IF(applies, ...)  the same, for an action that a parameter switches off
//
// The modes:
//
//   Search   packed state; a conjunct compiles to its bare condition
//   Mutate   packed state; conjuncts and effects can be dropped at run time by their names
//   Observe  plain state; the same, and every conjunct, effect, read and write is recorded
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/vocabulary/parameters.hpp"
#include "checker/vocabulary/variables.hpp"

#define WHEN(name, ...) \
  if (!this->when(#name, #__VA_ARGS__, [&] { return static_cast<bool>(__VA_ARGS__); })) return
#define THEN(name, ...) this->then(#name, #__VA_ARGS__, [&] { __VA_ARGS__; })
#define ACTION(name, ...) ACTION_IF(true, name __VA_OPT__(, ) __VA_ARGS__)
#define ACTION_IF(applies, name, ...) \
  this->act(applies, #name, [this](auto... args) { name(args...); } __VA_OPT__(, ) __VA_ARGS__)

namespace synod {

/// A conjunct or effect that a mutant leaves out.
struct Drop {
  std::string action;
  std::string part;
  bool operator==(const Drop&) const = default;
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
  std::uint32_t first_label = 0;
  std::uint32_t labels = 0;  ///< how many instances: first_label, first_label + 1, ...
};

/// A conjunct or effect, as met while an action ran.
struct Part {
  bool is_conjunct;
  std::string name;
  std::string text;     ///< its source
  bool holds = true;    ///< of a conjunct
  Footprint footprint;  ///< what it read and wrote
};

/// Where Search and Mutate put successors: `next` has room for all of one state's successors.
struct Emit {
  std::uint64_t* next = nullptr;
  std::uint32_t* labels = nullptr;  ///< the action instance of each successor, when wanted
  std::uint64_t* fired = nullptr;   ///< one counter an action
  /// Called with each packed successor, the machine being in it, when not null.
  void (*judge)(void* context, const std::uint64_t* successor) = nullptr;
  void* judge_context = nullptr;
};

/// What Observe records while it runs the action instances first_label..end_label-1.
struct Watch {
  std::uint32_t first_label = 0;
  std::uint32_t end_label = 0;
  bool force = false;  ///< go on where a conjunct is false
  bool record_parts = true;
  std::vector<Part> parts;  ///< of the instance that ran last
  /// Called after each instance that was enabled, with the machine in the successor state.
  std::function<void(std::uint32_t label)> enabled = {};
};

template <class Mode>
class Machine {
 public:
  using Memory = typename Mode::Memory;

  explicit Machine(Parameters parameters, std::vector<Drop> drops = {})
      : parameters_(std::move(parameters)), drops_(std::move(drops)) {}
  Machine(const Machine&) = delete;  // variables point into it
  Machine& operator=(const Machine&) = delete;

  // For the model.

  /// The value of a parameter that the system declares.
  int parameter(std::string_view name) const { return parameters_[name]; }

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
      if (enabled_)
        throw VocabularyError(std::string("conjunct ") + name + " comes after an effect");
      return watch_conjunct(name, text, condition);
    } else if constexpr (Mode::droppable) {
      return dropped(name) || condition();
    } else {
      return condition();
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

  template <class Body, class... Domains>
  [[gnu::always_inline]] void act(bool applies, const char* name, Body&& body,
                                  const Domains&... domains) {
    if constexpr (Mode::observed) {
      act_observed(applies, name, body, domains...);
    } else {
      if constexpr (Mode::droppable) select_drops(name);
      if (applies) {
        std::uint64_t fired = 0;
        std::uint32_t label = label_;
        product([&](auto... args) { fired += run(body, label++, args...); }, domains...);
        label_ = label;
        emit_.fired[action_] += fired;
      }
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
  }
  const Emit& emitted() const { return emit_; }

  /// Observe: before Next().
  void start(Watch* watch) {
    watch_ = watch;
    label_ = 0;
    actions_.clear();
    start_ = memory_.cells();
  }
  const std::vector<ActionInfo>& actions() const { return actions_; }

  const std::string& failed_conjunct() const { return failed_conjunct_; }
  void forget_failed_conjunct() const { failed_conjunct_.clear(); }

 private:
  template <class Visit>
  [[gnu::always_inline]] static void product(Visit&& visit) {
    visit();
  }
  template <class Visit, class... Rest>
  [[gnu::always_inline]] static void product(Visit&& visit, const Domain& domain,
                                             const Rest&... rest) {
    const int high = domain.high;
    for (int member = domain.low; member <= high; ++member)
      product([&](auto... args) { visit(member, args...); }, rest...);
  }

  /// Runs one action instance; its successor, if any, goes out and the source state comes back.
  /// Returns how many successors that made.
  template <class Body, class... Args>
  [[gnu::always_inline]] std::uint64_t run(Body& body, std::uint32_t label, Args... args) {
    enabled_ = false;
    body(args...);
    if (!enabled_) return 0;
    memory_.store_state(emit_.next);
    emit_.next += memory_.words();
    if (emit_.labels != nullptr) *emit_.labels++ = label;
    if (emit_.judge != nullptr) emit_.judge(emit_.judge_context, memory_.state());
    memory_.load_state(source_);
    return 1;
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
    select_drops(name);
    ActionInfo info{name, applies, {domains...}, label_, 0};
    if (applies) {
      info.labels = 1;
      for (const Domain& domain : info.domains)
        info.labels *= static_cast<std::uint32_t>(std::max(domain.size(), 0));
    }
    actions_.push_back(info);
    if (watch_ == nullptr || info.labels == 0 || label_ + info.labels <= watch_->first_label ||
        label_ >= watch_->end_label) {
      label_ += info.labels;
      return;
    }
    product([&](auto... args) { run_observed(body, args...); }, domains...);
  }

  template <class Body, class... Args>
  void run_observed(Body& body, Args... args) {
    if (label_ >= watch_->first_label && label_ < watch_->end_label) {
      memory_.load_cells(start_);
      watch_->parts.clear();
      enabled_ = false;
      body(args...);
      if (enabled_ && watch_->enabled) watch_->enabled(label_);
    }
    ++label_;
  }

  /// While it lives, reads and writes go to a part's footprint; then also to the outer one.
  class Observation {
   public:
    Observation(Memory& memory, Footprint& inner)
        : memory_(memory), outer_(memory.observed()), inner_(inner) {
      memory_.observe(&inner_);
    }
    ~Observation() {
      memory_.observe(outer_);
      if (outer_ != nullptr) outer_->merge(inner_);
    }
    Observation(const Observation&) = delete;
    Observation& operator=(const Observation&) = delete;

   private:
    Memory& memory_;
    Footprint* outer_;
    Footprint& inner_;
  };

  template <class Condition>
  bool watch_conjunct(const char* name, const char* text, Condition& condition) {
    if (dropped(name)) return true;
    if (watch_ == nullptr || !watch_->record_parts) return condition();
    Part& part = watch_->parts.emplace_back(Part{true, name, text, true, {}});
    const Observation observation(memory_, part.footprint);
    part.holds = condition();
    return part.holds || watch_->force;
  }

  template <class Effect>
  void watch_effect(const char* name, const char* text, Effect& effect) {
    if (dropped(name)) return;
    if (watch_ == nullptr || !watch_->record_parts) return effect();
    Part& part = watch_->parts.emplace_back(Part{false, name, text, true, {}});
    const Observation observation(memory_, part.footprint);
    effect();
  }

  Memory memory_;
  Parameters parameters_;
  std::vector<VariableInfo> variables_;
  std::size_t cell_count_ = 0;

  bool enabled_ = false;
  std::uint32_t label_ = 0;
  std::size_t action_ = 0;
  const std::uint64_t* source_ = nullptr;
  Emit emit_;

  std::vector<Drop> drops_;
  std::vector<std::string> active_drops_;

  Watch* watch_ = nullptr;
  Cells start_;
  std::vector<ActionInfo> actions_;
  mutable std::string failed_conjunct_;
};

}  // namespace synod
