// Sets at an index, pairs and records: against the containers of the standard library, through all
// that states and steps are turned into, and in random models through every kind of search.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>

#include "checker/condition/condition.hpp"
#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/partial_order/reduced_search.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"
#include "checker/report/trace.hpp"
#include "checker/symmetry/symmetric_search.hpp"
#include "checker/vocabulary/channels.hpp"
#include "tests/checker/random_containers.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catalogue_cases.hpp"

namespace synod::test {
namespace {

struct Vote {
  int term;
  int value;
  bool operator==(const Vote&) const = default;
};

/// Every kind of container, with indices of several kinds, behind a cell that shifts them.
template <class Mode>
struct Shelf : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Process = integers("process", 2, 5);
  const Domain Color = enumeration("color", {"red", "green", "blue"});
  const Domain Term = integers("term", -1, 3);
  Scalar<Mode> before{*this, "before", Term};
  Set<Mode> one{*this, "one", Process};
  Sets<Mode> sets{*this, "sets", Process, Process};
  Sets<Mode> grid{*this, "grid", {Process, Color}, Process};
  Map<Mode> link{*this, "link", pairs(Process), Term};
  Map<Mode> colored{*this, "colored", {Color, pairs(Process)}, Term};
  Map<Mode, Vote> vote{*this, "vote", Process, {{"term", Term}, {"value", Color}}};
  Scalar<Mode, Vote> best{*this, "best", {{"term", Term}, {"value", Color}}};
  Map<Mode> matrix{*this, "matrix", {Process, Color}, Term};
  void Next() {}
};

using Members = std::set<int>;

/// The same shelf in std containers.
struct PlainShelf {
  Members one;
  std::map<int, Members> sets;
  std::map<std::pair<int, int>, Members> grid;
  std::map<std::pair<int, int>, int> link;
  std::map<std::tuple<int, int, int>, int> colored;
  std::map<int, std::pair<int, int>> vote;
  std::pair<int, int> best{-1, 0};
  std::map<std::pair<int, int>, int> matrix;

