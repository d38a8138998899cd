#include "tests/liveness_reference/comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checker/input/input.hpp"
#include "tests/liveness_reference/unrolled.hpp"

namespace synod::reference {
namespace {

/// The subject with one more of what its normal form renumbers, where that is allowed.
std::optional<Subject> widened(const Subject& subject) {
  const std::string& window = subject.system->normal_form.window;
  Subject wider = subject;
  for (auto& [name, value] : wider.parameters) {
    if (name != window) continue;
    const int next = std::stoi(value) + 1;
    value = std::to_string(next);
    for (const ParameterSpec& spec : subject.system->parameters)
      if (spec.name == window &&
          next <= spec.high.value(resolve_parameters(*subject.system, subject.parameters)))
        return wider;
  }
  return std::nullopt;
}

/// Smaller formulas to try in place of one.
std::vector<TreePtr> smaller(const TreePtr& tree) {
  std::vector<TreePtr> result;
  if (tree->left == nullptr) return result;
  result.push_back(tree->left);
  if (tree->right != nullptr) result.push_back(tree->right);
  result.push_back(leaf("true"));
  for (const TreePtr& left : smaller(tree->left))
    result.push_back(node(tree->op, left, tree->right));
  if (tree->right != nullptr)
    for (const TreePtr& right : smaller(tree->right))
      result.push_back(node(tree->op, tree->left, right));
  return result;
}

/// A claim as small as can be of which the two still differ, and how.
std::string minimised(const Compared& compared, Claim claim, std::string difference) {
  const auto still_differ = [&](const Claim& tried) {
    const std::string found = compared.compare(tried).difference;
    if (found.empty()) return false;
    claim = tried;
    difference = found;
    return true;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < claim.fairness.size() && !changed; ++i) {
      Claim tried = claim;
      tried.fairness.erase(tried.fairness.begin() + static_cast<std::ptrdiff_t>(i));
      changed = still_differ(tried);
    }
    for (const TreePtr& tree : smaller(read_formula(claim.formula))) {
      if (changed) break;
      changed = still_differ({plain_text(tree), claim.fairness});
    }
  }
  return fmt::format("{}\n  {}", command(compared.subject(), claim), difference);
}

}  // namespace

void Tally::add(const Tally& other) {
  for (const auto& [what, count] : other.counts) counts[what] += count;
  loose += other.loose;
  within += other.within;
  disagreements.insert(disagreements.end(), other.disagreements.begin(), other.disagreements.end());
}

std::size_t Tally::cases() const {
  std::size_t sum = 0;
  for (const auto& [what, count] : counts) sum += count;
  return sum;
}

std::string Tally::text() const {
  std::string text = fmt::format("{} cases", cases());
  for (const auto& [what, count] : counts) text += fmt::format(", {} {}", count, what);
  text += fmt::format(
      "; the reference accepts more than one answer to {}; {} hold within the bounds only; {} "
      "disagreements",
      loose, within, disagreements.size());
  for (const std::string& one : disagreements) text += "\n" + one;
  return text;
}

std::unique_ptr<Compared> Compared::make(const Subject& subject, std::size_t most) {
  auto result = std::make_unique<Compared>();
  result->subject_ = subject;
  result->model_ = subject.system->instantiate(
      resolve_parameters(*subject.system, subject.parameters), subject.drops);
  result->observer_ = result->model_->observer();
  std::optional<Graph> graph = explore(*result->observer_, most);
  if (!graph) return nullptr;
  result->graph_ = std::move(*graph);
  if (!subject.normal_form) return result;
  for (const Cells& state : result->graph_.states)
    result->level_.push_back(highest_mentioned(result->observer_->variables(), state,
                                               subject.system->normal_form.renumbers));
  result->normalised_ = result->model_->normalised();
  result->normal_observer_ = result->normalised_->observer();
  if (std::optional<Graph> normal = explore(*result->normal_observer_, most))
    result->normal_graph_ = std::move(*normal);
  if (std::optional<Subject> wider = widened(subject)) result->wider_ = make(*wider, most);
  return result;
}

Compared::Comparison Compared::compare(const Claim& claim) const {
  const Said said = ask(subject_, claim);
  if (!said.outcome) return {"refused", ""};
  if (!said.contradiction.empty()) return {name(*said.outcome), said.contradiction};
  if (!said.normalised) return compare_on(graph_, *observer_, claim, said);
  Comparison result = compare_on(normal_graph_, *normal_observer_, claim, said);
  if (result.difference.empty()) compare_with_model(claim, said, result);
  return result;
}

/// On one graph both have to say the same.
Compared::Comparison Compared::compare_on(const Graph& graph, Observer& observer,
                                          const Claim& claim, const Said& said) const {
  const TreePtr formula = read_formula(claim.formula);
  const Question question{graph, observer, claim.fairness};
  const Judged judged = judge(question, formula);
  Comparison result{name(*said.outcome), "", judged.outcomes.size() == 1};
  if (!judged.outcomes.contains(*said.outcome)) {
    result.difference =
        fmt::format("the checker says {}, the reference {}", name(*said.outcome), judged.text());
  } else if (said.outcome == Outcome::violated) {
    const std::optional<Run> run = said.trace ? run_of(*said.trace, graph, observer) : std::nullopt;
    const std::string wrong = run ? faults(question, formula, *run) : "is none of the model";
    if (!wrong.empty()) result.difference = "violated, and the counterexample " + wrong;
  }
  return result;
}

