// Fair behaviours of random tables: what the checker finds, and fails to find, against enumeration.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <functional>

#include "checker/liveness/components.hpp"
#include "checker/liveness/fair_run.hpp"
#include "checker/liveness/ltl.hpp"
#include "checker/search/search.hpp"
#include "tests/checker/table_system.hpp"

namespace synod::test {
namespace {

#ifdef SYNOD_SANITIZED
constexpr std::size_t share = 20;  // of the tables, one in so many
#else
constexpr std::size_t share = 1;
#endif

/// A set of up to so many of the 64 members.
std::uint64_t random_set(std::size_t members, std::mt19937_64& random) {
  std::uint64_t set = 0;
  while (members-- > 0) set |= std::uint64_t{1} << random() % 64;
  return set;
}
std::uint64_t random_subset(std::uint64_t set, std::mt19937_64& random) { return set & random(); }

/// The text of a random formula of so many names, constants and operators.
std::string random_formula(std::size_t size, const std::vector<std::string>& names,
                           std::mt19937_64& random) {
  constexpr std::array<const char*, 5> unary = {"!", "[]", "<>", "[]<>", "<>[]"};
  constexpr std::array<const char*, 8> binary = {"&&", "||", "->", "<->", "U", "R", "W", "~>"};
  if (size <= 1) return random() % 24 == 0 ? "TRUE" : names[random() % names.size()];
  const auto inner = [&](std::size_t part) { return random_formula(part, names, random); };
  if (size == 2 || random() % 2 == 0)
    return fmt::format("{} ({})", unary[random() % unary.size()], inner(size - 1));
  const std::size_t left = 1 + random() % (size - 2);
  const std::string before = inner(left);
  return fmt::format("({}) {} ({})", before, binary[random() % binary.size()],
                     inner(size - 1 - left));
}

/// Which predicate an atom names: p17 is number 17.
unsigned predicate(const std::string& atom) {
  return static_cast<unsigned>(std::stoul(atom.substr(1)));
}

/// An automaton over the atoms of a formula as one over predicates.
Automaton over_predicates(Automaton automaton) {
  const auto renamed = [&](std::uint64_t atoms) {
    PropertySet set = 0;
    for (std::size_t i = 0; i < automaton.atoms.size(); ++i)
      if ((atoms >> i & 1) != 0) set |= PropertySet{1} << predicate(automaton.atoms[i]);
    return set;
  };
  for (Automaton::State& state : automaton.states) {
    state.needs = renamed(state.needs);
    state.excludes = renamed(state.excludes);
  }
  return automaton;
}

bool holds_on(const Formula& formula, const Table& table, const TableLasso& lasso) {
  const std::vector<std::string> names = atoms(formula);
  std::vector<std::uint64_t> positions;
  for (const std::size_t state : lasso.states) {
    std::uint64_t letter = 0;
    for (std::size_t i = 0; i < names.size(); ++i)
      letter |= (table.holds[state] >> predicate(names[i]) & 1) << i;
    positions.push_back(letter);
  }
  return holds_on_lasso(formula, names, positions, lasso.loop);
}

std::string text_of(const Table& table) {
  std::string text = fmt::format("initial {}", table.initial);
  for (std::size_t state = 0; state < table.size(); ++state) {
    text += fmt::format("\n  {}: holds {:x}, cut {}, steps", state, table.holds[state],
                        table.cut[state]);
    for (const Table::Step& step : table.steps[state])
      text += fmt::format(" {}->{}", step.label, step.to);
    text += fmt::format(", groups {:x}", fmt::join(table.groups[state], " "));
  }
  return text;
}

/// A table, the graph that the search makes of it, and what the graph was asked to keep.
struct Explored {
  explicit Explored(Table table, GraphRequest wanted = {}, std::size_t threads = 1)
      : system(std::move(table)), request(std::move(wanted)) {
    request.groups_of = system.groups_of();
    SearchOptions options;
    options.threads = threads;
    options.properties = 0;
    options.memory = std::size_t{1} << 26;
    options.graph = request;
    graph = search(system, options).graph;
    BOOST_REQUIRE(graph);
  }

  const Table& table() const { return system.table(); }
  std::size_t number(StateGraph::Index index) const {
    return TableSystem::number(graph->state(index));
  }

