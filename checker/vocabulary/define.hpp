// define<Model>(system, claims): compiles a model and its claims for the search, for mutants and
// for observation, and hides the types. Only a system's claims.cpp includes this.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <random>
#include <unordered_set>
#include <utility>

#include "checker/search/limits.hpp"
#include "checker/vocabulary/claims.hpp"
#include "checker/vocabulary/normaliser.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod {
namespace detail {

/// Applies visit(index, claim) to each claim of the tuple.
template <class Claims, class Visit>
[[gnu::always_inline]] inline void for_each_claim(const Claims& claims, Visit&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(std::integral_constant<std::size_t, I>{}, std::get<I>(claims)), ...);
  }(std::make_index_sequence<std::tuple_size_v<Claims>>{});
}

/// What the claims are as properties, under given parameters: the claims in their order, those
/// about members apart as one for each member; last, the built-in TypeOK.
template <class Claims>
class PropertyTable {
 public:
  template <class Machine>
  PropertyTable(const Claims& claims, const Parameters& parameters, const Machine& machine) {
    for_each_claim(claims, [&](auto index, const auto& claim) {
      using ClaimType = std::remove_cvref_t<decltype(claim)>;
      first_[index] = infos_.size();
      PropertyInfo info = claim.info;
      info.applies = claim.applies(parameters);
      info.refuted = claim.refuted(parameters);
      info.costly = claim.costly(parameters);
      if constexpr (ClaimType::of_members) info.every = claim.predicate.domain_names(machine);
      if constexpr (ClaimType::apart)
        add_members(std::move(info), claim.predicate, machine);
      else
        infos_.push_back(std::move(info));
    });
    first_.back() = infos_.size();
    infos_.push_back(
        {"TypeOK", PropertyKind::type_ok, "every variable stays in its declared range", {}, true});
    if (infos_.size() > max_properties) refuse_size();
    for (PropertyInfo& info : infos_) name_members(info);
  }

  const std::vector<PropertyInfo>& infos() const { return infos_; }
  std::size_t size() const { return infos_.size(); }
  /// The first property of a claim.
  std::size_t first(std::size_t claim) const { return first_[claim]; }
  /// Whether a property is the claim or, of a claim about members apart, is about one of them.
  bool has(std::size_t claim, std::size_t property) const {
    return first_[claim] <= property && property < first_[claim + 1];
  }
  PropertySet type_ok() const { return PropertySet{1} << first_.back(); }
  PropertySet of_kind(PropertyKind kind) const {
    PropertySet set = 0;
    for (std::size_t i = 0; i < infos_.size(); ++i)
      if (infos_[i].kind == kind) set |= PropertySet{1} << i;
    return set;
  }

 private:
  template <class Predicate, class Machine>
  void add_members(PropertyInfo info, const Predicate& predicate, const Machine& machine) {
    info.family = info.name;
    predicate.all(machine, [&](auto... members) {
      info.name = info.family + "(" + predicate.text(machine, members...) + ")";
      infos_.push_back(info);
      return true;
    });
  }

  /// The name of a claim about members apart stands for all of them or, as where another one about
  /// the same members begins, for the same one.
  void name_members(PropertyInfo& info) const {
    std::vector<std::string> witnesses;
    for (const std::string& name : info.witnesses) {
      const std::size_t before = witnesses.size();
      for (const PropertyInfo& other : infos_)
        if (other.family == name) witnesses.push_back(other.name);
      if (witnesses.size() == before) witnesses.push_back(name);
    }
    info.witnesses = std::move(witnesses);
    for (const PropertyInfo& other : infos_) {
      if (info.from.empty() || other.family != info.from) continue;
      const std::string member = info.name.substr(std::min(info.family.size(), info.name.size()));
      if (other.name != other.family + member) continue;
      info.from = other.name;
      info.witnesses = {other.name};
      break;
    }
  }

  [[noreturn]] void refuse_size() const {
    std::map<std::string, std::size_t> members;
    for (const PropertyInfo& info : infos_)
      if (!info.family.empty()) ++members[info.family];
    std::string which;
    for (const auto& [family, count] : members)
      which += (which.empty() ? "" : ", ") + family + " is " + std::to_string(count);
    throw ModelError("the claims are " + std::to_string(infos_.size()) +
                     " properties under these parameters, of which " +
                     std::to_string(max_properties) + " can be judged at a time: " + which);
  }