  PlainShelf() {
    for (int p = 2; p <= 5; ++p) {
      sets[p] = {};
      vote[p] = {-1, 0};
      for (int c = 0; c < 3; ++c) {
        grid[{p, c}] = {};
        matrix[{p, c}] = -1;
      }
      for (int q = 2; q <= 5; ++q) {
        if (p == q) continue;
        link[{p, q}] = -1;
        for (int c = 0; c < 3; ++c) colored[{c, p, q}] = -1;
      }
    }
  }
};

template <SetLike Set>
Members listed(const Set& set) {
  Members result;
  for (const int member : set) result.insert(member);
  return result;
}

/// Both hold the same.
template <class Mode>
std::string difference(const Shelf<Mode>& shelf, const PlainShelf& plain) {
  std::string text;
  const auto compare = [&](bool same, const char* what) {
    if (!same) text += fmt::format(" {}", what);
  };
  compare(listed(shelf.one) == plain.one, "one");
  compare(shelf.best->term == plain.best.first && shelf.best->value == plain.best.second, "best");
  for (const int p : shelf.Process) {
    compare(listed(shelf.sets[p]) == plain.sets.at(p), "sets");
    compare(shelf.vote[p] == Vote{plain.vote.at(p).first, plain.vote.at(p).second}, "vote");
    for (const int c : shelf.Color) {
      compare(listed(shelf.grid(p, c)) == plain.grid.at({p, c}), "grid");
      compare(shelf.matrix[p][c] == plain.matrix.at({p, c}), "matrix");
    }
    for (const int q : shelf.Process) {
      if (p == q) continue;
      compare(shelf.link(p, q) == plain.link.at({p, q}), "link");
      for (const int c : shelf.Color)
        compare(shelf.colored[c][p][q] == plain.colored.at({c, p, q}), "colored");
    }
  }
  return text;
}

/// What sets say of each other.
template <class A, class B>
bool agree(const A& a, const Members& plain_a, const B& b, const Members& plain_b) {
  Members all = plain_a;
  all.insert(plain_b.begin(), plain_b.end());
  Members common;
  Members rest;
  for (const int member : plain_a) (plain_b.contains(member) ? common : rest).insert(member);
  const auto even = [](int member) { return member % 2 == 0; };
  const auto evens = std::count_if(plain_a.begin(), plain_a.end(), even);
  return listed(a | b) == all && listed(a & b) == common && listed(a - b) == rest &&
         (a <= b) == rest.empty() && (a == b) == (plain_a == plain_b) &&
         (a != b) == (plain_a != plain_b) && a.size() == static_cast<int>(plain_a.size()) &&
         a.empty() == plain_a.empty() && a.full() == (plain_a.size() == 4) &&
         a.count(even) == evens && a.any(even) == (evens != 0) &&
         a.all(even) == (evens == a.size());
}

/// Who and what a random change is about; `other` is another process than p.
struct Change {
  int p, q, other, color, term;
};

template <class Mode>
void change_sets(Shelf<Mode>& shelf, PlainShelf& plain, int which, const Change& to) {
  const auto [p, q, other, c, term] = to;
  Members& own = plain.sets[p];
  Members& grid = plain.grid[{p, c}];
  switch (which) {
    case 0:
      shelf.sets[p].insert(q);
      own.insert(q);
      break;
    case 1:
      shelf.sets[p].remove(q);
      own.erase(q);
      break;
    case 2:
      shelf.sets[p] = shelf.sets[other];
      own = plain.sets[other];
      break;
    case 3:
      shelf.sets[p] = shelf.one;
      own = plain.one;
      break;
    case 4:
      shelf.one = shelf.sets[p] | shelf.grid[p][c];
      plain.one = own;
      plain.one.insert(grid.begin(), grid.end());
      break;
    case 5:
      shelf.grid[p][c] = set_of(shelf.Process, [q = q](int r) { return r > q; });
      grid.clear();
      for (int r = q + 1; r <= 5; ++r) grid.insert(r);
      break;
    case 6:
      shelf.grid(p, c) = shelf.one.without(q).with(p);
      grid = plain.one;
      grid.erase(q);
      grid.insert(p);
      break;
    case 7:
      shelf.sets[p].clear();
      own = {};
      break;
    default: shelf.one = {}; plain.one = {};
  }
}

template <class Mode>
void change_values(Shelf<Mode>& shelf, PlainShelf& plain, int which, const Change& to) {
  const auto [p, q, other, c, term] = to;
  switch (which) {
    case 0:
      shelf.link(p, other) = term;
      plain.link[{p, other}] = term;
      break;
    case 1:
      shelf.colored[c][p][other] = term;
      plain.colored[{c, p, other}] = term;
      break;
    case 2:
      shelf.vote[p] = {term, c};
      plain.vote[p] = {term, c};
      break;
    case 3:
      shelf.vote[p] = shelf.vote[q];
      plain.vote[p] = plain.vote[q];
      break;
    case 4:
      shelf.best = shelf.vote[p];
      plain.best = plain.vote[p];
      break;
    case 5:
      shelf.matrix[p][c] = std::max(shelf.matrix[q][c], term);
      plain.matrix[{p, c}] = std::max(plain.matrix[{q, c}], term);
      break;
    case 6:
      if (plain.matrix[{p, c}] == 3) break;
      shelf.matrix[p][c]++;
      ++plain.matrix[{p, c}];
      break;
    case 7:
      shelf.vote[p]->term = term;
      plain.vote[p].first = term;
      break;
    default: shelf.best->value = c; plain.best.second = c;
  }
}

template <class Mode>
void compare_with_std(unsigned seed) {
  Shelf<Mode> shelf(Parameters{}, {});
  PlainShelf plain;
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int step = 0; step < 3000; ++step) {
    const int p = 2 + below(4);
    const Change to{p, 2 + below(4), 2 + (p - 1 + below(3)) % 4, below(3), below(5) - 1};
    if (below(2) == 0)
      change_sets(shelf, plain, below(9), to);
    else
      change_values(shelf, plain, below(9), to);
    BOOST_REQUIRE_MESSAGE(difference(shelf, plain).empty(), difference(shelf, plain));
    const Shelf<Mode>& read = shelf;
    const Members& own = plain.sets[p];
    BOOST_REQUIRE(agree(read.sets[p], own, read.sets[to.q], plain.sets[to.q]));
    BOOST_REQUIRE(agree(shelf.sets[p], own, shelf.one, plain.one));
    BOOST_REQUIRE(
        agree(read.one, plain.one, read.grid(p, to.color).value(), (plain.grid[{p, to.color}])));
  }
}

