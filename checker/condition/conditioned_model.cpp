#include "checker/condition/conditioned_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/condition/program.hpp"
#include "checker/input/input.hpp"
#include "checker/search/forwarding.hpp"

namespace synod {
namespace {

struct Asked {
  Condition condition;
  PropertyInfo info;
};

/// Judges the conditions itself, and has the model judge the others.
class ConditionedExplorer final : public ForwardingExplorer {
 public:
  ConditionedExplorer(std::unique_ptr<Explorer> inner,
                      const std::vector<ConditionProgram>& programs, std::size_t first,
                      unsigned words)
      : ForwardingExplorer(std::move(inner)),
        programs_(programs),
        first_(first),
        own_(low_bits(static_cast<unsigned>(first))),
        words_(words) {}

  void expand(const std::uint64_t* states, std::size_t count, PropertySet wanted, bool with_labels,
              Expansion& out) override {
    inner_->expand(states, count, wanted & own_, with_labels, out);
    if ((wanted & ~own_) == 0) return;
    Stopwatch stopwatch;
    if (out.times != nullptr) stopwatch.restart();
    for (std::size_t i = 0; i < count; ++i)
      out.holds[i] |= judge(states + i * words_, wanted, stopwatch, out.times);
  }

  PropertySet holds(const std::uint64_t* state, PropertySet wanted) override {
    Stopwatch stopwatch;
    return inner_->holds(state, wanted & own_) | judge(state, wanted, stopwatch, nullptr);
  }

 private:
  PropertySet judge(const std::uint64_t* state, PropertySet wanted, Stopwatch& stopwatch,
                    ExpansionTimes* times) const {
    PropertySet result = 0;
    for (std::size_t i = 0; i < programs_.size(); ++i) {
      const PropertySet bit = PropertySet{1} << (first_ + i);
      if ((wanted & bit) == 0) continue;
      if (programs_[i].holds(state)) result |= bit;
      if (times != nullptr) stopwatch.lap(times->properties[first_ + i]);
    }
    return result;
  }

  const std::vector<ConditionProgram>& programs_;
  std::size_t first_;  ///< of the conditions among the properties
  PropertySet own_;    ///< the model's properties
  unsigned words_;
};

class ConditionedObserver final : public Observer {
 public:
  ConditionedObserver(std::unique_ptr<Observer> inner, const std::vector<Asked>& asked,
                      std::vector<PropertyInfo> properties)
      : inner_(std::move(inner)), asked_(asked), properties_(std::move(properties)) {}

  const std::vector<VariableInfo>& variables() const override { return inner_->variables(); }
  const std::vector<ActionInfo>& actions() const override { return inner_->actions(); }
  const std::vector<PropertyInfo>& properties() const override { return properties_; }
  std::vector<Cells> initial() override { return inner_->initial(); }
  Cells normal_form(const Cells& state) override { return inner_->normal_form(state); }
  Attempt attempt(const Cells& state, std::uint32_t label) override {
    return inner_->attempt(state, label);
  }
  std::vector<Part> parts(std::uint32_t label) override { return inner_->parts(label); }
  std::vector<Successor> successors(const Cells& state, Unfollowed* left_out) override {
    return inner_->successors(state, left_out);
  }
  PartFootprints footprint(std::uint32_t label, const std::vector<Cells>& states,
                           std::size_t samples, std::uint64_t seed) override {
    return inner_->footprint(label, states, samples, seed);
  }
  Judgement judge_step(const Cells& from, const Cells& to, std::size_t property) override {
    return inner_->judge_step(from, to, property);
  }

  /// What an invariant reads where it is false is what makes it so.
  Judgement judge(const Cells& state, std::size_t property) override {
    const std::size_t first = properties_.size() - asked_.size();
    if (property < first) return inner_->judge(state, property);
    const Condition& condition = asked_[property - first].condition;
    Judgement result;
    result.holds = condition.holds(state, &result.footprint);
    if (result.holds || properties_[property].kind != PropertyKind::always) return result;
    Condition::Reason reason = condition.why_false(state);
    result.failed_conjunct = std::move(reason.text);
    result.footprint = std::move(reason.reads);
    return result;
  }

 private:
  std::unique_ptr<Observer> inner_;
  const std::vector<Asked>& asked_;
  std::vector<PropertyInfo> properties_;
};

class ConditionedModel final : public ModelInstance {
 public:
  ConditionedModel(std::unique_ptr<ModelInstance> model, std::vector<Asked> asked)
      : inner_(std::move(model)), asked_(std::move(asked)), properties_(inner_->properties()) {
    for (const Asked& one : asked_) {
      properties_.push_back(one.info);
      programs_.emplace_back(one.condition, *inner_);
    }
  }

  unsigned words() const override { return inner_->words(); }
  unsigned bits() const override { return inner_->bits(); }
  std::vector<unsigned> word_bits() const override { return inner_->word_bits(); }
  const std::vector<ActionSummary>& actions() const override { return inner_->actions(); }
  std::size_t labels() const override { return inner_->labels(); }
  const std::vector<PropertyInfo>& properties() const override { return properties_; }
  const std::vector<Place>& places() const override { return inner_->places(); }
  const std::vector<unsigned>& cell_bits() const override { return inner_->cell_bits(); }
  void begin_level(const std::vector<std::uint64_t>& fired) const override {
    inner_->begin_level(fired);
  }

