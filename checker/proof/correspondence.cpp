#include "checker/proof/correspondence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"

namespace synod::proof {
namespace {

constexpr std::size_t most_faults = 10;
constexpr std::size_t made_up_messages = 20;  ///< of each type, in each state
constexpr std::size_t made_up_states = 50;    ///< in which a claim is judged, after each state
constexpr std::uint64_t most_changes = 6;     ///< from that state to those

/// Calls `visit` with each choice of individuals of some sorts, until it says true. The first ones
/// may have been chosen already.
template <class Visit>
bool any_choice(const Structure& structure, const std::vector<std::size_t>& sorts,
                std::vector<int>& chosen, Visit&& visit) {
  const std::size_t next = chosen.size();
  if (next == sorts.size()) return visit();
  bool found = false;
  for (int member = 0; member < structure.domain(sorts[next]).size() && !found; ++member) {
    chosen.push_back(member);
    found = any_choice(structure, sorts, chosen, visit);
    chosen.pop_back();
  }
  return found;
}

/// Which of a proof's relations hold: those that a model's state determines.
using Content = std::vector<bool>;
/// And those that it does not; of each, of all individuals in order.
using Past = std::vector<bool>;

/// A model's state after something that has happened.
struct Moment {
  Cells state;
  Past past;
};

/// A model's state as a structure, and a past besides. Formulas ask for the same over and over, so
/// a relation is read whole, once, when it is first asked about.
class MomentStructure final : public Structure {
 public:
  MomentStructure(const Protocol& protocol, std::unique_ptr<Structure> state)
      : state_(std::move(state)) {
    for (const Relation& relation : protocol.relations()) {
      Table table;
      std::size_t tuples = 1;
      table.some.emplace_back(tuples);
      for (const std::size_t sort : protocol.sorts_of(relation)) {
        table.sizes.push_back(static_cast<std::size_t>(state_->domain(sort).size()));
        tuples *= table.sizes.back();
        table.some.emplace_back(tuples);
      }
      if (protocol.history(relation) != nullptr) {
        table.first = past_size_;
        past_size_ += tuples;
      }
      tables_.push_back(std::move(table));
    }
  }

  void load(const Cells& state) override {
    state_->load(state);
    for (Table& table : tables_) table.is_read = false;
  }
  void load(const Moment& moment) {
    load(moment.state);
    past_ = moment.past;
  }
  const Domain& domain(std::size_t sort) const override { return state_->domain(sort); }
  int constant(std::size_t relation) const override { return state_->constant(relation); }
  bool holds(std::size_t relation, const std::vector<int>& individuals) const override {
    return may_hold(relation, individuals);
  }
  bool may_hold(std::size_t relation, const std::vector<int>& first) const override {
    const Table& table = read(relation);
    std::size_t at = 0;
    for (std::size_t i = 0; i < first.size(); ++i)
      at = at * table.sizes[i] + static_cast<std::size_t>(first[i]);
    return table.some[first.size()][at];
  }
  /// Of which individuals it holds, of all in order.
  const std::vector<bool>& tuples(std::size_t relation) const { return read(relation).some.back(); }

 private:
  struct Table {
    std::vector<std::size_t> sizes;       ///< how many individuals there are, place by place
    std::vector<std::vector<bool>> some;  ///< of so many, whether it holds of some that begin so
    std::optional<std::size_t> first;     ///< where in a past it begins, if it is there
    bool is_read = false;
  };

  const Table& read(std::size_t relation) const {
    Table& table = tables_[relation];
    std::vector<int> individuals;
    if (!table.is_read) read(relation, table, individuals, 0);
    table.is_read = true;
    return table;
  }
  bool read(std::size_t relation, Table& table, std::vector<int>& individuals,
            std::size_t at) const {
    const std::size_t place = individuals.size();
    bool some = false;
    if (place == table.sizes.size()) {
      some = table.first ? past_.at(*table.first + at) : state_->holds(relation, individuals);
    } else {
      individuals.push_back(0);
      for (std::size_t i = 0; i < table.sizes[place]; ++i) {
        individuals.back() = static_cast<int>(i);
        some = read(relation, table, individuals, at * table.sizes[place] + i) || some;
      }
      individuals.pop_back();
    }
    table.some[place][at] = some;
    return some;
  }