/// What a variable cannot hold, and indices that it does not have.
template <class Mode>
void check_ranges() {
  Shelf<Mode> shelf(Parameters{}, {});
  for (const int outsider : {1, 6, 70, -1}) {
    BOOST_CHECK_THROW(shelf.sets[outsider].insert(2), RangeError);
    BOOST_CHECK_THROW(shelf.sets[2].insert(outsider), RangeError);
    BOOST_CHECK_THROW(shelf.sets[2] = shelf.one.with(outsider), RangeError);
    BOOST_CHECK_THROW(shelf.one = set_of(shelf.Process).with(outsider), RangeError);
    BOOST_CHECK_THROW(shelf.link(2, outsider) = 0, RangeError);
    BOOST_TEST(!shelf.one.value().contains(outsider));
    BOOST_TEST(!(shelf.one.with(outsider) == shelf.one));
  }
  BOOST_CHECK_THROW(shelf.one = set_of(integers("another", 0, 3)), RangeError);
  BOOST_CHECK_THROW(shelf.one = shelf.one | set_of(integers("another", 0, 3)), RangeError);
  BOOST_CHECK_THROW(shelf.link(3, 3) = 0, RangeError);
  BOOST_CHECK_THROW(static_cast<void>(static_cast<int>(shelf.link[3][3])), RangeError);
  BOOST_CHECK_THROW(shelf.colored(0, 3, 3) = 0, RangeError);
  BOOST_CHECK_THROW((shelf.vote[2] = {4, 0}), RangeError);
  BOOST_CHECK_THROW((shelf.vote[2] = {0, 3}), RangeError);
  BOOST_CHECK_THROW(shelf.vote[2]->term = 4, RangeError);
  BOOST_CHECK_THROW(shelf.best->value = -1, RangeError);
  BOOST_CHECK_THROW(static_cast<void>(shelf.vote[6] == shelf.vote[2]), RangeError);
  BOOST_CHECK_THROW((shelf.best = {-2, 0}), RangeError);
  // Too few or too many indices are a mistake of the model.
  BOOST_CHECK_THROW(static_cast<void>(static_cast<int>(shelf.link[3])), VocabularyError);
  BOOST_CHECK_THROW(shelf.link(2, 3, 4) = 0, VocabularyError);
  BOOST_CHECK_THROW(static_cast<void>(static_cast<int>(shelf.matrix[3])), VocabularyError);
  BOOST_CHECK_THROW(shelf.grid[2].insert(2), VocabularyError);
  BOOST_TEST((difference(shelf, PlainShelf{}) == " best") ==
             (shelf.best->term != -1 || shelf.best->value != 0));
}