  std::vector<PropertyInfo> infos_;
  std::array<std::size_t, std::tuple_size_v<Claims> + 1> first_{};
};

/// Keeps a machine within the constraints among its claims; stays where it is.
template <class Claims, class Machine>
class Confinement {
 public:
  Confinement(Machine& machine, const Claims& claims, const PropertyTable<Claims>& table)
      : machine_(machine), claims_(claims) {
    for_each_claim(claims, [&](auto index, const auto& claim) {
      if constexpr (std::remove_cvref_t<decltype(claim)>::kind == PropertyKind::constraint) {
        parts_[index] = {Part::Kind::bound, claim.info.name, claim.info.because, true, {}};
        applies_[index] = table.infos()[table.first(index)].applies;
        any_ = any_ || applies_[index];
      }
    });
    resume();
  }
  Confinement(const Confinement&) = delete;
  Confinement& operator=(const Confinement&) = delete;

  void suspend() { machine_.confine_by(nullptr, nullptr); }
  void resume() {
    if (any_)
      machine_.confine_by([](void* self) { return static_cast<Confinement*>(self)->broken(); },
                          this);
  }
  /// The constraint that leaves out the state of the machine, or null.
  const Part* broken() const {
    const Part* result = nullptr;
    for_each_claim(claims_, [&](auto index, const auto& claim) {
      if constexpr (std::remove_cvref_t<decltype(claim)>::kind == PropertyKind::constraint)
        if (result == nullptr && applies_[index] && !holds(claim)) result = &parts_[index];
    });
    return result;
  }

  bool has(const std::string& name) const {
    return std::any_of(parts_.begin(), parts_.end(),
                       [&](const Part& part) { return part.name == name; });
  }

 private:
  /// In states that are made up it may make no sense, which is for the observer to see.
  template <class ClaimType>
  bool holds(const ClaimType& claim) const {
    try {
      return claim.predicate(std::as_const(machine_));
    } catch (const RangeError& error) {
      if constexpr (Machine::observed) throw;
      throw ModelError(claim.info.name + " uses " + usage_text(machine_.variables(), error) +
                       ", outside the declared ranges");
    }
  }

  Machine& machine_;
  const Claims& claims_;
  std::array<Part, std::tuple_size_v<Claims>> parts_;
  std::array<bool, std::tuple_size_v<Claims>> applies_{};
  bool any_ = false;
};

/// Runs Init() with the choices as they stand; false where they lead to no initial state.
template <class Machine>
bool initialize(Machine& machine) {
  machine.memory().clear();
  try {
    machine.Init();
  } catch (const InitialChoices::NoState&) {
    return false;
  } catch (const RangeError& error) {
    throw ModelError("Init writes " + usage_text(machine.variables(), error) +
                     ", outside the declared range");
  }
  return true;
}

/// Runs Next(), of whose actions each looks after what it uses outside the declared ranges.
template <class Machine, class Next>
[[gnu::always_inline]] inline void in_no_action(const Machine& machine, const Next& next) {
  try {
    next();
  } catch (const RangeError& error) {
    throw ModelError("Next() uses " + usage_text(machine.variables(), error) +
                     ", outside the declared ranges, in no action");
  }
}

/// Whether a model says what matters of a state: Normalise() renames and forgets what does not.
template <class Machine>
concept HasNormalForm = requires(Machine& machine) { machine.Normalise(); };

/// From now on this model knows states in their normal form only.
template <template <class> class Model, class Mode>
void use_normal_form(Model<Mode>& model) {
  if constexpr (HasNormalForm<Model<Mode>>)
    model.normalise_by(
        [](Machine<Mode>& machine) { static_cast<Model<Mode>&>(machine).Normalise(); });
}