  std::unique_ptr<Structure> state_;
  std::size_t past_size_ = 0;
  Past past_;
  mutable std::vector<Table> tables_;
};

/// Whatever holds in a state of all relations that change and that it determines: what the proof
/// can say of it.
Content content(const Protocol& protocol, const MomentStructure& structure) {
  Content all;
  for (std::size_t i = 0; i < protocol.relations().size(); ++i) {
    const Relation& relation = protocol.relations()[i];
    if (!relation.changes() || protocol.history(relation) != nullptr) continue;
    const std::vector<bool>& tuples = structure.tuples(i);
    all.insert(all.end(), tuples.begin(), tuples.end());
  }
  return all;
}

/// What an argument may be that is a message.
const std::vector<ElementType>& message_types(const Observer& observer, const ActionInfo& info,
                                              std::size_t argument) {
  return observer.variables()[*info.networks[argument]].elements;
}

/// Whether an argument is a message of whatever type.
bool is_of_any_type(const Observer& observer, const ActionInfo& info, std::size_t argument) {
  if (!info.networks[argument]) return false;
  const std::vector<ElementType>& types = message_types(observer, info, argument);
  return std::none_of(types.begin(), types.end(), [&](const ElementType& type) {
    return type.name == info.domains[argument].name;
  });
}

/// What an action of the model is called in the proof.
std::vector<std::string> names_in_the_proof(const Observer& observer, const ActionInfo& info) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < info.domains.size(); ++i)
    if (is_of_any_type(observer, info, i))
      for (const ElementType& type : message_types(observer, info, i))
        all.push_back(info.name + "_" + type.name);
  if (all.empty()) all.push_back(info.name);
  return all;
}

/// An action of the proof, to be tried in finite structures.
class FiniteAction {
 public:
  FiniteAction(const Protocol& protocol, const Action& action) {
    for (const expr& argument : action.arguments)
      sorts_.push_back(protocol.index(argument.get_sort()));
    for (const NamedFormula& guard : action.guards)
      guards_.emplace_back(protocol, action.arguments, guard.formula);
    for (std::size_t i = 0; i < protocol.relations().size(); ++i) {
      if (!protocol.relations()[i].changes()) continue;
      const auto effect =
          std::find_if(action.effects.begin(), action.effects.end(), [&](const Effect& each) {
            return z3::eq(each.relation.symbol(), protocol.relations()[i].symbol());
          });
      updates_.push_back({i, protocol.sorts_of(protocol.relations()[i]),
                          protocol.history(protocol.relations()[i]) != nullptr, std::nullopt});
      if (effect == action.effects.end()) continue;
      Variables variables = action.arguments;
      variables.insert(variables.end(), effect->at.begin(), effect->at.end());
      updates_.back().value.emplace(protocol, variables, effect->value);
    }
  }

  const std::vector<std::size_t>& sorts() const { return sorts_; }  ///< of its arguments

  /// The states, in the proof's terms, to which these arguments lead, whatever it chooses besides;
  /// with the past that each then has.
  std::map<Content, Past> outcomes(const MomentStructure& before,
                                   std::vector<int> arguments) const {
    std::map<Content, Past> found;
    any_choice(before, sorts_, arguments, [&] {
      const bool enabled = std::all_of(guards_.begin(), guards_.end(), [&](const auto& guard) {
        return guard.holds(before, arguments);
      });
      if (enabled)
        found.emplace(outcome(before, arguments, false), outcome(before, arguments, true));
      return false;
    });
    return found;
  }

 private:
  struct Update {
    std::size_t relation;
    std::vector<std::size_t> sorts;
    bool past;
    std::optional<FiniteFormula> value;
  };