/// A declaration that could mean something else.
template <int which>
struct Misdeclared {
  template <class Mode>
  struct Model : Machine<Mode> {
    explicit Model() : Machine<Mode>(Parameters{}) {
      const Domain process = integers("process", 0, 2);
      if (which == 0) Map<Mode>(*this, "x", process, subsets(process));
      if (which == 1) Map<Mode>(*this, "x", process, pairs(process));
      if (which == 2) Set<Mode>(*this, "x", pairs(process));
      if (which == 3) Map<Mode>(*this, "x", subsets(process), process);
      if (which == 4) Message<Mode>(*this, "msgs", "x", {{"ends", pairs(process)}});
      if (which == 5) Map<Mode, Vote>(*this, "x", process, {{"term", process}});
      if (which == 6)
        Map<Mode, Vote>(*this, "x", process, {{"a", process}, {"b", subsets(process)}});
    }
  };
};
template <int which>
std::string said() {
  try {
    const typename Misdeclared<which>::template Model<Observe> model;
  } catch (const VocabularyError& error) {
    return error.what();
  }
  return "nothing";
}

std::unique_ptr<ModelInstance> containers(int seed, int processes) {
  return containers_system().instantiate(containers_parameters(seed, processes), {});
}

SearchOptions for_safety(const ModelInstance& model, std::size_t threads) {
  SearchOptions options;
  options.threads = threads;
  options.properties = without_graph(model);
  return options;
}

/// How a search of all states differs from what the reference found.
std::string difference(const ContainersTruth& truth, const SearchResult& found) {
  std::string text;
  const auto compare = [&](const char* what, const auto& wanted, const auto& got) {
    if (wanted != got) text += fmt::format(" {}: expected {}, found {};", what, wanted, got);
  };
  compare("apart", truth.apart, found.properties[0].depth.value_or(0));
  const bool whole = truth.apart == 0;  // a violation ends the search
  if (!whole) return text;
  compare("all up", truth.all_up, found.properties[1].depth.value_or(0));
  compare("distinct", truth.distinct, found.distinct);
  compare("generated", truth.generated, found.generated);
  compare("levels", truth.levels, found.levels);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(containers_of_members)

BOOST_AUTO_TEST_CASE(they_hold_what_std_containers_hold) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    compare_with_std<Search>(seed);
    compare_with_std<Mutate>(seed);
    compare_with_std<Observe>(seed);
  }
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_is_refused) {
  check_ranges<Search>();
  check_ranges<Mutate>();
  check_ranges<Observe>();
}

BOOST_AUTO_TEST_CASE(declarations_that_could_mean_something_else_are_refused) {
  BOOST_TEST(said<0>() == "x: a variable that holds sets is a Set or Sets");
  BOOST_TEST(said<1>() == "x: pairs are an index or two arguments, not a value");
  BOOST_TEST(said<2>() == said<1>());
  BOOST_TEST(said<3>() == "x: a set as an index");
  BOOST_TEST(said<4>() == said<1>());
  BOOST_TEST(said<5>() == "x: used with 2 indices or fields, declared with 1");
  BOOST_TEST(said<6>() == said<0>());
}

// No bit for a process and itself; of a record each field has its own.
BOOST_AUTO_TEST_CASE(no_bit_is_wasted) {
  const Shelf<Search> shelf(Parameters{}, {});
  std::map<std::string, std::size_t> bits;
  for (const VariableInfo& variable : shelf.variables())
    bits[variable.name] = variable.cells * variable.bits;
  BOOST_TEST(bits["one"] == 4U);
  BOOST_TEST(bits["sets"] == 16U);
  BOOST_TEST(bits["grid"] == 48U);
  BOOST_TEST(bits["link"] == 12U * 3U);
  BOOST_TEST(bits["colored"] == 36U * 3U);
  BOOST_TEST(bits["vote"] == 4U * (3U + 2U));
  BOOST_TEST(bits["best"] == 5U);
}