/// The initial states, each as `read` finds it in the machine, without duplicates, in the order of
/// the choices that Init() makes; those that no constraint leaves out.
template <class Machine, class Claims, class Read>
auto initial_states(Machine& machine, const Confinement<Claims, Machine>& confinement,
                    std::vector<Cut>& left_out, Read&& read) {
  left_out.clear();
  std::vector<decltype(read())> states;
  const auto hash = [&](std::size_t i) {
    std::size_t sum = 0;
    for (const std::uint64_t word : states[i])
      sum = (sum ^ (sum >> 29) ^ static_cast<std::size_t>(word)) * 0x9e3779b97f4a7c15U;
    return sum ^ (sum >> 32);
  };
  const auto same = [&](std::size_t a, std::size_t b) { return states[a] == states[b]; };
  std::unordered_set<std::size_t, decltype(hash), decltype(same)> known(16, hash, same);
  InitialChoices choices;
  do {
    if (!initialize(machine)) continue;
    if (const Part* const constraint = confinement.broken()) {
      add_cut(left_out, constraint->name, 1);
      continue;
    }
    machine.normalise();
    states.push_back(read());
    if (!known.insert(states.size() - 1).second) states.pop_back();
    constexpr std::size_t bytes_beside = 64;  // of the vector's and of the set's entry
    WorkLimits::heed(states.size(),
                     states.size() * (states[0].size() * sizeof(std::uint64_t) + bytes_beside));
  } while (choices.advance());
  if (states.empty())
    throw ModelError(left_out.empty()
                         ? "the model has no initial state"
                         : "constraint " + left_out[0].bound + " leaves out every initial state");
  return states;
}

/// Throws unless this is one of the parameters that are declared as bounds: others would cut off
/// steps and nobody be told.
inline void require_bound(const std::vector<std::string>& declared, const std::string& name) {
  if (std::find(declared.begin(), declared.end(), name) != declared.end()) return;
  std::string list;
  for (const std::string& bound : declared) list += (list.empty() ? " " : ", ") + bound;
  throw VocabularyError(name +
                        " cuts off steps and is no parameter that is declared by bound(...)" +
                        (list.empty() ? ", of which there are none" : "; these are:" + list));
}

template <template <class> class Model, class Claims, class Mode>
class ModelExplorer final : public Explorer {
 public:
  ModelExplorer(const Parameters& parameters, const std::vector<Drop>& drops,
                NormalFormAudit* normalised, const Claims& claims,
                std::shared_ptr<const PropertyTable<Claims>> table,
                const std::vector<std::string>& bounds, std::size_t actions, std::size_t labels)
      : model_(parameters, drops),
        before_(parameters, drops),
        claims_(claims),
        table_(std::move(table)),
        bounds_(bounds),
        steps_(table_->of_kind(PropertyKind::step)),
        confinement_(model_, claims, *table_),
        actions_(actions),
        labels_(labels) {
    if constexpr (HasNormalForm<Machine>)
      if (normalised != nullptr)
        normaliser_ = std::make_unique<Normaliser<Machine>>(parameters, drops, *normalised);
  }

  std::vector<std::uint64_t> initial() override {
    std::vector<std::uint64_t> packed;
    const auto states = detail::initial_states(model_, confinement_, left_out_, [&] {
      if constexpr (HasNormalForm<Machine>)
        if (normaliser_) model_.Normalise();
      std::vector<std::uint64_t> state(model_.memory().words());
      model_.memory().store_state(state.data());
      return state;
    });
    for (const auto& state : states) packed.insert(packed.end(), state.begin(), state.end());
    return packed;
  }
  std::vector<Cut> left_out_initially() const override { return left_out_; }