  /// The past, or all the rest.
  std::vector<bool> outcome(const MomentStructure& before, const std::vector<int>& arguments,
                            bool past) const {
    std::vector<bool> all;
    for (const Update& update : updates_) {
      if (update.past != past) continue;
      if (!update.value) {
        const std::vector<bool>& tuples = before.tuples(update.relation);
        all.insert(all.end(), tuples.begin(), tuples.end());
        continue;
      }
      std::vector<int> individuals;
      any_choice(before, update.sorts, individuals, [&] {
        std::vector<int> values = arguments;
        values.insert(values.end(), individuals.begin(), individuals.end());
        all.push_back(update.value->holds(before, values));
        return false;
      });
    }
    return all;
  }

  std::vector<std::size_t> sorts_;
  std::vector<FiniteFormula> guards_;
  std::vector<Update> updates_;
};

class Comparison {
 public:
  Comparison(const Modelled& modelled, const System& system, const Parameters& parameters,
             const CorrespondenceOptions& options)
      : protocol_(*modelled.protocol),
        structure_(protocol_, modelled.structures(parameters)),
        model_(system.instantiate(parameters, {})),
        observer_(model_->observer()),
        options_(options),
        random_(options.seed) {}

  Correspondence run() {
    name_actions();
    judge_initial_states();
    explore();
    for (const Moment& moment : sample_.moments)
      for (const ActionInfo& info : observer_->actions())
        for (const std::string& name : names(info))
          if (!is_interrupted()) compare_action(info, name, moment);
    for (const ActionInfo& info : observer_->actions())
      for (const std::string& name : names(info))
        for (const Moment& moment : enabled_[name].moments)
          if (!is_interrupted()) compare_action(info, name, moment);
    if (options_.invariant && !is_interrupted()) compare_claims();
    for (const auto& [name, counts] : result_.actions) {
      result_.steps += counts.steps;
      result_.rejected += counts.rejected;
    }
    return std::move(result_);
  }

 private:
  /// Asked where something is left to do.
  bool is_interrupted() {
    result_.interrupted = result_.interrupted || is_set(options_.interrupted);
    return result_.interrupted;
  }

  /// Some of the states that were met.
  struct Sample {
    std::vector<Moment> moments;
    std::uint64_t offered = 0;
  };

  void fault(std::string text) {
    if (result_.faults.size() < most_faults) result_.faults.push_back(std::move(text));
  }

  /// Each action that applies has to be in both.
  void name_actions() {
    for (const Action& action : protocol_.actions())
      actions_.emplace(action.name, FiniteAction(protocol_, action));
    std::set<std::string> known;
    for (const ActionInfo& info : observer_->actions()) {
      for (const std::string& name : names(info)) {
        if (info.applies && !actions_.contains(name)) fault("the proof has no action " + name);
        known.insert(name);
      }
    }
    for (const auto& [name, action] : actions_)
      if (!known.contains(name)) fault("the model has no action " + name);
  }

  std::vector<std::string> names(const ActionInfo& info) const {
    return names_in_the_proof(*observer_, info);
  }
  bool any_type(const ActionInfo& info, std::size_t argument) const {
    return is_of_any_type(*observer_, info, argument);
  }
  const std::vector<ElementType>& elements(const ActionInfo& info, std::size_t argument) const {
    return message_types(*observer_, info, argument);
  }

  void judge_initial_states() {
    std::vector<FiniteFormula> initial;
    for (const expr& formula : protocol_.initial())
      initial.emplace_back(protocol_, Variables{}, formula);
    structure_.load(observer_->initial()[0]);
    first_past();
    for (const NamedFormula& axiom : protocol_.axioms())
      if (!FiniteFormula(protocol_, {}, axiom.formula).holds(structure_, {}))
        fault(fmt::format("the axiom {} is false", axiom.name));
    for (const Cells& state : observer_->initial()) {
      structure_.load({state, first_past_});
      for (std::size_t i = 0; i < initial.size(); ++i)
        if (!initial[i].holds(structure_, {}))
          fault("an initial state of the model is none of the proof: " +
                protocol_.initial()[i].to_string());
    }
  }

  void first_past() {
    for (const History& history : protocol_.histories()) {
      const FiniteFormula value(protocol_, history.at, history.value);
      std::vector<int> individuals;
      any_choice(structure_, protocol_.sorts_of(history.relation), individuals, [&] {
        first_past_.push_back(value.holds(structure_, individuals));
        return false;
      });
    }
  }

