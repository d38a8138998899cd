#include "checker/proof/quorum_structures.hpp"

#include <fmt/format.h>

#include "checker/proof/claim.hpp"
#include "checker/proof/venn.hpp"

namespace synod::proof {
namespace {

const std::string every_weight =
    "every n >= 1; any weights that are real numbers >= 0; any sets of processes";

// A grid. Its rows and columns are sorts without any size; a set of processes says of each row and
// column whether the process there belongs to it. Universal hypotheses about constants: the
// formulas are in the Bernays-Schoenfinkel class, so a solver decides them for all grids at once.
struct Grid {
  z3::context& context;
  z3::sort row = context.uninterpreted_sort("Row");
  z3::sort column = context.uninterpreted_sort("Column");
  z3::expr r = context.constant("r", row);
  z3::expr c = context.constant("c", column);
  z3::expr row1 = context.constant("row1", row);
  z3::expr row2 = context.constant("row2", row);
  z3::expr column1 = context.constant("column1", column);
  z3::expr column2 = context.constant("column2", column);

  /// z3::forall with the weight 1, which goes without saying: others are written into files, and
  /// other solvers do not know them.
  z3::expr for_all(const std::vector<z3::expr>& variables, const z3::expr& body) const {
    std::vector<Z3_app> bound;
    for (const z3::expr& variable : variables) bound.push_back(variable);
    return {context, Z3_mk_forall_const(context, 1, static_cast<unsigned>(bound.size()),
                                        bound.data(), 0, nullptr, body)};
  }
  /// Which processes belong to the set of this name.
  z3::func_decl set(const char* name) const {
    return context.function(name, row, column, context.bool_sort());
  }
  /// All of the row, or the column, which this constant names.
  z3::expr has_row(const z3::func_decl& set, const char* name) const {
    return for_all({c}, set(context.constant(name, row), c));
  }
  z3::expr has_column(const z3::func_decl& set, const char* name) const {
    return for_all({r}, set(r, context.constant(name, column)));
  }
  /// All of the row but for one process.
  z3::expr has_row_but_one(const z3::func_decl& set, const char* name) const {
    const z3::expr missing = context.constant("missing", column);
    return for_all({c}, c == missing || set(context.constant(name, row), c));
  }
  z3::expr disjoint(const z3::func_decl& a, const z3::func_decl& b) const {
    return for_all({r, c}, !(a(r, c) && b(r, c)));
  }

  /// A question for an example, which has two rows and two columns.
  Query example(const std::string& name, std::vector<Assertion> assertions) const {
    assertions.push_back({row1 != row2 && column1 != column2});
    assertions.push_back({for_all({r}, r == row1 || r == row2)});
    assertions.push_back({for_all({c}, c == column1 || c == column2)});
    return {.name = name,
            .assertions = std::move(assertions),
            .expected = Status::sat,
            .logic = "UF",
            .explain = [*this](const z3::model& model) { return example_text(model); }};
  }