  void expand(const std::uint64_t* states, std::size_t count, PropertySet wanted, bool with_labels,
              Expansion& out) override {
    const unsigned words = model_.memory().words();
    // Only ever grown: a smaller batch must not cost a refill.
    if (out.successors.size() < count * labels_ * words)
      out.successors.resize(count * labels_ * words);
    const bool labelled = with_labels || normaliser_;
    if (labelled && out.labels.size() < count * labels_) out.labels.resize(count * labels_);
    out.fired.assign(actions_, 0);
    out.cut_labels.clear();
    out.cut_ends.clear();
    out.ends.clear();
    out.holds.clear();
    out.violated.clear();
    out.open_ends = 0;
    Emit emit{out.successors.data(), labelled ? out.labels.data() : nullptr, out.fired.data(),
              with_labels ? &out.cut_labels : nullptr};
    if (out.refusals != nullptr) out.refusals->assign(count * labels_, Expansion::no_refusal);
    if ((wanted & steps_) != 0) {
      emit.judge = [](void* self, const std::uint64_t* to) {
        static_cast<ModelExplorer*>(self)->judge_successor(to);
      };
      emit.judge_context = this;
    }
    times_ = out.times;
    if (times_ != nullptr) emit.action_seconds = times_->actions.data();
    wanted_ = wanted;
    for (std::size_t i = 0; i < count; ++i) {
      source_ = states + i * words;
      std::uint64_t* const first = emit.next;
      model_.memory().load_state(source_);
      if (emit.judge != nullptr) before_.memory().load_state(source_);
      if (times_ != nullptr) model_.stopwatch().restart();
      out.holds.push_back(evaluate(model_, wanted, times_));
      violated_ = 0;
      if (out.refusals != nullptr) emit.refusals = out.refusals->data() + i * labels_;
      model_.start(source_, emit);
      in_no_action(model_, [&] { model_.Next(); });
      if (model_.left_ranges()) violated_ |= table_->type_ok() & wanted;
      emit = model_.emitted();
      const auto successors = static_cast<std::size_t>(emit.next - first) / words;
      if (successors == 0 && !model_.left_ranges()) {
        const PropertySet deadlock = judge_end(source_, wanted);
        if (model_.was_cut())
          out.open_ends += deadlock != 0 ? 1 : 0;
        else
          violated_ = deadlock;
      }
      if constexpr (HasNormalForm<Machine>)
        if (normaliser_)
          normaliser_->replace(
              source_, first, emit.labels - successors, successors,
              [&](Machine& machine) { return evaluate(machine, wanted, nullptr); });
      out.violated.push_back(violated_);
      out.end_state(source_, successors, words);
      out.cut_ends.push_back(out.cut_labels.size());
    }
    out.cuts = model_.take_cuts();
    for (const Cut& cut : out.cuts)
      if (!confinement_.has(cut.bound)) require_bound(bounds_, cut.bound);
  }

  PropertySet holds(const std::uint64_t* state, PropertySet wanted) override {
    model_.memory().load_state(state);
    return evaluate(model_, wanted, nullptr);
  }

  PropertySet violated(const std::uint64_t* from, const std::uint64_t* to,
                       PropertySet wanted) override {
    before_.memory().load_state(from);
    model_.memory().load_state(to);
    return judge_step(wanted, nullptr);
  }

 private:
  using Machine = Model<Mode>;
  /// State predicates that hold; deadlock_free's is judged by judge_end.
  [[gnu::always_inline]] PropertySet evaluate(Machine& machine, PropertySet wanted,
                                              ExpansionTimes* times) const {
    const Machine& model = machine;
    PropertySet result = 0;
    for_each_claim(claims_, [&](auto index, const auto& claim) {
      using ClaimType = std::remove_cvref_t<decltype(claim)>;
      if constexpr (is_state_predicate(ClaimType::kind) &&
                    ClaimType::kind != PropertyKind::deadlock_free) {
        PropertySet bit = bit_of(index);
        const auto judge = [&](auto&& holds) {
          if ((wanted & bit) == 0) return;
          if (holds()) result |= bit;
          if (times != nullptr)
            machine.stopwatch().lap(
                times->properties[static_cast<std::size_t>(std::countr_zero(bit))]);
        };
        if constexpr (ClaimType::apart)
          claim.predicate.all(model, [&](auto... members) {
            judge([&] { return is_true_of(claim, model, members...); });
            bit <<= 1;
            return true;
          });
        else
          judge([&] { return is_true(claim, model); });
      }
    });
    return result;
  }

  /// The step properties that the step from before_ to model_ violates.
  PropertySet judge_step(PropertySet wanted, ExpansionTimes* times) {
    PropertySet violated = 0;
    for_each_claim(claims_, [&](auto index, const auto& claim) {
      if constexpr (std::remove_cvref_t<decltype(claim)>::kind == PropertyKind::step) {
        const PropertySet bit = bit_of(index);
        if ((wanted & bit) == 0) return;
        if (!is_true(claim, std::as_const(before_), std::as_const(model_))) violated |= bit;
        if (times != nullptr) model_.stopwatch().lap(times->properties[table_->first(index)]);
      }
    });
    return violated;
  }