  /// All states, the invariant in each; some of them are kept, to be looked at again.
  void explore() {
    std::vector<std::pair<std::string, FiniteFormula>> formulas;
    const auto add = [&](const std::vector<NamedFormula>& named) {
      for (const NamedFormula& each : named)
        formulas.emplace_back(each.name, FiniteFormula(protocol_, {}, each.formula));
    };
    if (options_.invariant) {
      add(protocol_.invariant());
      add(protocol_.claims());
    }
    std::set<std::vector<std::uint64_t>> seen;
    std::vector<Moment> level;
    const auto explorer = model_->explorer();
    const unsigned words = model_->words();
    const auto is_new = [&](const std::uint64_t* state) {
      return seen.size() < options_.most_states && seen.emplace(state, state + words).second;
    };
    const std::vector<std::uint64_t> initial = explorer->initial();
    for (std::size_t i = 0; i < initial.size(); i += words)
      if (is_new(&initial[i])) level.push_back({model_->unpack(&initial[i]), first_past_});
    Expansion expansion;
    while (!level.empty()) {
      std::vector<Moment> moments;
      moments.swap(level);
      for (const Moment& moment : moments) {
        if (is_interrupted()) return;
        visit(moment, formulas);
        explorer->expand(model_->pack(moment.state).data(), 1, 0, true, expansion);
        note_enabled(moment, expansion);
        for (std::size_t i = 0; i < expansion.count(); ++i) {
          if (!is_new(&expansion.successors[i * words])) continue;
          Cells after = model_->unpack(&expansion.successors[i * words]);
          Past past = past_after(moment, expansion.labels[i], after);
          level.push_back({std::move(after), std::move(past)});
        }
      }
    }
    result_.complete = seen.size() < options_.most_states;
  }

  /// What the proof remembers after the model's step: of all pasts with which a state can be
  /// reached, one.
  Past past_after(const Moment& before, std::uint32_t label, const Cells& after) {
    // Nothing but the invariant speaks of it.
    if (protocol_.histories().empty() || !options_.invariant) return before.past;
    for (const ActionInfo& info : observer_->actions()) {
      if (!info.has(label)) continue;
      const std::optional<ActionInstance> instance = in_the_proof(info, label, before.state);
      if (!instance || !actions_.contains(instance->name)) break;
      structure_.load(before);
      const auto outcomes = actions_.at(instance->name).outcomes(structure_, instance->arguments);
      structure_.load(after);
      if (const auto found = outcomes.find(content(protocol_, structure_)); found != outcomes.end())
        return found->second;
    }
    fault("the proof does not take a step of the model");
    return before.past;
  }

  void visit(const Moment& moment,
             const std::vector<std::pair<std::string, FiniteFormula>>& formulas) {
    structure_.load(moment);
    for (const auto& [name, formula] : formulas)
      if (!formula.holds(structure_, {}))
        fault(fmt::format("{} is false in a reachable state", name));
    ++result_.states;
    keep(sample_, moment);
  }

  /// Each state that is offered is as likely as any other to be among those that are kept.
  void keep(Sample& sample, const Moment& moment) {
    ++sample.offered;
    if (sample.moments.size() < options_.sampled)
      sample.moments.push_back(moment);
    else if (const std::uint64_t at = random_() % sample.offered; at < sample.moments.size())
      sample.moments[at] = moment;
  }

  /// Offers a state to the samples of the proof's actions that are enabled in it.
  void note_enabled(const Moment& moment, const Expansion& expansion) {
    std::set<std::string> enabled;
    for (std::size_t i = 0; i < expansion.count(); ++i) {
      const std::uint32_t label = expansion.labels[i];
      for (const ActionInfo& info : observer_->actions()) {
        if (!info.has(label)) continue;
        if (const auto instance = in_the_proof(info, label, moment.state))
          enabled.insert(instance->name);
        else
          fault(info.name + ": the model takes a step of individuals that the proof lacks");
      }
    }
    for (const std::string& name : enabled) keep(enabled_[name], moment);
  }