  std::string example_text(const z3::model& model) const {
    std::string text = "processes 1 2 in the first row, 3 4 in the second\n";
    for (const char* const name : {"A", "B"}) {
      std::vector<Range> members;
      std::int64_t process = 0;
      for (const z3::expr& i : {row1, row2}) {
        for (const z3::expr& j : {column1, column2}) {
          ++process;
          if (model.eval(set(name)(i, j), true).is_true()) members.push_back({process, 1});
        }
      }
      text += fmt::format("{} = {}\n", name, proof::set_text(members));
    }
    return text + "in A and B: {}\n";
  }
};

}  // namespace

void weighted_votes(z3::context& context, std::vector<Obligation>& all) {
  const Setting setting{
      .venn = Venn(context, {"A", "B"}, true), .common = {{0, 1}}, .weighted = true};
  const z3::expr votes = setting.venn.total_weight();
  const z3::expr a = setting.venn.weight(0);
  const z3::expr b = setting.venn.weight(1);
  const z3::expr meet = setting.venn.size(setting.common) >= 1;
  const z3::expr none = context.bool_val(true);
  Obligation enough{
      .name = "weighted_votes",
      .sentence =
          "If each process has a number of votes, any two sets of processes with more "
          "than half of all votes each have a process in common.",
      .scope = every_weight};
  prove(enough, setting, "sets without a common process",
        {{{2 * a > votes, "votes of A > half"}, {none, "no votes of A"}},
         {{2 * b > votes, "votes of B > half"}, {none, "no votes of B"}}},
        meet);
  all.push_back(enough);
  Obligation tight{.name = "weighted_votes_tight",
                   .sentence = "Two sets of processes with half of all votes each can be disjoint.",
                   .scope = every_weight};
  refute(tight, setting, "disjoint halves", {{votes > 0}, {2 * a >= votes}, {2 * b >= votes}},
         meet);
  all.push_back(tight);
}

namespace {

/// A majority of the stake is not enough instead.
Hypothesis two_thirds(const std::string& name, const z3::expr& stake, const z3::expr& whole) {
  return {{3 * stake >= 2 * whole, "stake of " + name + " >= 2/3"},
          {2 * stake > whole, "stake of " + name + " > 1/2"}};
}

}  // namespace

void stake(z3::context& context, std::vector<Obligation>& all) {
  const Venn venn(context, {"A", "B"}, true);
  const z3::expr whole = venn.total_weight();
  const z3::expr a = venn.weight(0);
  const z3::expr b = venn.weight(1);
  const Setting overlap{venn, {{0, 1}}, {}, {{whole > 0}}, true};
  const z3::expr third = 3 * venn.weight(overlap.common) >= whole;
  Obligation enough{
      .name = "stake",
      .sentence =
          "Any two sets of validators with at least two thirds of the stake each have "
          "validators in common that have at least a third of the stake.",
      .scope = every_weight};
  prove(enough, overlap, "less than a third in common",
        {two_thirds("A", a, whole), two_thirds("B", b, whole)}, third);
  all.push_back(enough);
  Obligation tight{.name = "stake_tight",
                   .sentence =
                       "Two sets of validators with two thirds of the stake each can have no more "
                       "than a third of it in common; with more than half of it each, less.",
                   .scope = every_weight};
  refute(tight, overlap, "no more than a third in common",
         {{3 * a >= 2 * whole}, {3 * b >= 2 * whole}}, 3 * venn.weight(overlap.common) > whole);
  refute(tight, overlap, "less than a third in common", {{2 * a > whole}, {2 * b > whole}}, third);
  all.push_back(tight);
}

void stake_correct(z3::context& context, std::vector<Obligation>& all) {
  const Venn venn(context, {"A", "B", "faulty"}, true);
  const z3::expr whole = venn.total_weight();
  const z3::expr faulty = venn.weight(2);
  const z3::expr a = venn.weight(0);
  const z3::expr b = venn.weight(1);
  const Setting correct{venn, {{0, 1}, {2}}, {}, {{whole > 0}}, true};
  const z3::expr meet = venn.size(correct.common) >= 1;
  Obligation safe{
      .name = "stake_correct",
      .sentence =
          "If less than a third of the stake is faulty, any two sets of validators with "
          "at least two thirds of the stake each have a correct validator in common.",
      .scope = every_weight};
  prove(
      safe, correct, "no correct validator in common",
      {two_thirds("A", a, whole),
       two_thirds("B", b, whole),
       {{3 * faulty < whole, "faulty stake < 1/3"}, {3 * faulty <= whole, "faulty stake <= 1/3"}}},
      meet);
  all.push_back(safe);
  Obligation unsafe{.name = "stake_correct_tight",
                    .sentence =
                        "If a third of the stake is faulty, all validators that two sets with two "
                        "thirds of the stake have in common can be faulty.",
                    .scope = every_weight};
  refute(unsafe, correct, "no correct validator in common",
         {{3 * a >= 2 * whole}, {3 * b >= 2 * whole}, {3 * faulty == whole}}, meet);
  all.push_back(unsafe);
}

void grid(z3::context& context, std::vector<Obligation>& all) {
  const Grid grid{context};
  const z3::func_decl a = grid.set("A");
  const z3::func_decl b = grid.set("B");
  const Assertion row_a{grid.has_row(a, "row_a"), "A has all of a row"};
  const Assertion column_a{grid.has_column(a, "column_a"), "A has all of a column"};
  const Assertion row_b{grid.has_row(b, "row_b"), "B has all of a row"};
  const Assertion column_b{grid.has_column(b, "column_b"), "B has all of a column"};
  const Assertion disjoint{grid.disjoint(a, b)};
  const std::string scope = "every number of rows and columns; any sets of processes in the grid";
  const auto asks = [&](const std::string& name, std::vector<Assertion> assertions) {
    return Query{.name = name,
                 .assertions = std::move(assertions),
                 .logic = "UF",
                 .explain_core = core_text};
  };
  Obligation enough{.name = "grid",
                    .sentence =
                        "In a grid, a set with all of a row and a set with all of a column have a "
                        "process in common; so any two sets with all of a row and all of a column "
                        "have.",
                    .scope = scope};
  enough.queries = {
      asks("a row that misses a column", {row_a, column_b, disjoint}),
      asks("quorums without a common process", {row_a, column_a, row_b, column_b, disjoint})};
  const auto control = [&](const std::string& name, std::vector<Assertion> assertions) {
    enough.controls.push_back({name, {grid.example(name, std::move(assertions))}});
  };
  control("without all of a row in A", {column_b, disjoint});
  control("without all of a column in B", {row_a, disjoint});
  control("quorums without columns", {row_a, row_b, disjoint});
  control("quorums without rows", {column_a, column_b, disjoint});
  all.push_back(enough);
  Obligation tight{
      .name = "grid_tight",
      .sentence =
          "Two sets with all of a row can be disjoint, and a set with all of a row but "
          "for one process can miss a set with all of a column.",
      .scope = scope};
  tight.queries = {grid.example("disjoint rows", {row_a, row_b, disjoint}),
                   grid.example("a row with a process missing",
                                {{grid.has_row_but_one(a, "row_a")},
                                 {a(context.constant("row_a", grid.row), grid.column1)},
                                 column_b,
                                 disjoint})};
  all.push_back(tight);
}

namespace {

// Two levels. A set that is a quorum has a majority of groups in which it has a majority of the
// processes. One diagram is of the groups: in which of them A, and B, has a majority. Another one
// is of a group in which both have, if there is one. Nothing is lost by that: from a model come
// sets, if all groups of the first kind look like that one, A has all processes of its other
// groups, B all of its others, and none has any elsewhere. And sets give a model, whichever group
// is looked at.
struct Groups {
  Venn groups;
  Venn group;