  TableSystem system;
  GraphRequest request;
  std::shared_ptr<const StateGraph> graph;
};

/// How a graph differs from the table that it was made of.
std::string difference(const Explored& explored) {
  const StateGraph& graph = *explored.graph;
  const Table& table = explored.table();
  const GraphRequest& request = explored.request;
  std::string text;
  const auto explorer = explored.system.explorer();
  std::vector<std::uint32_t> labels;
  std::uint64_t edges = 0;
  for (StateGraph::Index i = 0; i < graph.size(); ++i) {
    const std::size_t state = explored.number(i);
    const std::vector<Table::Step> steps = table.real_steps(state);
    edges += steps.size();
    if (graph.holds(i) != (table.holds[state] & request.predicates)) text += " holds;";
    if (graph.enabled(i) != (table.enabled(state) & request.groups)) text += " enabled;";
    if (graph.cut(i) == table.cut[state].empty()) text += " cut;";
    if (graph.find(graph.state(i)) != i) text += " find;";
    std::vector<std::size_t> partial;
    for (const Table::Step& step : table.steps[state])
      if (step.to != state && table.is_cut(state, step.label)) partial.push_back(step.to);
    std::vector<std::size_t> found;
    for (const auto& [from, to] : graph.partial_steps(i)) {
      if (from != i) text += " partial step;";
      found.push_back(explored.number(to));
    }
    if (found != partial) text += " partial steps;";
    graph.labels(*explorer, i, labels);
    const auto successors = graph.successors(i);
    const auto marks = graph.marks(i);
    if (successors.size() != steps.size() || labels.size() != steps.size() ||
        marks.size() != (request.marks.empty() ? 0 : steps.size())) {
      text += " degree;";
      continue;
    }
    for (std::size_t k = 0; k < steps.size(); ++k) {
      if (labels[k] != steps[k].label || explored.number(successors[k]) != steps[k].to)
        text += " edge;";
      for (std::size_t m = 0; m < request.marks.size(); ++m)
        if ((marks[k] >> m & 1) !=
            ((table.groups[state][steps[k].label] & request.marks[m]) != 0 ? 1 : 0))
          text += " mark;";
    }
  }
  if (graph.edges() != edges) text += " edges;";
  std::vector<std::size_t> initial;
  for (const StateGraph::Index i : graph.initial()) initial.push_back(explored.number(i));
  if (initial != table.initial) text += " initial;";
  return text;
}

/// What is looked for in a table.
struct Question {
  Formula formula;
  Automaton automaton;  ///< of its negation
  Assumed assumed;
  std::uint8_t finite_marks = 0;

  std::string text() const {
    return fmt::format("{} weak {:x} strong {:x} finite {:x}", synod::text(formula), assumed.weak,
                       assumed.strong, assumed.finite);
  }
};

std::optional<Question> make_question(const std::string& text, const Assumed& assumed,
                                      const std::vector<StepGroups>& marks,
                                      std::uint8_t finite_marks) {
  Question question{parse_formula(text), {}, assumed, finite_marks};
  question.automaton = over_predicates(translate(Formula(Operator::negation, question.formula)));
  if (question.automaton.states.size() > 40) return std::nullopt;
  for (std::size_t m = 0; m < marks.size(); ++m)
    if ((finite_marks >> m & 1) != 0) {
      question.assumed.finite |= marks[m];
      question.assumed.finite_sets.push_back(marks[m]);
    }
  return question;
}

FairRun ask(
    const Explored& explored, const Question& question, std::size_t threads,
    const std::function<bool()>& stopped = [] { return false; },
    std::size_t memory = std::numeric_limits<std::size_t>::max()) {
  // With several threads, also small graphs are taken apart in parallel.
  return find_fair_run(
      explored.system, *explored.graph,
      {question.automaton, question.assumed.weak, question.assumed.strong, question.finite_marks,
       explored.system.groups_of(), nullptr, threads, memory, stopped, 1});
}

TableLasso table_lasso(const Explored& explored, const Lasso& lasso) {
  TableLasso result{{}, lasso.labels, lasso.loop};
  for (const StateGraph::Index state : lasso.states)
    result.states.push_back(explored.number(state));
  return result;
}

/// What turned up.
struct Seen {
  std::size_t asked = 0;
  std::size_t none = 0;
  std::size_t stays = 0;
  std::size_t cycles = 0;
  std::size_t split = 0;   ///< found only where some strongly fair group is avoided
  std::size_t finite = 0;  ///< not found, but for what is taken finitely often
  std::size_t cut = 0;
  std::size_t by_edges = 0;