  /// Of a state or of a step, which is a reachable one.
  template <class ClaimType, class... Machines>
  [[gnu::always_inline]] static bool is_true(const ClaimType& claim, const Machines&... machines) {
    try {
      return claim.predicate(machines...);
    } catch (const RangeError& error) {
      no_sense(claim.info.name, error, machines...);
    }
  }
  template <class ClaimType, class... Members>
  [[gnu::always_inline]] static bool is_true_of(const ClaimType& claim, const Machine& machine,
                                                Members... members) {
    try {
      return claim.predicate.predicate(machine, members...);
    } catch (const RangeError& error) {
      no_sense(claim.info.name, error, machine);
    }
  }
  template <class... Machines>
  [[noreturn, gnu::cold, gnu::noinline]] static void no_sense(const std::string& claim,
                                                              const RangeError& error,
                                                              const Machine& machine,
                                                              const Machines&...) {
    throw ClaimError(
        claim + " uses " + usage_text(machine.variables(), error) + ", outside the declared ranges",
        {machine.memory().state(), machine.memory().state() + machine.memory().words()});
  }

  void judge_successor(const std::uint64_t* to) {
    if (same_state(source_, to, model_.memory().words())) return;  // nothing changes
    if (times_ != nullptr) model_.lap();
    violated_ |= judge_step(wanted_, times_);
  }

  PropertySet judge_end(const std::uint64_t* state, PropertySet wanted) {
    PropertySet violated = 0;
    model_.memory().load_state(state);
    for_each_claim(claims_, [&](auto index, const auto& claim) {
      if constexpr (std::remove_cvref_t<decltype(claim)>::kind == PropertyKind::deadlock_free) {
        const PropertySet bit = bit_of(index);
        if ((wanted & bit) != 0 && !is_true(claim, std::as_const(model_))) violated |= bit;
      }
    });
    return violated;
  }

  PropertySet bit_of(std::size_t claim) const { return PropertySet{1} << table_->first(claim); }

  Machine model_;
  Machine before_;  // the earlier state of a step
  struct None {};
  /// Null: states are explored as they are.
  std::unique_ptr<std::conditional_t<HasNormalForm<Machine>, Normaliser<Machine>, None>>
      normaliser_;
  const Claims& claims_;
  std::shared_ptr<const PropertyTable<Claims>> table_;
  const std::vector<std::string>& bounds_;
  PropertySet steps_;
  Confinement<Claims, Machine> confinement_;
  std::vector<Cut> left_out_;  // of the initial states
  std::size_t actions_;
  std::size_t labels_;

  // Of the state that is being expanded
  const std::uint64_t* source_ = nullptr;
  PropertySet wanted_ = 0;
  PropertySet violated_ = 0;
  ExpansionTimes* times_ = nullptr;
};

template <template <class> class Model, class Claims>
class ModelObserver final : public Observer {
 public:
  ModelObserver(const Parameters& parameters, const std::vector<Drop>& drops, bool normalised,
                const Claims& claims, std::shared_ptr<const PropertyTable<Claims>> table)
      : model_(parameters, drops),
        after_(parameters, drops),
        claims_(claims),
        table_(std::move(table)),
        confinement_(model_, claims, *table_) {
    if (normalised) use_normal_form(model_);
    model_.start(nullptr);
    in_no_action(model_, [&] { model_.Next(); });
    actions_ = model_.actions();
  }

  const std::vector<VariableInfo>& variables() const override { return model_.variables(); }
  const std::vector<ActionInfo>& actions() const override { return actions_; }
  const std::vector<PropertyInfo>& properties() const override { return table_->infos(); }

  std::vector<Cells> initial() override {
    return detail::initial_states(model_, confinement_, left_out_,
                                  [&] { return model_.memory().cells(); });
  }

  Cells normal_form(const Cells& state) override {
    model_.memory().load_cells(state);
    if constexpr (HasNormalForm<Model<Observe>>) model_.Normalise();
    return model_.memory().cells();
  }

  Attempt attempt(const Cells& state, std::uint32_t label) override {
    Attempt result;
    Watch watch{.first_label = label, .end_label = label + 1, .enabled = {}};
    watch.enabled = [&](std::uint32_t) {
      result.enabled = true;
      result.after = model_.memory().cells();
    };
    result.out_of_range = run(state, watch, &result.between);
    result.enabled = result.enabled || result.out_of_range.has_value();
    result.parts = std::move(watch.parts);
    return result;
  }