// A member is asked for by its bit alone: what is said of another is independent of it.
BOOST_AUTO_TEST_CASE(footprints_are_of_members) {
  Shelf<Observe> shelf(Parameters{}, {});
  const auto& variables = shelf.variables();
  const auto first_cell = [&](const std::string& name) {
    return std::find_if(variables.begin(), variables.end(),
                        [&](const VariableInfo& variable) { return variable.name == name; })
        ->first_cell;
  };
  Footprint footprint;
  {
    const Observation observation(shelf.memory(), &footprint);
    BOOST_TEST(!std::as_const(shelf).sets[3].contains(5));
    shelf.sets[4].insert(2);
    BOOST_TEST(static_cast<int>(shelf.link(2, 4)) == -1);
    BOOST_TEST(shelf.vote[5].value == 0);
  }
  const std::vector<std::string> lines = {"sets[3] has no 5", "link[2, 4] = -1",
                                          "vote[5] = (term -1, value red)"};
  BOOST_TEST(read_lines(variables, footprint, shelf.memory().cells()) == lines,
             boost::test_tools::per_element());
  const std::size_t sets = first_cell("sets");
  const std::size_t link = first_cell("link");
  const std::size_t vote = first_cell("vote");
  for (std::size_t cell = 0; cell < shelf.cell_count(); ++cell) {
    const std::uint64_t read = cell == sets + 1   ? 8
                               : cell == link + 1 ? 7
                               : cell == vote + 3 ? 31
                                                  : 0;
    BOOST_TEST(footprint.reads[cell] == read);
    BOOST_TEST(footprint.writes[cell] == (cell == sets + 2 ? 1U : 0U));
  }
}

// State text, changes, what an action read, and steps, as people read them.
BOOST_AUTO_TEST_CASE(they_are_shown_as_people_write_them) {
  const auto model = containers(0, 3);
  const auto observer = model->observer();
  const auto& variables = observer->variables();
  const Cells before = observer->initial().front();
  const std::vector<std::string> lines = {
      "up = {}", "heard = [p1: {}, p2: {}, p3: {}]",
      "link = [(p1, p2): 0, (p1, p3): 0, (p2, p1): 0, (p2, p3): 0, (p3, p1): 0, (p3, p2): 0]",
      "vote = [p1: (from None, ballot 0), p2: (from None, ballot 0), p3: (from None, ballot 0)]",
      "msgs = {}"};
  BOOST_TEST(state_lines(variables, before) == lines, boost::test_tools::per_element());
  Cells after = before;
  const auto cell = [&](const std::string& name, std::size_t at) -> std::uint64_t& {
    for (const VariableInfo& variable : variables)
      if (variable.name == name) return after[variable.first_cell + at];
    throw ModelError(name);
  };
  cell("heard", 1) = 5;
  cell("link", 3) = 1;
  cell("vote", 2) = 2 | 1 << 2;  // from p2, in ballot 1
  cell("msgs", 0) = std::uint64_t{1} << 11;
  const std::vector<std::string> changes = {
      "heard[p2]: + p1", "heard[p2]: + p3", "link[p2, p3]: 0 -> 1",
      "vote[p3]: (from None, ballot 0) -> (from p2, ballot 1)",
      "msgs: + Report(from p2, seen {p1, p2})"};
  BOOST_TEST(change_lines(variables, before, after) == changes, boost::test_tools::per_element());
  std::set<std::string> steps;
  for (const ActionInfo& action : observer->actions())
    for (std::uint32_t i = 0; i < action.labels; ++i) {
      const std::string step = step_text(*observer, before, action.first_label + i);
      BOOST_TEST(steps.insert(step).second, step);
      BOOST_TEST(parse_step(*observer, before, step) == action.first_label + i);
    }
  BOOST_TEST(steps.size() == 3U * 2 + 6 * 2 + 3 * 8 * 2);
  for (const char* const step :
       {"Alone(p1, 1)", "Between(p3, p2, 0)", "Given(p2, {}, 1)", "Given(p2, {p1, p3}, 0)"})
    BOOST_TEST(steps.contains(step), step);
  BOOST_CHECK_THROW(parse_step(*observer, before, "Between(p2, p2, 0)"), InputError);
  BOOST_CHECK_THROW(parse_step(*observer, before, "Given(p2, {p3, p1}, 0)"), InputError);
}