  explicit Groups(z3::context& context)
      : groups(context, {"A", "B"}, false, "groups", "groups"),
        group(context, {"A", "B"}, false, "group_size", "group") {}

  z3::expr both() const { return groups.size(Common{{0, 1}}) >= 1; }
  z3::expr meet() const { return both() && group.size(Common{{0, 1}}) >= 1; }
  z3::expr groups_of(std::size_t set) const { return groups.size(set); }
  /// In the group where both have what they need.
  z3::expr in_group(std::size_t set, int missing) const {
    return z3::implies(both(), 2 * (group.size(set) + missing) > group.total());
  }

  Query question(const std::string& name, Status expected, std::vector<Assertion> supposed) const {
    std::vector<Assertion> assertions = groups.assertions();
    for (const Assertion& one : group.assertions()) assertions.push_back(one);
    for (Assertion& one : supposed) assertions.push_back(std::move(one));
    assertions.push_back({!meet()});
    return {.name = name,
            .assertions = assertions,
            .expected = expected,
            .logic = "QF_LIA",
            .explain =
                [*this, assertions](const z3::model& model) {
                  std::vector<z3::expr> numbers = {groups.total(), group.total()};
                  for (const Venn& venn : {groups, group})
                    for (const z3::expr& number : venn.small_numbers()) numbers.push_back(number);
                  return example_text(smallest(model, assertions, numbers));
                },
            .explain_core = core_text};
  }