  std::vector<Part> parts(std::uint32_t label) override {
    // Forced past its guard, an action may fail in one state and not in another: the run that got
    // furthest has met every part.
    std::vector<Part> longest;
    std::mt19937_64 random(label);
    confinement_.suspend();
    for (int sample = 0; sample < 32; ++sample) {
      Watch watch{.first_label = label, .end_label = label + 1, .force = true, .enabled = {}};
      run(random_state(label, random), watch, nullptr);
      if (watch.parts.size() > longest.size()) longest = std::move(watch.parts);
    }
    confinement_.resume();
    return longest;
  }

  std::vector<Successor> successors(const Cells& state, Unfollowed* left_out) override {
    std::vector<Successor> result;
    Watch watch{
        .first_label = 0, .end_label = ~std::uint32_t{0}, .record_parts = false, .enabled = {}};
    watch.enabled = [&](std::uint32_t label) {
      result.push_back({label, model_.memory().cells()});
    };
    run(state, watch, nullptr);
    if (left_out != nullptr) *left_out = {watch.range_errors, model_.was_cut()};
    return result;
  }

  Judgement judge(const Cells& state, std::size_t property) override {
    model_.memory().load_cells(state);
    return judge_claim(property, [&](const auto& claim, std::size_t nth, Judgement& result) {
      using ClaimType = std::remove_cvref_t<decltype(claim)>;
      const Model<Observe>& model = model_;
      if constexpr (ClaimType::apart)
        claim.predicate.all(model, [&](auto... members) {
          if (nth-- != 0) return true;
          result.holds = claim.predicate.predicate(model, members...);
          return false;
        });
      else if constexpr (is_state_predicate(ClaimType::kind))
        result.holds = claim.predicate(model);
    });
  }

  Judgement judge_step(const Cells& from, const Cells& to, std::size_t property) override {
    model_.memory().load_cells(from);
    after_.memory().load_cells(to);
    after_.forget_failures();
    Footprint later;
    const Observation observation(after_.memory(), &later);
    Judgement result =
        judge_claim(property, [&](const auto& claim, std::size_t, Judgement& result) {
          if constexpr (std::remove_cvref_t<decltype(claim)>::kind == PropertyKind::step)
            result.holds = claim.predicate(std::as_const(model_), std::as_const(after_));
        });
    result.footprint.merge(later);
    if (!result.holds && result.failed_conjunct.empty())
      result.failed_conjunct = after_.failed_conjunct();
    if (!result.holds) result.failed_member = after_.failed_member();
    return result;
  }

  PartFootprints footprint(std::uint32_t label, const std::vector<Cells>& states,
                           std::size_t samples, std::uint64_t seed) override {
    PartFootprints result;
    result.whole.resize(model_.cell_count());
    std::mt19937_64 random(seed);
    for (const Cells& state : states) add_forced(label, state, result);
    for (std::size_t i = 0; i < samples; ++i)
      add_forced(label, random_state(label, random), result);
    result.whole.merge(result.between);
    return result;
  }

 private:
  /// Runs an action past its guard, and adds what that reads and writes.
  void add_forced(std::uint32_t label, const Cells& state, PartFootprints& sum) {
    Watch watch{.first_label = label, .end_label = label + 1, .force = true, .enabled = {}};
    run(state, watch, &sum.between);
    std::size_t guards = 0;
    for (const Part& part : watch.parts) {
      sum.whole.merge(part.footprint);
      if (part.kind == Part::Kind::effect) continue;
      if (sum.guards.size() == guards) sum.guards.emplace_back().resize(model_.cell_count());
      sum.guards[guards++].merge(part.footprint);
    }
  }

  /// Runs actions; what they read and write outside of their parts goes to `between`, if that is
  /// wanted. Past its guard, which protects it from nonsense, an action may write or index outside
  /// a range; then it ends early, and so does Next() where it does so itself.
  std::optional<RangeError> run(const Cells& state, Watch& watch, Footprint* between) {
    model_.memory().load_cells(state);
    const Observation observation(model_.memory(), between);
    try {
      model_.start(&watch);
      model_.Next();
    } catch (const RangeError& error) {
      return error;
    }
    return watch.out_of_range;
  }