  std::unique_ptr<Explorer> explorer() const override { return explorer(inner_->explorer()); }
  std::unique_ptr<Explorer> telling_explorer() const override {
    return explorer(inner_->telling_explorer());
  }
  std::unique_ptr<Observer> observer() const override {
    return std::make_unique<ConditionedObserver>(inner_->observer(), asked_, properties_);
  }
  NormalFormFaults normal_form_faults() const override { return inner_->normal_form_faults(); }
  std::unique_ptr<ModelInstance> normalised() const override {
    auto normal = inner_->normalised();
    if (!normal) return nullptr;
    return std::make_unique<ConditionedModel>(std::move(normal), asked_);
  }

 private:
  std::unique_ptr<Explorer> explorer(std::unique_ptr<Explorer> of_model) const {
    return std::make_unique<ConditionedExplorer>(std::move(of_model), programs_,
                                                 inner_->properties().size(), words());
  }

  std::unique_ptr<ModelInstance> inner_;
  std::vector<Asked> asked_;
  std::vector<PropertyInfo> properties_;
  std::vector<ConditionProgram> programs_;
};

Condition read(const std::string& option, const std::string& text,
               const std::shared_ptr<const Vocabulary>& vocabulary) {
  try {
    return parse_condition(text, vocabulary);
  } catch (const FormulaError& error) {
    throw InputError(fmt::format("{}: {}", option, error_text(text, error)));
  }
}

}  // namespace

std::vector<NamedMembers> named_members(const Observer& observer) {
  std::vector<NamedMembers> result;
  const auto add = [&](const Domain& domain) {
    // Of a domain and the same with `none` besides, the one without.
    if (domain.low == none && domain.label(none) == "None") return;
    auto known = std::find_if(result.begin(), result.end(),
                              [&](const NamedMembers& one) { return one.domain == domain.name; });
    if (known == result.end()) known = result.insert(result.end(), {domain.name, {}});
    // Elsewhere a parameter may have switched it off.
    if (!known->members.empty()) return;
    for (const int member : domain) known->members.push_back(domain.label(member));
  };
  for (const VariableInfo& variable : observer.variables())
    for (const Field& field : variable.index) add(field.domain);
  for (const ActionInfo& action : observer.actions())
    for (std::size_t i = 0; i < action.domains.size(); ++i)
      if (!action.networks[i]) add(action.domains[i]);
  for (const VariableInfo& variable : observer.variables()) {
    for (const Field& field : variable.content) add(field.domain);
    for (const ElementType& type : variable.elements)
      for (const Field& field : type.fields) add(field.domain);
  }
  return result;
}

std::shared_ptr<const Vocabulary> vocabulary_of(const Observer& observer) {
  Vocabulary vocabulary{observer.variables(), {}};
  for (const PropertyInfo& info : observer.properties())
    vocabulary.predicates.push_back(info.family.empty() ? info.name : info.family);
  return std::make_shared<const Vocabulary>(std::move(vocabulary));
}

std::unique_ptr<ModelInstance> with_conditions(std::unique_ptr<ModelInstance> model,
                                               const Questions& questions) {
  if (questions.empty()) return model;
  const auto vocabulary = vocabulary_of(*model->observer());
  std::vector<Asked> asked;
  const auto add = [&](Condition condition, PropertyKind kind) {
    PropertyInfo info{.name = condition.text(),
                      .kind = kind,
                      .because = "asked for on the command line",
                      .witnesses = {}};
    const auto is_it = [&](const Asked& one) { return one.info.name == info.name; };
    if (const auto known = std::find_if(asked.begin(), asked.end(), is_it); known != asked.end()) {
      if (kind == PropertyKind::named || known->info.kind == kind) return;
      throw InputError(
          fmt::format("{} is asked for both as --invariant and as --reach", quote(info.name)));
    }
    for (const PropertyInfo& own : model->properties())
      if (own.name == info.name)
        throw InputError(fmt::format("{} is a property of the model; --property {} asks for it",
                                     quote(own.name), own.name));
    asked.push_back({std::move(condition), std::move(info)});
  };
  for (const std::string& text : questions.invariants)
    add(read("--invariant", text, vocabulary), PropertyKind::always);
  for (const std::string& text : questions.reach)
    add(read("--reach", text, vocabulary), PropertyKind::reachable);
  if (!questions.ltl.empty()) {
    ConditionReader reader(vocabulary);
    try {
      parse_apart(questions.ltl, &reader, named_members(*model->observer()));
    } catch (const FormulaError& error) {
      throw InputError(error_text(questions.ltl, error));
    }
    for (const Condition& condition : reader.conditions()) add(condition, PropertyKind::named);
  }
  const std::size_t all = model->properties().size() + asked.size();
  if (all > max_properties)
    throw InputError(
        fmt::format("{} conditions are too many: with the properties of the model there may be {}",
                    asked.size(), max_properties));
  if (asked.empty()) return model;
  try {
    return std::make_unique<ConditionedModel>(std::move(model), std::move(asked));
  } catch (const FormulaError& error) {
    throw InputError(error.what());
  }
}

std::string naming_members(const Observer& observer, const std::vector<std::string>& invariants) {
  const auto vocabulary = vocabulary_of(observer);
  for (const std::string& text : invariants)
    if (const Condition one = read("--invariant", text, vocabulary); !one.names_member().empty())
      return fmt::format("{} names {}", quote(text), one.names_member());
  return "";
}

}  // namespace synod