// Conditions speak of sets at an index; the rest is refused where it stands.
BOOST_AUTO_TEST_CASE(conditions_are_over_sets_at_an_index) {
  const auto model = containers(0, 3);
  const auto observer = model->observer();
  const auto vocabulary = std::make_shared<const Vocabulary>(Vocabulary{observer->variables(), {}});
  std::mt19937_64 random(7);
  for (int i = 0; i < 50; ++i) {
    const Cells state = random_cells(observer->variables(), random);
    const std::uint64_t heard = state[1];  // of p1; `up` is cell 0
    const auto holds = [&](const char* text) {
      return parse_condition(text, vocabulary).holds(state);
    };
    BOOST_TEST(holds("p2 \\in heard[p1]") == ((heard & 2) != 0));
    BOOST_TEST(holds("|heard[p1]| = 2") == (std::popcount(heard) == 2));
  }
  const auto refused = [&](const char* text) {
    try {
      parse_condition(text, vocabulary);
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  const auto says = [&](const char* text, const char* what) {
    BOOST_TEST((refused(text).find(what) != std::string::npos), refused(text));
  };
  says("Report(from p1, seen 3)", "seen is a set, which a condition cannot give");
}

// Of a pair each process is one of the arguments.
BOOST_AUTO_TEST_CASE(fairness_is_of_the_members_of_a_pair) {
  const auto observer = containers(0, 3)->observer();
  const auto groups = [&](const std::string& assumption) {
    std::vector<std::string> texts;
    const Fairness fairness({assumption}, *observer);
    for (const Fairness::Group& group : fairness.groups()) texts.push_back(group.text);
    return texts;
  };
  const std::vector<std::string> by_first = {
      "WF(Between by process=p1)", "WF(Between by process=p2)", "WF(Between by process=p3)"};
  BOOST_TEST(groups("WF(Between by process)") == by_first, boost::test_tools::per_element());
  BOOST_TEST(groups("SF(Between by process process)").size() == 9U);
  BOOST_TEST(groups("SF(Given by process)").size() == 3U);
  BOOST_TEST(groups("WF(Between(p1, p3, *))").size() == 1U);
  BOOST_CHECK_THROW(groups("WF(Between(p1, *))"), InputError);
  BOOST_CHECK_THROW(groups("SF(Given by process process)"), InputError);
}

BOOST_AUTO_TEST_CASE(traces_are_written_read_back_and_replayed) {
  std::mt19937_64 random(3);
  for (int seed = 0; seed < 40; ++seed) {
    const auto model = containers(seed, 2 + seed % 3);
    const auto observer = model->observer();
    Trace trace;
    trace.protocol = "containers";
    trace.parameters = {{"seed", std::to_string(seed)},
                        {"processes", std::to_string(2 + seed % 3)}};
    trace.property = "";
    trace.states = observer->initial();
    for (int step = 0; step < 12; ++step) {
      const auto next = observer->successors(trace.states.back(), nullptr);
      if (next.empty()) break;
      const auto& chosen = next[random() % next.size()];
      trace.actions.push_back(step_text(*observer, trace.states.back(), chosen.label));
      trace.states.push_back(chosen.state);
    }
    const std::string text = write_itf(trace, observer->variables());
    const LoadedTrace loaded = read_itf(text, "trace", {containers_system()});
    BOOST_TEST((loaded.trace.states == trace.states));
    const Replay replayed = replay(*loaded.model->observer(), loaded.trace);
    BOOST_TEST(replayed.valid, replayed.reason);
    // Any state at all, reachable or not.
    trace.actions.clear();
    trace.states.clear();
    for (int i = 0; i < 10; ++i) {
      trace.states.push_back(random_cells(observer->variables(), random));
      if (i > 0) trace.actions.emplace_back("Any");
    }
    const LoadedTrace any =
        read_itf(write_itf(trace, observer->variables()), "trace", {containers_system()});
    BOOST_TEST((any.trace.states == trace.states));
    for (const Cells& state : trace.states)
      BOOST_TEST((model->unpack(model->pack(state).data()) == state));
  }
}

// As TLA+ has them: a function over pairs, sets, records.
BOOST_AUTO_TEST_CASE(traces_are_those_of_tla) {
  const auto observer = containers(0, 2)->observer();
  Trace trace;
  trace.protocol = "containers";
  trace.states = observer->initial();
  Cells& state = trace.states.front();
  for (const VariableInfo& variable : observer->variables()) {
    if (variable.name == "heard") state[variable.first_cell] = 3;
    if (variable.name == "msgs") state[variable.first_cell] = 1 << 3;
  }
  std::string text = write_itf(trace, observer->variables());
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  for (const char* const part :
       {R"("heard":{"#map":[["p1",{"#set":["p1","p2"]}],["p2",{"#set":[]}]]})",
        R"({"#tup":["p1","p2"]})", R"(["p1",{"from":"None","ballot":)",
        R"({"type":"Report","from":"p1","seen":{"#set":["p1","p2"]}})"})
    BOOST_TEST((text.find(part) != std::string::npos), part << " is not in " << text);
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    BOOST_CHECK_THROW(read_itf(changed, "trace", {containers_system()}), InputError);
  };
  refused(R"({"#tup":["p1","p2"]})", R"({"#tup":["p1","p1"]})");
  refused(R"({"#tup":["p1","p2"]})", R"({"#tup":["p1"]})");
  refused(R"({"#tup":["p1","p2"]})", R"("p1")");
  refused(R"("seen":{"#set":["p1","p2"]})", R"("seen":{"#set":["p1","p1"]})");
  refused(R"("seen":{"#set":["p1","p2"]})", R"("seen":3)");
  refused(R"({"from":"None","ballot":)", R"({"from":"None","ballots":)");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(random_containers)

// The search, the reference checker and a search over std::set and std::map that shares nothing
// with either; and every reduction, whose counts or verdicts follow from these.
BOOST_AUTO_TEST_CASE(random_programs_agree) {
  std::size_t compared = 0;
  std::size_t violated = 0;
  std::size_t reached = 0;
  std::size_t smaller = 0;
  for (int seed = 0; seed < 160; ++seed) {
    const int processes = 2 + seed % 2;
    const ContainersTruth truth = containers_truth(seed, processes, 400);
    if (truth.too_large || truth.distinct < 3) continue;
    const auto model = containers(seed, processes);
    ++compared;
    violated += truth.apart != 0 ? 1 : 0;
    reached += truth.all_up != 0 && truth.apart == 0 ? 1 : 0;
    BOOST_TEST_CONTEXT("seed " << seed << ", " << processes << " processes") {
      const SearchOptions options = for_safety(*model, 1 + static_cast<std::size_t>(seed) / 2 % 2);
      const SearchResult all = search(*model, options);
      BOOST_TEST(difference(truth, all) == "");
      const SearchResult orbits = search_up_to_symmetry(*model, options).result;
      BOOST_TEST(differences_up_to_symmetry(*model, all, orbits) == "");
      if (truth.apart == 0) BOOST_TEST(orbits.distinct == truth.orbits);
      smaller += orbits.distinct < all.distinct ? 1 : 0;
      if (compared % 4 != 0) continue;  // these take longer
      const SearchResult reduced = search_by_partial_order(*model, options).result;
      BOOST_TEST(differences_by_partial_order(*model, all, reduced) == "");
      BOOST_TEST(disagreement(*model, {}, {2}) == "");
    }
  }
  BOOST_TEST(compared >= 60U);
  BOOST_TEST(violated >= 5U);
  BOOST_TEST(reached >= 5U);
  BOOST_TEST(smaller >= 30U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