  template <class Apply>
  Judgement judge_claim(std::size_t property, Apply&& apply) {
    Judgement result;
    model_.forget_failures();
    const Observation observation(model_.memory(), &result.footprint);
    for_each_claim(claims_, [&](auto index, const auto& claim) {
      if (table_->has(index, property)) apply(claim, property - table_->first(index), result);
    });
    if (!result.holds) {
      result.failed_conjunct = model_.failed_conjunct();
      result.failed_member = model_.failed_member();
    }
    return result;
  }

  /// A random state in which the messages that an action instance is about are on their way.
  Cells random_state(std::uint32_t label, std::mt19937_64& random) const {
    Cells cells = random_cells(model_.variables(), random);
    for (const ActionInfo& action : actions_) {
      if (!action.has(label)) continue;
      const std::vector<int> arguments = action.arguments(label);
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (!action.networks[i]) continue;
        const VariableInfo& network = model_.variables()[*action.networks[i]];
        const auto slot = static_cast<std::size_t>(arguments[i] - action.domains[i].low);
        const auto wanted = std::find_if(
            network.elements.begin(), network.elements.end(),
            [&](const ElementType& type) { return type.name == action.domains[i].name; });
        const std::size_t type = wanted == network.elements.end()  // any
                                     ? random() % network.elements.size()
                                     : static_cast<std::size_t>(wanted - network.elements.begin());
        cells[network.first_cell + slot] = random_element(network.elements, type, random);
      }
    }
    return cells;
  }

  Model<Observe> model_;
  Model<Observe> after_;
  const Claims& claims_;
  std::shared_ptr<const PropertyTable<Claims>> table_;
  Confinement<Claims, Model<Observe>> confinement_;
  std::vector<Cut> left_out_;
  std::vector<ActionInfo> actions_;
};

template <template <class> class Model, class Claims>
class DefinedInstance final : public ModelInstance {
 public:
  DefinedInstance(Parameters parameters, std::vector<Drop> drops,
                  std::shared_ptr<const Claims> claims, std::vector<std::string> bounds,
                  bool normalised = false)
      : parameters_(std::move(parameters)),
        drops_(std::move(drops)),
        claims_(std::move(claims)),
        bounds_(std::move(bounds)) {
    const Model<Search> model(parameters_);
    table_ = std::make_shared<const PropertyTable<Claims>>(*claims_, parameters_, model);
    for (const char* const name : bounds_in_source<Model<Search>>()) require_bound(bounds_, name);
    for (const std::string& name : model.bounds()) require_bound(bounds_, name);
    words_ = model.memory().words();
    bits_ = model.memory().bits();
    word_bits_ = model.memory().word_bits();
    places_ = model.memory().places();
    for (const VariableInfo& variable : model.variables())
      cell_bits_.insert(cell_bits_.end(), variable.cells, variable.bits);
    const std::unique_ptr<Observer> described = observer();
    for (const ActionInfo& action : described->actions()) {
      actions_.push_back({action.name, action.applies});
      labels_ += action.labels;
    }
    if (!normalised) return;
    std::vector<std::uint32_t> first_labels;
    for (const ActionInfo& action : described->actions())
      first_labels.push_back(action.first_label);
    normalised_ = std::make_unique<NormalFormAudit>(std::move(first_labels), labels_);
  }

  unsigned words() const override { return words_; }
  unsigned bits() const override { return bits_; }
  std::vector<unsigned> word_bits() const override { return word_bits_; }
  const std::vector<ActionSummary>& actions() const override { return actions_; }
  std::size_t labels() const override { return labels_; }
  const std::vector<PropertyInfo>& properties() const override { return table_->infos(); }
  const std::vector<Place>& places() const override { return places_; }
  const std::vector<unsigned>& cell_bits() const override { return cell_bits_; }