  /// Those instances of the model's action that are instances of the proof's of this name.
  void compare_action(const ActionInfo& info, const std::string& name, const Moment& moment) {
    const Cells& state = moment.state;
    const auto action = actions_.find(name);
    if (!info.applies || action == actions_.end()) return;
    for (std::uint32_t i = 0; i < info.labels; ++i) {
      const std::uint32_t label = info.first_label + i;
      const std::optional<ActionInstance> instance = in_the_proof(info, label, state);
      if (!instance || instance->name != name) continue;
      structure_.load(moment);
      compare_step(*instance, action->second.outcomes(structure_, instance->arguments),
                   observer_->attempt(state, label));
    }
    for (std::size_t i = 0; i < info.domains.size(); ++i)
      if (info.networks[i]) refuse_absent(info, i, action->first, moment);
  }

  /// An instance of an action, as the proof has it.
  struct ActionInstance {
    std::string name;
    std::vector<int> arguments;
  };

  /// None where an argument is no individual of its sort, or a message is not there.
  std::optional<ActionInstance> in_the_proof(const ActionInfo& info, std::uint32_t label,
                                             const Cells& state) const {
    ActionInstance instance{info.name, {}};
    const std::vector<int> arguments = info.arguments(label);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (!info.networks[i]) {
        const std::vector<int> members = info.domains[i].individuals(arguments[i]);
        instance.arguments.insert(instance.arguments.end(), members.begin(), members.end());
        continue;
      }
      const std::uint64_t element =
          state[first_cell(*info.networks[i]) + static_cast<std::size_t>(arguments[i]) - 1];
      if (element == 0) return std::nullopt;
      const DecodedElement message = decode(elements(info, i), element);
      if (any_type(info, i))
        instance.name += "_" + message.type.name;
      else if (message.type.name != info.domains[i].name)
        return std::nullopt;
      instance.arguments.insert(instance.arguments.end(), message.values.begin(),
                                message.values.end());
    }
    const auto found = actions_.find(instance.name);
    if (found == actions_.end()) return instance;
    return individuals(found->second, instance);
  }

  std::size_t first_cell(std::size_t variable) const {
    std::size_t cells = 0;
    for (std::size_t i = 0; i < variable; ++i) cells += observer_->variables()[i].cells;
    return cells;
  }

  /// Members of domains as the individuals that they are.
  std::optional<ActionInstance> individuals(const FiniteAction& action,
                                            ActionInstance instance) const {
    for (std::size_t i = 0; i < instance.arguments.size(); ++i) {
      const Domain& domain = structure_.domain(action.sorts().at(i));
      if (!domain.contains(instance.arguments[i])) return std::nullopt;
      instance.arguments[i] -= domain.low;
    }
    return instance;
  }

  /// What breaks a claim of the model breaks the proof's of the same name, where both are about
  /// states or both about steps.
  void compare_claims() {
    const std::vector<PropertyInfo>& properties = observer_->properties();
    for (std::size_t i = 0; i < properties.size(); ++i) {
      if (!properties[i].applies) continue;
      if (is_state_predicate(properties[i].kind)) {
        for (const NamedFormula& claim : protocol_.claims())
          if (claim.name == properties[i].name) compare_claim(claim, i);
      } else if (properties[i].kind == PropertyKind::step) {
        for (const StepClaim& claim : protocol_.step_claims())
          if (claim.name == properties[i].name) compare_step_claim(claim, i);
      }
    }
  }

  void compare_claim(const NamedFormula& claim, std::size_t property) {
    const FiniteFormula formula(protocol_, {}, claim.formula);
    for (const Moment& moment : sample_.moments) {
      for (std::size_t i = 0; i < made_up_states; ++i) {
        const Cells state = much_changed(moment.state);
        structure_.load({state, moment.past});
        note_claim(claim.name, formula.holds(structure_, {}),
                   [&] { return observer_->judge(state, property); });
      }
    }
  }

  void compare_step_claim(const StepClaim& claim, std::size_t property) {
    std::vector<std::pair<FiniteFormula, FiniteFormula>> cases;
    for (const auto& [before, later] : claim.cases)
      cases.emplace_back(FiniteFormula(protocol_, claim.of, before),
                         FiniteFormula(protocol_, claim.of, later));
    std::vector<std::size_t> sorts;
    for (const expr& individual : claim.of) sorts.push_back(protocol_.index(individual.get_sort()));
    for (const Moment& moment : sample_.moments) {
      // Which cases apply, to which individuals
      std::vector<std::pair<std::size_t, std::vector<int>>> bound;
      structure_.load(moment);
      for (std::size_t i = 0; i < cases.size(); ++i) {
        std::vector<int> individuals;
        any_choice(structure_, sorts, individuals, [&] {
          if (cases[i].first.holds(structure_, individuals)) bound.emplace_back(i, individuals);
          return false;
        });
      }
      for (std::size_t i = 0; i < made_up_states; ++i) {
        const Cells later = much_changed(moment.state);
        structure_.load({later, moment.past});
        const bool kept = std::all_of(bound.begin(), bound.end(), [&](const auto& each) {
          return cases[each.first].second.holds(structure_, each.second);
        });
        note_claim(claim.name, kept,
                   [&] { return observer_->judge_step(moment.state, later, property); });
      }
    }
  }

  /// `proof`: whether the proof's claim holds, of what `judge` judges by the model's.
  template <class Judge>
  void note_claim(const std::string& name, bool proof, Judge&& judge) {
    ClaimComparison& counts = result_.claims[name];
    try {
      const bool model = judge().holds;
      ++(model ? counts.kept : counts.broken);
      if (!model && proof) fault(name + ": the proof claims less than the model");
    } catch (const RangeError&) {
      // Made up so badly that the model's claim makes no sense there
    }
  }

  /// The proof takes no step about a message that is not there; tried with some made-up ones. Only
  /// for actions of which the message is the sole argument.
  void refuse_absent(const ActionInfo& info, std::size_t argument, const std::string& name,
                     const Moment& moment) {
    if (info.domains.size() != 1) return;
    std::vector<std::vector<int>> present;
    for (std::uint32_t i = 0; i < info.labels; ++i)
      if (auto instance = in_the_proof(info, info.first_label + i, moment.state))
        if (instance->name == name) present.push_back(std::move(instance->arguments));
    const std::string type_name =
        any_type(info, argument) ? name.substr(info.name.size() + 1) : info.domains[argument].name;
    const std::vector<ElementType>& types = elements(info, argument);
    const auto type = std::find_if(types.begin(), types.end(),
                                   [&](const auto& each) { return each.name == type_name; });
    const FiniteAction& action = actions_.at(name);
    structure_.load(moment);
    for (std::size_t i = 0; i < made_up_messages; ++i) {
      std::vector<int> arguments;
      if (!present.empty()) arguments = present[random_() % present.size()];
      arguments.resize(type->fields.size());
      for (std::size_t field = 0; field < arguments.size(); ++field)
        if (present.empty() || random_() % arguments.size() == 0)
          arguments[field] = static_cast<int>(
              random_() % static_cast<unsigned>(structure_.domain(action.sorts()[field]).size()));
      if (std::find(present.begin(), present.end(), arguments) != present.end()) continue;
      ++result_.actions[name].refused;
      if (!action.outcomes(structure_, arguments).empty())
        fault(name + ": the proof takes a step about a message that is not there");
    }
  }

  void compare_step(const ActionInstance& instance, const std::map<Content, Past>& outcomes,
                    const Observer::Attempt& attempt) {
    const std::string& name = instance.name;
    ActionComparison& counts = result_.actions[name];
    if (const Part* const failed = attempt.failed();
        failed != nullptr && failed->kind == Part::Kind::bound) {
      ++counts.cut;
      return;
    }
    if (!attempt.enabled) {
      ++counts.refused;
      if (!outcomes.empty()) fault(name + ": the proof takes a step that the model refuses");
      return;
    }
    structure_.load(attempt.after);
    const Content after = content(protocol_, structure_);
    if (!outcomes.contains(after)) {
      fault(name + (outcomes.empty() ? ": the proof refuses a step of the model"
                                     : ": the proof's step leads elsewhere than the model's"));
      return;
    }
    if (outcomes.size() > 1) fault(name + ": the proof's step may lead elsewhere too");
    ++counts.steps;
    // However seldom an action is enabled, it has to reject enough.
    const std::uint64_t steps = std::min<std::uint64_t>(enabled_[name].offered, options_.sampled);
    for (std::size_t i = 0; i < 4 * options_.mutated / std::max<std::uint64_t>(steps, 1) + 1; ++i) {
      structure_.load(made_up(attempt.after));
      const Content mutated = content(protocol_, structure_);
      if (mutated == after)
        ++counts.alike;
      else if (outcomes.contains(mutated))
        fault(name + ": the proof leads to a state to which the model's step does not");
      else
        ++counts.rejected;
    }
  }

  /// A state that differs in one place, or in many.
  Cells made_up(Cells state) {
    Cells other = random_cells(observer_->variables(), random_);
    if (random_() % 4 == 0) return other;
    std::vector<std::size_t> different;
    for (std::size_t i = 0; i < state.size(); ++i)
      if (state[i] != other[i]) different.push_back(i);
    if (different.empty()) return state;
    const std::size_t at = different[random_() % different.size()];
    state[at] = other[at];
    return state;
  }

  /// Many claims are broken by several places together only.
  Cells much_changed(Cells state) {
    for (std::uint64_t i = 0, times = 1 + random_() % most_changes; i < times; ++i)
      state = made_up(std::move(state));
    return state;
  }

  const Protocol& protocol_;
  MomentStructure structure_;
  Past first_past_;
  std::unique_ptr<ModelInstance> model_;
  std::unique_ptr<Observer> observer_;
  const CorrespondenceOptions options_;
  std::mt19937_64 random_;
  std::map<std::string, FiniteAction> actions_;
  Sample sample_;
  std::map<std::string, Sample> enabled_;  ///< by action of the proof: states in which it is
  Correspondence result_;
};

}  // namespace