/// What is said of normal forms has to be true of the model as it is. A fair run that goes round
/// there refutes; a run that is found on normal forms has to be one of the model, though it may
/// not come back there. Runs that take more room than the bound leaves refute only where no bound
/// cut off anything that could matter, nor a step of an action that ceases: then it is said that
/// the claim holds within the bounds.
void Compared::compare_with_model(const Claim& claim, const Said& said, Comparison& result) const {
  const TreePtr formula = read_formula(claim.formula);
  if (said.outcome == Outcome::violated) {
    result.difference = unrolled_faults(subject_, claim, *said.trace);
    return;
  }
  if (said.outcome == Outcome::incomplete) return;
  std::vector<TreePtr> refutable = {formula};
  if (said.outcome == Outcome::vacuous) refutable.push_back(strengthened(formula));
  for (const TreePtr& each : refutable) {
    if (refute({graph_, *observer_, claim.fairness}, each).run) {
      result.difference = fmt::format(
          "the checker says {}, and the reference finds a fair run in "
          "the model as it is",
          name(*said.outcome));
      return;
    }
    const Question question{normal_graph_, *normal_observer_, claim.fairness};
    const std::string refuted = refuted_by(each, claim.fairness);
    if (refuted.empty()) continue;
    result.within = true;
    const Answer answer = refute(question, each);
    if (answer.perhaps_open == 0 && !answer.cut_what_ceases)
      result.difference = fmt::format("the checker says {}, and the reference finds {}",
                                      name(*said.outcome), refuted);
  }
}

/// A fair run with more room than this bound leaves, of which the formula does not hold: one that
/// goes round, or one that goes more and more rounds the more room there is.
std::string Compared::refuted_by(const TreePtr& formula,
                                 const std::vector<std::string>& fairness) const {
  const Compared* widest = this;
  while (widest->wider_) {
    widest = widest->wider_.get();
    const std::string& window = subject_.system->normal_form.window;
    if (refute({widest->graph_, *widest->observer_, fairness}, formula).run)
      return fmt::format(
          "a fair run with {}={}", window,
          resolve_parameters(*widest->subject_.system, widest->subject_.parameters)[window]);
  }
  const std::size_t from = *std::max_element(level_.begin(), level_.end());
  const std::vector<std::size_t> counts =
      rounds({widest->graph_, *widest->observer_, fairness}, formula, widest->level_, from);
  if (counts.size() < 3 || counts[0] >= counts[1] || counts[1] >= counts[2]) return "";
  return fmt::format("that more and more room lets a run go {} fair rounds",
                     fmt::join(counts, ", "));
}

namespace {

void compare(const Compared& compared, const Claim& claim, Tally& tally) {
  const Compared::Comparison comparison = compared.compare(claim);
  ++tally.counts[comparison.said];
  tally.loose += comparison.one_answer ? 0 : 1;
  tally.within += comparison.within ? 1 : 0;
  if (!comparison.difference.empty())
    tally.disagreements.push_back(minimised(compared, claim, comparison.difference));
}

}  // namespace

void compare_own_claims(const Compared& compared, Tally& tally) {
  for (const PropertyInfo& info : compared.observer().properties()) {
    if (info.kind != PropertyKind::temporal || !info.applies) continue;
    compare(compared, {info.formula, info.fairness}, tally);
    for (std::size_t i = 0; i < info.fairness.size(); ++i) {
      Claim claim{info.formula, info.fairness};
      claim.fairness.erase(claim.fairness.begin() + static_cast<std::ptrdiff_t>(i));
      compare(compared, claim, tally);
    }
  }
}

void compare_random_claims(const Compared& compared, std::size_t claims, Random& random,
                           Tally& tally) {
  const std::vector<std::string> names = predicates(
      compared.observer(),
      compared.subject().normal_form ? &compared.subject().system->normal_form : nullptr);
  constexpr std::size_t most_untils = 5;
  for (std::size_t i = 0; i < claims;) {
    // Each formula is about few predicates, so that its parts have to do with each other.
    std::vector<std::string> some;
    for (int k = 0; k < 3; ++k) some.push_back(names[random() % names.size()]);
    const TreePtr formula = random_formula(some, 1 + static_cast<int>(random() % 4), random);
    const Core core(formula);
    const auto untils =
        std::count_if(core.parts.begin(), core.parts.end(),
                      [](const Core::Part& part) { return part.kind == Core::Kind::until; });
    if (core.atoms.empty() || static_cast<std::size_t>(untils) > most_untils) continue;
    ++i;
    const Claim claim{random_text(formula, random), random_fairness(compared.observer(), random)};
    if (!same(read_formula(claim.formula), formula))
      throw std::runtime_error("the reference misreads " + claim.formula);
    compare(compared, claim, tally);
  }
}

}  // namespace synod::reference