  std::unique_ptr<Explorer> explorer() const override {
    if (drops_.empty()) return make_explorer<Search>();
    return make_explorer<Mutate>();
  }
  std::unique_ptr<Explorer> telling_explorer() const override { return make_explorer<Mutate>(); }
  std::unique_ptr<Observer> observer() const override {
    return std::make_unique<ModelObserver<Model, Claims>>(parameters_, drops_,
                                                          normalised_ != nullptr, *claims_, table_);
  }
  std::unique_ptr<ModelInstance> normalised() const override {
    if constexpr (HasNormalForm<Model<Search>>)
      return std::make_unique<DefinedInstance>(parameters_, drops_, claims_, bounds_, true);
    return nullptr;
  }
  NormalFormFaults normal_form_faults() const override {
    NormalFormFaults faults;
    if (normalised_ == nullptr) return faults;
    faults.predicates = normalised_->predicates();
    for (std::size_t action = 0; action < actions_.size(); ++action) {
      if (normalised_->is_hidden(action)) faults.hidden_actions.push_back(actions_[action].name);
      if (normalised_->is_different(action))
        faults.different_actions.push_back(actions_[action].name);
    }
    return faults;
  }

 private:
  template <class Mode>
  std::unique_ptr<Explorer> make_explorer() const {
    return std::make_unique<ModelExplorer<Model, Claims, Mode>>(parameters_, drops_,
                                                                normalised_.get(), *claims_, table_,
                                                                bounds_, actions_.size(), labels_);
  }

  Parameters parameters_;
  std::vector<Drop> drops_;
  std::unique_ptr<NormalFormAudit> normalised_;  // null: states are what they are
  std::shared_ptr<const Claims> claims_;
  std::vector<std::string> bounds_;
  std::shared_ptr<const PropertyTable<Claims>> table_;
  unsigned words_ = 0;
  unsigned bits_ = 0;
  std::vector<unsigned> word_bits_;
  std::vector<Place> places_;
  std::vector<unsigned> cell_bits_;
  std::vector<ActionSummary> actions_;
  std::size_t labels_ = 0;
};

template <class>
using AnInt = int;

/// Whether a claim's predicate can be asked about a model; what is wrong with it, if not, is said
/// once here.
template <class Model, PropertyKind Kind, class Predicate>
constexpr bool takes_what_it_is_given(const Claim<Kind, Predicate>*) {
  if constexpr (Kind == PropertyKind::step)
    return std::is_invocable_v<Predicate, const Model&, const Model&>;
  else if constexpr (Kind == PropertyKind::temporal)
    return true;
  else
    return std::is_invocable_v<Predicate, const Model&>;
}
template <class Model, PropertyKind Kind, class Predicate, class... DomainsOf>
constexpr bool takes_what_it_is_given(const Claim<Kind, OfMembers<Predicate, DomainsOf...>>*) {
  if constexpr (Kind == PropertyKind::step)
    return std::is_invocable_v<Predicate, const Model&, const Model&, AnInt<DomainsOf>...>;
  else
    return std::is_invocable_v<Predicate, const Model&, AnInt<DomainsOf>...>;
}
template <class Model, class... Claims>
constexpr bool take_what_they_are_given(const std::tuple<Claims...>*) {
  return (takes_what_it_is_given<Model>(static_cast<const Claims*>(nullptr)) && ...);
}

template <template <class> class Model, class Claims>
void instantiate_with(System& system, Claims claims) {
  const auto shared = std::make_shared<const Claims>(std::move(claims));
  std::vector<std::string> bounds;
  for (const ParameterSpec& spec : system.parameters)
    if (spec.bound) bounds.push_back(spec.name);
  system.instantiate = [shared, bounds = std::move(bounds), name = system.name](
                           const Parameters& parameters,
                           const std::vector<Drop>& drops) -> std::unique_ptr<ModelInstance> {
    return named_in_errors(name, [&] {
      return std::make_unique<DefinedInstance<Model, Claims>>(parameters, drops, shared, bounds);
    });
  };
}

}  // namespace detail

/// Completes a system's description with its model and claims.
template <template <class> class Model, class Claims>
System define(System system, Claims claims) {
  constexpr bool begins = requires(Model<Search>& model) { model.Init(); };
  static_assert(begins,
                "a model has void Init(), without arguments: where it may begin in several ways, "
                "it chooses, as in x = choose(Value)");
  constexpr bool sound =
      detail::take_what_they_are_given<Model<Search>>(static_cast<const Claims*>(nullptr));
  static_assert(sound,
                "a claim's predicate takes the state, step's the state after it as well, and an "
                "int for each FOR_EVERY");
  // After such a mistake, the rest would only repeat it.
  if constexpr (begins && sound) detail::instantiate_with<Model>(system, std::move(claims));
  return system;
}

}  // namespace synod