Agreement whole(const std::vector<Agreement>& parts) {
  const auto some = [&](Agreement agreement) {
    return std::find(parts.begin(), parts.end(), agreement) != parts.end();
  };
  if (some(Agreement::differs)) return Agreement::differs;
  return parts.empty() || some(Agreement::unknown) ? Agreement::unknown : Agreement::agrees;
}

Correspondence compare(const Modelled& modelled, const System& system, const Parameters& parameters,
                       const CorrespondenceOptions& options) {
  if (!modelled.covers(parameters))
    throw ModelError("the proof is not about the model under these parameters");
  return Comparison(modelled, system, parameters, options).run();
}

namespace {

/// Whether the model under these parameters may take one of these actions of the proof.
bool offers(const System& system, const Parameters& parameters,
            const std::set<std::string>& actions) {
  const auto observer = system.instantiate(parameters, {})->observer();
  for (const ActionInfo& info : observer->actions())
    for (const std::string& name : names_in_the_proof(*observer, info))
      if (info.applies && actions.contains(name)) return true;
  return false;
}

}  // namespace

std::vector<std::string> compare_all_actions(
    const Modelled& modelled, const System& system, std::uint64_t most_states,
    const std::function<void(const Instance&, const Correspondence&)>& visit,
    const CorrespondenceOptions& options) {
  std::vector<const Instance*> instances;
  for (const Instance& instance : system.instances)
    if (instance.expected.distinct <= most_states &&
        modelled.covers(resolve_parameters(system, instance.parameters)))
      instances.push_back(&instance);
  std::stable_sort(instances.begin(), instances.end(), [](const Instance* a, const Instance* b) {
    return a->expected.distinct < b->expected.distinct;
  });
  std::set<std::string> wanting;
  for (const Action& action : modelled.protocol->actions()) wanting.insert(action.name);
  for (const Instance* const instance : instances) {
    const Parameters parameters = resolve_parameters(system, instance->parameters);
    if (!offers(system, parameters, wanting)) continue;
    const Correspondence found = compare(modelled, system, parameters, options);
    visit(*instance, found);
    if (found.interrupted) break;
    for (const auto& [name, counts] : found.actions)
      if (counts.steps > 0 && counts.rejected > 0) wanting.erase(name);
  }
  return {wanting.begin(), wanting.end()};
}

}  // namespace synod::proof
