#include "checker/liveness/temporal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/condition/conditioned_model.hpp"
#include "checker/input/input.hpp"

namespace synod {
namespace {

PropertySet predicate(const std::vector<PropertyInfo>& properties, const std::string& name) {
  for (std::size_t i = 0; i < properties.size(); ++i)
    if (properties[i].name == name && is_state_predicate(properties[i].kind) &&
        properties[i].kind != PropertyKind::deadlock_free &&
        properties[i].kind != PropertyKind::always_possible)
      return PropertySet{1} << i;
  return 0;
}

/// Whether normal forms keep a predicate: others may speak of what they forget.
bool survives(const PropertyInfo& info, const NormalForm* normal_form) {
  return normal_form == nullptr || info.kind == PropertyKind::named || !info.decides.empty() ||
         std::find(normal_form->keeps.begin(), normal_form->keeps.end(), info.name) !=
             normal_form->keeps.end();
}

[[noreturn]] void refuse_name(const std::string& name, const std::string& text,
                              const std::vector<PropertyInfo>& properties,
                              const std::vector<std::string>& names,
                              const NormalForm* normal_form) {
  // With members as they are called, where a variable stands in the text.
  const std::string word = name.substr(0, name.find('('));
  const std::size_t place =
      text.find(name) != std::string::npos ? text.find(name) : text.find(word);
  for (const PropertyInfo& info : properties)
    if (info.name == name && !info.applies)
      throw FormulaError(fmt::format("{} does not apply under these parameters", quote(name)),
                         place);
  if (normal_form != nullptr && predicate(properties, name) != 0)
    throw NotOfNormalForms(fmt::format("they do not keep {}", name));
  std::string what;
  for (const PropertyInfo& info : properties)
    if (info.family == word) {
      what += fmt::format("; {} is said of {}", word, info.every);
      break;
    }
  throw FormulaError(
      fmt::format("no state predicate {}{}{}", quote(name), what, suggest(name, names)), place);
}

/// The bits of a letter's atoms as bits of properties.
std::uint64_t as_properties(std::uint64_t atoms, const std::vector<PropertySet>& bits) {
  PropertySet result = 0;
  for (std::size_t i = 0; i < bits.size(); ++i)
    if ((atoms >> i & 1) != 0) result |= bits[i];
  return result;
}

}  // namespace

std::vector<std::string> formula_names(const std::vector<PropertyInfo>& properties,
                                       const NormalForm* normal_form) {
  std::vector<std::string> names;
  for (const PropertyInfo& info : properties)
    if (info.applies && predicate(properties, info.name) != 0 && survives(info, normal_form))
      names.push_back(info.name);
  return names;
}

std::vector<FormulaOfMembers> parse_claim(const std::string& text, const Observer& observer,
                                          const NormalForm* normal_form) {
  const std::vector<PropertyInfo>& properties = observer.properties();
  const std::vector<std::string> names = formula_names(properties, normal_form);
  ConditionReader conditions(vocabulary_of(observer));
  try {
    std::vector<FormulaOfMembers> parts = parse_apart(text, &conditions, named_members(observer));
    // Normal forms forget and renumber what variables hold.
    if (normal_form != nullptr && !conditions.conditions().empty())
      throw NotOfNormalForms(fmt::format("they do not keep {}", conditions.conditions()[0].text()));
    for (const FormulaOfMembers& part : parts)
      for (const std::string& name : atoms(part.formula))
        if (std::find(names.begin(), names.end(), name) == names.end())
          refuse_name(name, text, properties, names, normal_form);
    return parts;
  } catch (const FormulaError& error) {
    throw InputError(error_text(text, error));
  }
}

TemporalClaims::TemporalClaims(const ModelInstance& model, const Observer& observer,
                               const std::vector<TemporalClaim>& claims,
                               const NormalForm* normal_form)
    : model_(model) {
  std::vector<std::string> assumptions;
  for (const TemporalClaim& claim : claims)
    for (const std::string& assumption : claim.fairness)
      if (std::find(assumptions.begin(), assumptions.end(), assumption) == assumptions.end())
        assumptions.push_back(assumption);
  fairness_ = std::make_unique<Fairness>(assumptions, observer,
                                         normal_form != nullptr ? normal_form->renumbers : "");
  for (const TemporalClaim& claim : claims) {
    Parsed parsed{parse_claim(claim.formula, observer, normal_form)};
    StepGroups groups = 0;
    for (std::size_t i = 0; i < assumptions.size(); ++i)
      if (std::find(claim.fairness.begin(), claim.fairness.end(), assumptions[i]) !=
          claim.fairness.end())
        groups |= fairness_->of_assumption(i);
    parsed.weak = groups & fairness_->weak();
    parsed.strong = groups & fairness_->strong();
    if (const StepGroups finite = groups & fairness_->finite(); finite != 0)
      parsed.finite = finite_mark(finite);
    for (const FormulaOfMembers& part : parsed.parts)
      for (const std::string& name : atoms(part.formula))
        parsed.predicates |= predicate(model.properties(), name);
    predicates_ |= parsed.predicates;
    claims_.push_back(std::move(parsed));
  }
}

/// The mark of edges that a claim wants to be taken finitely often.
std::uint8_t TemporalClaims::finite_mark(StepGroups groups) {
  const auto known = std::find(finite_.begin(), finite_.end(), groups);
  const auto place = static_cast<unsigned>(known - finite_.begin());
  if (known == finite_.end()) finite_.push_back(groups);
  if (place >= 8) throw TooManyGroups("more than 8 claims that differ in what is finite");
  return static_cast<std::uint8_t>(1U << place);
}

GraphRequest TemporalClaims::request() const {
  GraphRequest request;
  request.marks = finite_;
  request.predicates = predicates_;
  request.groups = fairness_->weak() | fairness_->strong();
  if (!fairness_->groups().empty())
    request.groups_of = {[this](const std::uint64_t* state, std::uint32_t label) {
                           return fairness_->of(model_, state, label);
                         },
                         fairness_->of_labels()};
  return request;
}

Automaton TemporalClaims::automaton_of(const Formula& formula) const {
  Automaton automaton;
  try {
    automaton = translate(formula);
  } catch (const FormulaError& error) {
    throw InputError(error.what());
  }
  std::vector<PropertySet> bits;
  for (const std::string& atom : automaton.atoms)
    bits.push_back(predicate(model_.properties(), atom));
  for (Automaton::State& state : automaton.states) {
    state.needs = as_properties(state.needs, bits);
    state.excludes = as_properties(state.excludes, bits);
  }
  return automaton;
}

FairRun TemporalClaims::find(const Formula& formula, const Parsed& claim, const StateGraph& graph,
                             std::size_t threads, std::size_t memory,
                             const std::function<bool()>& stopped,
                             const std::vector<std::uint8_t>* within) const {
  FairRunRequest question;
  question.automaton = automaton_of(formula);
  question.weakly = claim.weak;
  question.strongly = claim.strong;
  question.finite = claim.finite;
  question.groups_of = request().groups_of;
  question.within = within;
  question.threads = threads;
  question.memory = memory;
  question.stopped = stopped;
  return find_fair_run(model_, graph, question);
}

FairRun TemporalClaims::fair_run_within(std::size_t claim, const std::vector<std::uint8_t>& within,
                                        const StateGraph& graph, std::size_t threads,
                                        std::size_t memory,
                                        const std::function<bool()>& stopped) const {
  return find(Formula::constant(true), claims_[claim], graph, threads, memory, stopped, &within);
}

TemporalResult TemporalClaims::judge(std::size_t claim, const StateGraph& graph,
                                     std::size_t threads, std::size_t memory,
                                     const std::function<bool()>& stopped) const {
  const auto rank = [](PropertyVerdict verdict) {
    switch (verdict) {
      case PropertyVerdict::violated: return 3;
      case PropertyVerdict::incomplete: return 2;
      case PropertyVerdict::vacuous: return 1;
      default: return 0;
    }
  };
  TemporalResult worst;
  worst.verdict = PropertyVerdict::holds;
  // Of nobody, as of an empty domain, it holds vacuously.
  if (claims_[claim].parts.empty()) worst.verdict = PropertyVerdict::vacuous;
  std::uint64_t cut = 0;
  for (const FormulaOfMembers& part : claims_[claim].parts) {
    TemporalResult result =
        judge_part(part.formula, claims_[claim], graph, threads, memory, stopped);
    cut = std::max(cut, result.cut);
    if (rank(result.verdict) > rank(worst.verdict)) {
      worst = std::move(result);
      worst.members = part.members;
    }
    if (worst.verdict == PropertyVerdict::violated) break;
  }
  if (worst.verdict != PropertyVerdict::violated) worst.cut = cut;
  return worst;
}

TemporalResult TemporalClaims::judge_part(const Formula& formula, const Parsed& claim,
                                          const StateGraph& graph, std::size_t threads,
                                          std::size_t memory,
                                          const std::function<bool()>& stopped) const {
  TemporalResult result;
  FairRun run = find(Formula(Operator::negation, formula), claim, graph, threads, memory, stopped);
  result.out_of_memory = run.out_of_memory;
  if (!run.decided) return result;
  result.cut = run.cut;
  if (run.lasso) {
    result.verdict = PropertyVerdict::violated;
    result.lasso = std::move(run.lasso);
    return result;
  }
  if (run.cut != 0) return result;  // a larger bound may refute it
  // It holds. Not vacuously, if what is stronger does not hold as well.
  run = find(Formula(Operator::negation, strengthened(formula)), claim, graph, threads, memory,
             stopped);
  result.out_of_memory = run.out_of_memory;
  if (!run.decided) return result;
  if (run.lasso) {
    result.verdict = PropertyVerdict::holds;
    return result;
  }
  result.cut = run.cut;  // at which nothing is known of what would tell
  if (result.cut == 0) result.verdict = PropertyVerdict::vacuous;
  return result;
}

}  // namespace synod
