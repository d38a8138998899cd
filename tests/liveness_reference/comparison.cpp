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
std::string minimised(const Compared& compared, Claim claim) {
  std::string verdict;
  std::string difference = compared.difference(claim, verdict);
  const auto still_differ = [&](const Claim& tried) {
    const std::string found = compared.difference(tried, verdict);
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
  return fmt::format(
      "{}\n  {}{}", command(compared.subject(), claim),
      compared.subject().normal_form || compared.subject().system->normal_form.forgets.empty()
          ? ""
          : "(on the model as it is) ",
      difference);
}

}  // namespace

std::size_t Tally::cases() const {
  std::size_t sum = 0;
  for (const auto& [what, count] : counts) sum += count;
  return sum;
}

std::string Tally::text() const {
  std::string text = fmt::format("{} cases", cases());
  for (const auto& [what, count] : counts) text += fmt::format(", {} {}", count, what);
  text += fmt::format("; {} disagreements", disagreements.size());
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
  if (std::optional<Subject> wider = widened(subject)) result->wider_ = make(*wider, most);
  return result;
}

std::string Compared::difference(const Claim& claim, std::string& verdict) const {
  const Said said = ask(subject_, claim);
  verdict = said.outcome ? name(*said.outcome) : "refused";
  if (!said.outcome || !said.contradiction.empty()) return said.contradiction;
  return said.normalised ? compare_normal_form(claim, said) : compare_plain(claim, said);
}

std::string Compared::compare_plain(const Claim& claim, const Said& said) const {
  const TreePtr formula = read_formula(claim.formula);
  const Question question{graph_, *observer_, claim.fairness};
  const Judged judged = judge(question, formula);
  if (said.outcome != judged.outcome)
    return fmt::format("the checker says {}, the reference {}", name(*said.outcome),
                       name(judged.outcome));
  if (judged.outcome != Outcome::violated && said.open != judged.open)
    return fmt::format("{}, and the checker leaves {} states open, the reference {}",
                       name(judged.outcome), said.open, judged.open);
  if (judged.outcome != Outcome::violated) return "";
  if (!said.trace) return "violated, without a counterexample";
  const std::optional<Run> run = run_of(*said.trace, graph_, *observer_);
  const std::string wrong = run ? faults(question, formula, *run) : "is none of the model";
  return wrong.empty() ? "" : "violated, and the counterexample " + wrong;
}

/// A fair run that goes round in the model as it is, at whatever bound, refutes; one that does not
/// is a run of normal forms only, and has to be a run of the model nevertheless.
std::string Compared::compare_normal_form(const Claim& claim, const Said& said) const {
  const TreePtr formula = read_formula(claim.formula);
  if (said.outcome == Outcome::violated)
    return said.trace ? unrolled_faults(subject_, claim, *said.trace)
                      : "violated, without a counterexample";
  if (said.outcome == Outcome::incomplete) return "";
  for (const Compared* at = this; at != nullptr; at = at->wider_.get()) {
    const Question question{at->graph_, *at->observer_, claim.fairness};
    const std::string& window = subject_.system->normal_form.window;
    const std::string where =
        fmt::format("at {}={}", window,
                    resolve_parameters(*at->subject_.system, at->subject_.parameters)[window]);
    if (refute(question, formula).run)
      return fmt::format(
          "the checker says {}, leaves {} states open, and the reference finds a fair run {}",
          name(*said.outcome), said.open, where);
    if (said.outcome == Outcome::vacuous && refute(question, strengthened(formula)).run)
      return fmt::format(
          "the checker says vacuous, and the reference finds a fair run that tells {}", where);
  }
  return pumped(claim, formula, said);
}

/// Where a longer bound lets a fair run go on for ever more rounds, there is one without end.
std::string Compared::pumped(const Claim& claim, const TreePtr& formula, const Said& said) const {
  const Compared* widest = this;
  while (widest->wider_) widest = widest->wider_.get();
  const Question question{widest->graph_, *widest->observer_, claim.fairness};
  const std::size_t from = *std::max_element(level_.begin(), level_.end());
  const std::vector<std::size_t> counts = rounds(question, formula, widest->level_, from);
  if (counts.size() < 3 || counts[0] >= counts[1] || counts[1] >= counts[2]) return "";
  return fmt::format(
      "the checker says {}, leaves {} states open, and more and more room lets a run go {} fair "
      "rounds",
      name(*said.outcome), said.open, fmt::join(counts, ", "));
}

namespace {

void compare(const Compared& compared, const Claim& claim, Tally& tally) {
  std::string verdict;
  const std::string difference = compared.difference(claim, verdict);
  ++tally.counts[verdict];
  if (!difference.empty()) tally.disagreements.push_back(minimised(compared, claim));
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