  std::string example_text(const z3::model& model) const {
    std::vector<std::string> texts;
    std::vector<Range> a;
    std::vector<Range> b;
    std::int64_t process = 1;
    const auto add = [&](std::int64_t only_a, std::int64_t only_b, std::int64_t neither) {
      const std::int64_t members = only_a + only_b + neither;
      a.push_back({process, only_a});
      b.push_back({process + only_a, only_b});
      texts.push_back(set_text({{process, members}}));
      process += members;
    };
    const auto size = [&](const Venn& venn, const Common& common) {
      return small_value(model, venn.size(common)).value_or(0);
    };
    const std::int64_t in_both = size(groups, {{0, 1}});
    const std::int64_t in_a = size(groups, {{0}, {1}});
    const std::int64_t in_b = size(groups, {{1}, {0}});
    const std::int64_t in_none = size(groups, {{}, {0, 1}});
    if (in_both + in_a + in_b + in_none > 100) return "too many groups to be listed\n";
    for (std::int64_t i = 0; i < in_both; ++i)
      add(size(group, {{0}, {1}}), size(group, {{1}, {0}}), size(group, {{}, {0, 1}}));
    for (std::int64_t i = 0; i < in_a; ++i) add(1, 0, 0);
    for (std::int64_t i = 0; i < in_b; ++i) add(0, 1, 0);
    for (std::int64_t i = 0; i < in_none; ++i) add(0, 0, 1);
    return fmt::format("n = {}, in groups {}\nA = {}\nB = {}\nin A and B: {{}}\n", process - 1,
                       fmt::join(texts, " "), set_text(a), set_text(b));
  }
};

}  // namespace

void hierarchical(z3::context& context, std::vector<Obligation>& all) {
  const Groups two(context);
  const z3::expr total = two.groups.total();
  const auto hypothesis = [&](const std::string& name, const z3::expr& holds,
                              const z3::expr& weaker) {
    return Hypothesis{{holds, name}, {weaker, name + ", less one"}};
  };
  std::vector<Hypothesis> hypotheses;
  for (const std::size_t set : {0, 1}) {
    const std::string name = set == 0 ? "A" : "B";
    hypotheses.push_back(hypothesis(name + " has a majority of the groups",
                                    2 * two.groups_of(set) > total,
                                    2 * (two.groups_of(set) + 1) > total));
    hypotheses.push_back(hypothesis(name + " has a majority in each of its groups",
                                    two.in_group(set, 0), two.in_group(set, 1)));
  }
  const std::string scope =
      "every number of groups >= 1 and every size >= 1 of each of them; any sets of processes";
  Obligation enough{.name = "hierarchical",
                    .sentence =
                        "If processes are divided into groups, any two sets that each contain a "
                        "majority of the processes of a majority of the groups have a process in "
                        "common.",
                    .scope = scope};
  std::vector<Assertion> supposed;
  for (const Hypothesis& one : hypotheses) supposed.push_back(one.holds);
  enough.queries = {two.question("sets without a common process", Status::unsat, supposed)};
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    std::vector<Assertion> weakened = supposed;
    weakened[i] = hypotheses[i].weaker;
    enough.controls.push_back(
        {"with " + hypotheses[i].weaker.name,
         {two.question(fmt::format("weakened {}", i + 1), Status::sat, weakened)}});
  }
  all.push_back(enough);
  Obligation tight{.name = "hierarchical_tight",
                   .sentence =
                       "Half of the groups are not enough, nor is half of the processes in each of "
                       "them: such sets can be disjoint.",
                   .scope = scope};
  tight.queries = {two.question("half of the groups", Status::sat,
                                {{2 * two.groups_of(0) >= total},
                                 {2 * two.groups_of(1) >= total},
                                 {two.in_group(0, 0)},
                                 {two.in_group(1, 0)}})};
  const auto half = [&](std::size_t set) {
    return z3::implies(two.both(), 2 * two.group.size(set) >= two.group.total());
  };
  tight.queries.push_back(two.question(
      "half of each group", Status::sat,
      {{2 * two.groups_of(0) > total}, {2 * two.groups_of(1) > total}, {half(0)}, {half(1)}}));
  all.push_back(tight);
}

}  // namespace synod::proof
