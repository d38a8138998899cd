#include "model/byzantine_om/quorum_arithmetic.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace synod::byzantine_om {
namespace {

using proof::Obligation;
using proof::Query;
using proof::Status;

/// Two sets A and B of processes, and which are faulty, by the sizes of the regions of their Venn
/// diagram: all that matters of sets when only sizes are compared.
struct Venn {
  explicit Venn(z3::context& context)
      : n(context.int_const("n")),
        k(context.int_const("k")),
        only_a(context.int_const("only_A")),
        only_b(context.int_const("only_B")),
        both(context.int_const("A_and_B")),
        neither(context.int_const("neither")),
        only_a_faulty(context.int_const("only_A_faulty")),
        only_b_faulty(context.int_const("only_B_faulty")),
        both_faulty(context.int_const("A_and_B_faulty")),
        neither_faulty(context.int_const("neither_faulty")) {}

  std::vector<z3::expr> regions() const {
    return {only_a,        only_b,        both,        neither,
            only_a_faulty, only_b_faulty, both_faulty, neither_faulty};
  }

  z3::expr n, k;
  z3::expr only_a, only_b, both, neither;  // correct processes
  z3::expr only_a_faulty, only_b_faulty, both_faulty, neither_faulty;
};

std::vector<proof::Assertion> quorums(const Venn& v) {
  std::vector<proof::Assertion> all;
  z3::expr total = v.n.ctx().int_val(0);
  for (const z3::expr& region : v.regions()) {
    all.push_back({region >= 0, region.to_string() + " is a size"});
    total = total + region;
  }
  all.push_back({v.k >= 0, "k is a number"});
  all.push_back({total == v.n, "n processes"});
  all.push_back(
      {v.only_a + v.both + v.only_a_faulty + v.both_faulty == v.n - v.k, "A has n - k of them"});
  all.push_back(
      {v.only_b + v.both + v.only_b_faulty + v.both_faulty == v.n - v.k, "B has n - k of them"});
  all.push_back({v.only_a_faulty + v.only_b_faulty + v.both_faulty + v.neither_faulty <= v.k,
                 "k are faulty"});
  return all;
}

/// The sets, with the processes numbered region by region.
std::string sets_of(const Venn& v, const z3::model& model) {
  const auto size = [&](const z3::expr& region) {
    return model.eval(region, true).get_numeral_int();
  };
  int next = 0;
  std::string a;
  std::string b;
  std::string faulty;
  const auto take = [&](const z3::expr& region, bool in_a, bool in_b, bool is_faulty) {
    for (int count = size(region); count > 0; --count) {
      const std::string name = fmt::format("{}", next++);
      const auto put = [&](std::string& set) { set += (set.empty() ? "" : ", ") + name; };
      if (in_a) put(a);
      if (in_b) put(b);
      if (is_faulty) put(faulty);
    }
  };
  take(v.only_a, true, false, false);
  take(v.only_a_faulty, true, false, true);
  take(v.both, true, true, false);
  take(v.both_faulty, true, true, true);
  take(v.only_b, false, true, false);
  take(v.only_b_faulty, false, true, true);
  take(v.neither, false, false, false);
  take(v.neither_faulty, false, false, true);
  return fmt::format("n = {}, k = {}: A = {{{}}}, B = {{{}}}, faulty {{{}}}\n", size(v.n),
                     size(v.k), a, b, faulty);
}

Query question(const Venn& v, std::string name, Status expected,
               std::vector<proof::Assertion> assertions) {
  return {.name = std::move(name),
          .assertions = std::move(assertions),
          .expected = expected,
          .logic = "QF_LIA",
          .explain = [v](const z3::model& model) { return sets_of(v, model); }};
}

Obligation enough(const Venn& v) {
  Obligation obligation{
      .name = "quorums_meet",
      .sentence =
          "If n > 3k, any two sets of n - k processes have a correct one in common, and in "
          "each of them the correct ones outnumber any k faulty ones.",
      .scope = "all n and k"};
  const proof::Assertion bound{v.n > 3 * v.k, "n > 3k"};
  const proof::Assertion apart{v.both == 0, "no correct process in both"};
  const proof::Assertion outnumbered{v.only_a + v.both <= v.k, "at most k correct ones in A"};
  const auto ask = [&](const std::string& name, const proof::Assertion& wrong) {
    std::vector<proof::Assertion> all = quorums(v);
    all.push_back(wrong);
    const std::vector<proof::Assertion> weak = all;
    all.push_back(bound);
    obligation.queries.push_back(question(v, name, Status::unsat, all));
    std::vector<proof::Assertion> less = weak;
    less.push_back({v.n >= 3 * v.k && v.k >= 1, "n >= 3k"});
    obligation.controls.push_back(
        {"with n >= 3k: " + name, {question(v, name, Status::sat, less)}});
    std::vector<proof::Assertion> more;
    for (const proof::Assertion& assertion : all)
      if (assertion.name != "k are faulty") more.push_back(assertion);
    obligation.controls.push_back(
        {"with any number of faulty ones: " + name, {question(v, name, Status::sat, more)}});
  };
  ask("two sets apart", apart);
  ask("one set outnumbered", outnumbered);
  return obligation;
}

/// The sets that have no correct process in common, as terms in n and k, so that no quantifier is
/// needed: k correct ones in A alone, k in B alone, all others faulty ones in both. If there are
/// fewer than 2k, A and B are n - k of them each, and apart.
Obligation not_enough(const Venn& v) {
  Obligation obligation{
      .name = "quorums_need_not_meet",
      .sentence =
          "For every k and every n from k to 3k there are two sets of n - k processes with "
          "no correct one in common.",
      .scope = "all k >= 1 and n"};
  const z3::expr zero = v.n.ctx().int_val(0);
  const z3::expr shared = z3::ite(v.n >= 2 * v.k, v.n - 2 * v.k, zero);
  const z3::expr alone = z3::ite(v.n >= 2 * v.k, v.k, v.n - v.k);
  const z3::expr outside = z3::ite(v.n >= 2 * v.k, zero, 2 * v.k - v.n);
  const auto ask = [&](bool bounded, Status expected) {
    std::vector<proof::Assertion> all{{v.k >= 1, "k >= 1"}, {v.n >= v.k, "n >= k"}};
    if (bounded) all.push_back({v.n <= 3 * v.k, "n <= 3k"});
    for (const z3::expr& region : {v.only_a, v.only_b})
      all.push_back({region == alone, region.to_string() + " is chosen"});
    all.push_back({v.both_faulty == shared, "A_and_B_faulty is chosen"});
    all.push_back({v.neither == outside, "neither is chosen"});
    for (const z3::expr& region : {v.both, v.only_a_faulty, v.only_b_faulty, v.neither_faulty})
      all.push_back({region == 0, region.to_string() + " is empty"});
    z3::expr_vector wrong(v.n.ctx());
    for (const proof::Assertion& assertion : quorums(v)) wrong.push_back(!assertion.formula);
    all.push_back({z3::mk_or(wrong), "they are no such sets"});
    return question(v, "these sets are not such", expected, std::move(all));
  };
  obligation.queries = {ask(true, Status::unsat)};
  obligation.controls = {{"without n <= 3k", {ask(false, Status::sat)}}};
  return obligation;
}

}  // namespace

void add_quorum_arithmetic(proof::Topic& topic) {
  const Venn venn(*topic.context);
  topic.obligations.push_back(enough(venn));
  topic.obligations.push_back(not_enough(venn));
}

Obligation quorums_apart(z3::context& context, int n, int k) {
  const Venn v(context);
  std::vector<proof::Assertion> all = quorums(v);
  all.push_back({v.n == n && v.k == k, "n and k are given"});
  all.push_back({v.both == 0, "no correct process in both"});
  return {
      .name = fmt::format("quorums_of_{}_processes", n),
      .sentence = fmt::format("There are two sets of {} of the {} processes, of which {} may be "
                              "faulty, that have no correct one in common.",
                              n - k, n, k),
      .scope = fmt::format("n = {}, k = {}", n, k),
      .queries = {question(v, "two sets apart", Status::sat, std::move(all))}};
}

}  // namespace synod::byzantine_om