  std::string text() const {
    return fmt::format(
        "{} questions: {} none, {} stay, {} cycles, {} of them only where a group is avoided; {} "
        "decided by what is finite; {} with cuts; {} also decided by sets of edges",
        asked, none, stays, cycles, split, finite, cut, by_edges);
  }
};

std::string faults(const Explored& explored, const Question& question, const FairRun& found,
                   Seen& seen) {
  const Table& table = explored.table();
  const TableTruth truth = fair_behaviour(table, question.automaton, question.assumed);
  ++seen.asked;
  seen.cut += truth.cut != 0 ? 1 : 0;
  if (!found.decided) return "undecided";
  if (found.cut != truth.cut) return fmt::format("{} states cut, not {}", found.cut, truth.cut);
  if (found.lasso.has_value() != truth.exists)
    return truth.exists ? "a fair behaviour was missed" : "there is no fair behaviour";
  if (!found.lasso) {
    ++seen.none;
    Assumed without = question.assumed;
    without.finite = 0;
    if (question.assumed.finite != 0 && fair_behaviour(table, question.automaton, without).exists)
      ++seen.finite;
    return "";
  }
  if (found.lasso->stays() != truth.by_staying) return "a behaviour that stays is to be preferred";
  ++(found.lasso->stays() ? seen.stays : seen.cycles);
  if (!truth.by_staying && !truth.at_once) ++seen.split;
  const TableLasso lasso = table_lasso(explored, *found.lasso);
  if (const std::string wrong = fault(table, lasso, question.assumed); !wrong.empty()) return wrong;
  if (holds_on(question.formula, table, lasso)) return "the behaviour satisfies the formula";
  return "";
}

void check(const Explored& explored, const Question& question, const std::string& wrong) {
  BOOST_CHECK_MESSAGE(wrong.empty(), wrong << "\n"
                                           << question.text() << "\n"
                                           << text_of(explored.table()));
}

std::string same(const FairRun& a, const FairRun& b) {
  if (a.decided != b.decided || a.cut != b.cut || a.lasso.has_value() != b.lasso.has_value())
    return "another verdict";
  if (a.lasso && (a.lasso->states != b.lasso->states || a.lasso->labels != b.lasso->labels ||
                  a.lasso->loop != b.lasso->loop))
    return "another lasso";
  return "";
}

/// Three atoms, p0..p63.
std::vector<std::string> random_atoms(std::mt19937_64& random) {
  std::vector<std::string> names;
  for (int i = 0; i < 3; ++i) names.push_back(fmt::format("p{}", random() % 64));
  return names;
}

PropertySet predicates_of(const std::vector<std::string>& names) {
  PropertySet set = 0;
  for (const std::string& name : names) set |= PropertySet{1} << predicate(name);
  return set;
}

/// A small table and what its graph keeps: groups and predicates anywhere among 64.
Explored small_table(const std::vector<std::string>& names, std::mt19937_64& random) {
  TableShape shape;
  shape.states = 2 + random() % 7;
  shape.labels = 2 + static_cast<std::uint32_t>(random() % 4);
  shape.ring = random() % 3 != 0;
  shape.cuts = random() % 4 == 0;
  shape.groups = random_set(random() % 10, random);
  shape.of_labels = random() % 3 != 0;
  shape.label_odds = 2 + random() % 3;
  GraphRequest request;
  request.predicates = random() % 4 == 0 ? ~PropertySet{0} : random_set(random() % 20, random);
  request.predicates |= predicates_of(names);
  request.groups = shape.groups;
  for (std::size_t marks = random() % 9; marks > 0; --marks)
    request.marks.push_back(random_subset(shape.groups, random) & random());
  return Explored(random_table(shape, random), request);
}

std::optional<Question> small_question(const Explored& explored,
                                       const std::vector<std::string>& names,
                                       std::mt19937_64& random) {
  // Of each kind, up to about three groups; one may be of two kinds.
  const auto some = [&] { return random_subset(explored.request.groups, random) & random(); };
  Assumed assumed{some(), some(), 0};
  std::uint8_t finite = 0;
  if (!explored.request.marks.empty() && random() % 2 == 0)
    finite = static_cast<std::uint8_t>(random() & random() &
                                       ((1U << explored.request.marks.size()) - 1));
  return make_question(random_formula(1 + random() % 6, names, random), assumed,
                       explored.request.marks, finite);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fair_runs)

BOOST_AUTO_TEST_CASE(small_tables_by_enumeration) {
  std::mt19937_64 random(11);
  Seen seen;
  for (std::size_t round = 0; round < 3000 / share; ++round) {
    const std::vector<std::string> names = random_atoms(random);
    const Explored explored = small_table(names, random);
    BOOST_CHECK_MESSAGE(difference(explored).empty(), difference(explored)
                                                          << "\n"
                                                          << text_of(explored.table()));
    for (int i = 0; i < 4; ++i) {
      const auto question = small_question(explored, names, random);
      if (!question) continue;
      const FairRun found = ask(explored, *question, 1);
      check(explored, *question, faults(explored, *question, found, seen));
      if (round % 8 == 0)
        for (const std::size_t threads : {2, 4})
          check(explored, *question, same(found, ask(explored, *question, threads)));
      const auto exists = fair_behaviour_by_sets_of_edges(explored.table(), question->automaton,
                                                          question->assumed, 10);
      if (!exists) continue;
      ++seen.by_edges;
      BOOST_TEST(*exists == found.lasso.has_value(), question->text());
    }
  }
  BOOST_TEST_MESSAGE(seen.text());
  BOOST_TEST(seen.none * share >= 1000U);
  BOOST_TEST(seen.stays * share >= 1000U);
  BOOST_TEST(seen.cycles * share >= 1000U);
  BOOST_TEST(seen.finite * share >= 100U);
  BOOST_TEST(seen.cut * share >= 500U);
  BOOST_TEST(seen.by_edges * share >= 1000U);
}

// Steps all the time, and strongly fair groups that are rarely taken: what is fair often has to
// keep away from where they are enabled.
BOOST_AUTO_TEST_CASE(groups_to_be_avoided) {
  std::mt19937_64 random(18);
  Seen seen;
  const std::vector<std::string> formulas = {"FALSE", "[]<> p1", "<>[] p1", "[](p1 -> <> p2)"};
  for (std::size_t round = 0; round < 3000 / share; ++round) {
    TableShape shape;
    shape.states = 5 + random() % 8;
    shape.labels = 8;
    shape.least = 1;
    shape.most = 2;
    shape.ring = random() % 2 == 0;
    shape.groups = 0xf0;
    shape.of_labels = random() % 2 == 0;
    shape.label_odds = 8;
    Table table = random_table(shape, random);
    // All steps are in the first group. The last label is cut off wherever it is enabled.
    for (std::size_t state = 0; state < table.size(); ++state) {
      table.groups[state][7] = StepGroups{0x10} << random() % 6 & 0xf0;
      for (StepGroups& groups : table.groups[state]) groups |= 1;
      if (random() % 3 == 0) table.cut[state] = {7};
    }
    const Explored explored(std::move(table), {.predicates = 6, .groups = 0xf1});
    const auto question =
        make_question(formulas[random() % formulas.size()],
                      {1 | (0xf0 & random() & random()), 0xf0 & (random() | random()), 0}, {}, 0);
    const FairRun found = ask(explored, *question, 1);
    check(explored, *question, faults(explored, *question, found, seen));
  }
  BOOST_TEST_MESSAGE(seen.text());
  BOOST_TEST(seen.split * share >= 100U);
}

// Without any automaton: where nothing was found, no behaviour that one comes across, and none that
// is short, is a fair one that violates the formula.
BOOST_AUTO_TEST_CASE(no_lasso_refutes_what_holds) {
  std::mt19937_64 random(12);
  std::size_t tried = 0;
  std::size_t fair = 0;
  for (std::size_t round = 0; round < 1500 / share; ++round) {
    const std::vector<std::string> names = random_atoms(random);
    const Explored explored = small_table(names, random);
    const Table& table = explored.table();
    std::vector<TableLasso> lassos;
    if (round % 10 == 0) lassos = all_lassos(table, 5);
    for (int i = 0; i < 100; ++i) lassos.push_back(random_lasso(table, random));
    for (int i = 0; i < 4; ++i) {
      const auto question = small_question(explored, names, random);
      if (!question || ask(explored, *question, 1).lasso) continue;
      for (const TableLasso& lasso : lassos) {
        ++tried;
        if (!fault(table, lasso, question->assumed).empty()) continue;
        ++fair;
        if (holds_on(question->formula, table, lasso)) continue;
        check(explored, *question,
              fmt::format("missed: {} by {}, back to {}", lasso.states, lasso.labels, lasso.loop));
        break;
      }
    }
  }
  BOOST_TEST_MESSAGE(fair << " fair lassos of " << tried);
  BOOST_TEST(fair * share >= 20'000U);
}

// As many groups as there can be: too many for the shortest cycle, which is then put together duty
// by duty.
BOOST_AUTO_TEST_CASE(sixty_four_groups) {
  std::mt19937_64 random(13);
  Seen seen;
  for (std::size_t round = 0; round < 600 / share; ++round) {
    const std::vector<std::string> names = random_atoms(random);
    TableShape shape;
    shape.states = 4 + random() % 7;
    shape.labels = 8;
    shape.ring = round % 2 == 0;
    shape.cuts = round % 3 == 0;
    shape.groups = 0x3f;
    shape.of_labels = round % 5 < 3;
    shape.label_odds = 5;
    Table table = random_table(shape, random);
    // Each of six groups is repeated, so that there are few kinds of groups.
    std::array<unsigned, 64> kind{};
    for (unsigned& each : kind) each = static_cast<unsigned>(random() % 6);
    for (std::vector<StepGroups>& of_state : table.groups)
      for (StepGroups& groups : of_state) {
        StepGroups repeated = 0;
        // The first one is of all steps, so that to stay is seldom fair.
        for (unsigned g = 1; g < 64; ++g) repeated |= (groups >> kind[g] & 1) << g;
        groups = repeated | 1;
      }
    GraphRequest request;
    request.groups = ~StepGroups{0};
    request.predicates = predicates_of(names);
    const Explored explored(std::move(table), request);
    BOOST_TEST(difference(explored) == "");
    const StepGroups strong = (round % 4 == 0 ? random() : random() | random()) & ~StepGroups{1};
    const auto question =
        make_question(random_formula(1 + random() % 5, names, random), {~strong, strong, 0}, {}, 0);
    if (!question) continue;
    const FairRun found = ask(explored, *question, 1);
    check(explored, *question, faults(explored, *question, found, seen));
    check(explored, *question, same(found, ask(explored, *question, 2)));
  }
  BOOST_TEST_MESSAGE(seen.text());
  BOOST_TEST(seen.cycles * share >= 80U);
  if (share == 1) BOOST_TEST(seen.split >= 5U);  // rare
}

// Whenever it is stopped, the search says so, or what it says is the same.
BOOST_AUTO_TEST_CASE(stopped_at_every_call) {
  std::mt19937_64 random(14);
  std::size_t undecided = 0;
  std::size_t cycles = 0;
  for (std::size_t round = 0; round < 200 / share; ++round) {
    const std::vector<std::string> names = random_atoms(random);
    const Explored explored = small_table(names, random);
    const auto question = small_question(explored, names, random);
    if (!question) continue;
    const FairRun whole = ask(explored, *question, 1);
    cycles += whole.lasso && !whole.lasso->stays() ? 1 : 0;
    for (std::size_t most = 0;; ++most) {
      std::atomic<std::size_t> calls{0};
      const FairRun cut = ask(explored, *question, 1, [&] { return calls.fetch_add(1) >= most; });
      if (cut.decided) check(explored, *question, same(whole, cut));
      undecided += cut.decided ? 0 : 1;
      if (calls.load() <= most) {
        BOOST_TEST(cut.decided);
        break;
      }
      BOOST_REQUIRE(most < 1000U);
    }
  }
  BOOST_TEST_MESSAGE(undecided << " times stopped");
  BOOST_TEST(undecided * share >= 500U);
  BOOST_TEST(cycles * share >= 10U);
}

// However little memory there is, the search says so, or what it says is the same.
BOOST_AUTO_TEST_CASE(without_memory) {
  std::mt19937_64 random(18);
  std::size_t undecided = 0;
  std::size_t decided = 0;
  for (std::size_t round = 0; round < 200 / share; ++round) {
    const std::vector<std::string> names = random_atoms(random);
    const Explored explored = small_table(names, random);
    const auto question = small_question(explored, names, random);
    if (!question) continue;
    for (const std::size_t threads : {1, 2}) {
      const FairRun whole = ask(explored, *question, threads);
      BOOST_TEST(!whole.out_of_memory);
      for (std::size_t memory = 0; memory < 100'000; memory += 1 + memory / 8) {
        const FairRun cut = ask(explored, *question, threads, [] { return false; }, memory);
        BOOST_TEST(cut.decided == !cut.out_of_memory);
        if (cut.decided) check(explored, *question, same(whole, cut));
        ++(cut.decided ? decided : undecided);
      }
      BOOST_TEST(ask(explored, *question, threads, [] { return false; }, 100'000).decided);
    }
  }
  BOOST_TEST_MESSAGE(undecided << " times without memory");
  BOOST_TEST(undecided * share >= 500U);
  BOOST_TEST(decided * share >= 500U);
}

BOOST_AUTO_TEST_SUITE_END()

// Large enough for several workers to take part.
BOOST_AUTO_TEST_SUITE(fair_runs_in_parallel)

// Many small tables in a row. In most of them nothing can go wrong.
BOOST_AUTO_TEST_CASE(long_chains) {
  std::mt19937_64 random(15);
  Seen seen;
  const std::vector<std::string> formulas = {"[]<> p5", "[] (p5 -> <> p40)", "<>[] p5 || []<> p40",
                                             "[]<> p5 -> []<> p40"};
  constexpr std::size_t rounds = share == 1 ? 16 : 6;
  std::size_t undecided = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const StepGroups groups = random_set(5, random);
    const auto question =
        make_question(formulas[round % formulas.size()],
                      {random_subset(groups, random), random_subset(groups, random), 0}, {}, 0);
    std::vector<Table> tables;
    const std::size_t bad = round % 3 == 0 ? 0 : 1 + random() % 3;
    std::size_t found_bad = 0;
    while (tables.size() < 1200) {
      TableShape shape;
      shape.states = 4 + random() % 5;
      shape.ring = true;
      shape.cuts = round % 2 == 0 && random() % 8 == 0;
      shape.groups = groups;
      const Table table = random_table(shape, random);
      // Alone, with the step to the next one missing, it is no worse than in the row.
      const bool is_bad = fair_behaviour(table, question->automaton, question->assumed).exists;
      const bool late = tables.size() > 1000;
      if (is_bad && (!late || found_bad == bad)) continue;
      found_bad += is_bad ? 1 : 0;
      tables.push_back(table);
    }
    GraphRequest request;
    request.groups = groups;
    request.predicates = predicates_of(atoms(question->formula));
    const Explored explored(chain(tables), request, 2);
    const FairRun found = ask(explored, *question, 1);
    BOOST_TEST(difference(explored) == "");
    BOOST_TEST(faults(explored, *question, found, seen) == "", question->text());
    for (const std::size_t threads : {2, 3, 4})
      BOOST_TEST(same(found, ask(explored, *question, threads)) == "", question->text());
    for (const std::size_t most : {0, 1, 5, 20, 60, 150}) {
      std::atomic<std::size_t> calls{0};
      const FairRun cut = ask(explored, *question, 2, [&] { return calls.fetch_add(1) >= most; });
      if (cut.decided) BOOST_TEST(same(found, cut) == "", question->text());
      undecided += cut.decided ? 0 : 1;
    }
  }
  BOOST_TEST_MESSAGE(seen.text() << "; " << undecided << " times stopped");
  BOOST_TEST(seen.none >= 1U);
  BOOST_TEST(seen.stays + seen.cycles >= 2U);
  BOOST_TEST(undecided >= rounds);
}

// The graph is the same for any number of threads, also where the table of states grows within a
// level. Where there is no room for it there is none, and the search ends all the same.
BOOST_AUTO_TEST_CASE(graphs) {
  std::mt19937_64 random(16);
  TableShape shape;
  shape.states = 80'000;
  shape.ring = true;
  shape.cuts = true;
  shape.groups = random_set(20, random);
  shape.of_labels = false;
  GraphRequest request;
  request.groups = shape.groups;
  request.predicates = random_set(20, random);
  request.marks = {random_subset(shape.groups, random), 0, shape.groups};
  Explored explored(random_table(shape, random), request);
  BOOST_TEST(difference(explored) == "");
  const std::size_t graph = explored.graph->bytes();
  const std::size_t states = explored.graph->state_bytes();
  SearchOptions options;
  options.properties = 0;
  options.graph = explored.request;
  for (const std::size_t threads : {1, 2, 4}) {
    options.threads = threads;
    // The limits of others than the last are too small for the graph, of the first for the states.
    for (const std::size_t memory :
         {states / 2, states + graph / 8, states + graph / 2, 2 * (states + graph)}) {
      options.memory = memory;
      const SearchResult found = search(explored.system, options);
      const bool room = memory > states + graph;
      BOOST_TEST((found.graph != nullptr) == room);
      BOOST_TEST((found.stop == Stop::exhausted) == room);
      BOOST_TEST((room || found.stop == Stop::memory));
      BOOST_TEST(found.explored == (memory > states));
      if (found.explored) BOOST_TEST(found.distinct == shape.states);
      if (!found.graph) continue;
      explored.graph = found.graph;
      BOOST_TEST(difference(explored) == "");
    }
  }
  const std::atomic<bool> interrupted{true};
  options.interrupted = &interrupted;
  BOOST_TEST((search(explored.system, options).graph == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(strong_components)

BOOST_AUTO_TEST_CASE(of_random_graphs) {
  std::mt19937_64 random(17);
  for (std::size_t round = 0; round < 4000 / share; ++round) {
    const auto nodes = static_cast<std::uint32_t>(random() % 13);
    std::vector<std::vector<std::uint32_t>> edges(nodes);
    for (std::vector<std::uint32_t>& list : edges)
      for (std::size_t count = random() % 4; count > 0; --count)
        list.push_back(random() % 8 == 0 ? Components::no_node
                                         : static_cast<std::uint32_t>(random() % nodes));
    const Components found = components(
        nodes, [&](std::uint32_t node) { return edges[node].size(); },
        [&](std::uint32_t node, std::size_t k) { return edges[node][k]; });
    std::vector<std::vector<bool>> reach(nodes, std::vector<bool>(nodes));
    for (std::uint32_t i = 0; i < nodes; ++i) {
      reach[i][i] = true;
      for (const std::uint32_t to : edges[i])
        if (to != Components::no_node) reach[i][to] = true;
    }
    for (std::uint32_t k = 0; k < nodes; ++k)
      for (std::uint32_t i = 0; i < nodes; ++i)
        for (std::uint32_t j = 0; j < nodes; ++j)
          if (reach[i][k] && reach[k][j]) reach[i][j] = true;
    BOOST_REQUIRE(found.of.size() == nodes);
    std::vector<std::uint32_t> sizes(found.sizes.size());
    for (std::uint32_t i = 0; i < nodes; ++i) {
      BOOST_REQUIRE(found.of[i] < sizes.size());
      ++sizes[found.of[i]];
      for (std::uint32_t j = 0; j < nodes; ++j) {
        BOOST_TEST((found.of[i] == found.of[j]) == (reach[i][j] && reach[j][i]));
        if (reach[i][j]) BOOST_TEST(found.of[i] >= found.of[j]);
      }
    }
    BOOST_TEST(found.sizes == sizes, boost::test_tools::per_element());
  }
}

// No recursion: a path of a million nodes, and a cycle.
BOOST_AUTO_TEST_CASE(of_a_long_path) {
  constexpr std::uint32_t nodes = 1'000'000 / share;
  for (const bool closed : {false, true}) {
    const Components found = components(
        nodes, [](std::uint32_t) { return 1U; },
        [&](std::uint32_t node, std::size_t) {
          return node + 1 < nodes ? node + 1 : closed ? 0 : Components::no_node;
        });
    BOOST_TEST(found.sizes.size() == (closed ? 1U : nodes));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
