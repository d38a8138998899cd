// Formulas: how they are read and written, what they mean, and that their automata mean the same.
#include "checker/liveness/ltl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <random>
#include <set>

#include "checker/liveness/automaton.hpp"

namespace synod::test {
namespace {

#ifdef SYNOD_SANITIZED
constexpr std::size_t share = 20;  // of the formulas, one in so many
#else
constexpr std::size_t share = 1;
#endif

using Letters = std::vector<std::uint64_t>;

const std::vector<std::string> names = {"p", "q", "r"};

/// A random formula of so many names, constants and operators.
Formula random_formula(std::mt19937_64& random, std::size_t size, std::size_t atoms) {
  constexpr std::array<Operator, 3> unary = {Operator::negation, Operator::always,
                                             Operator::eventually};
  constexpr std::array<Operator, 8> binary = {
      Operator::conjunction, Operator::disjunction, Operator::implication, Operator::equivalence,
      Operator::until,       Operator::release,     Operator::weak_until,  Operator::leads_to};
  if (size <= 1) {
    if (random() % 16 == 0) return Formula::constant(random() % 2 == 0);
    return Formula::atom(names[random() % atoms]);
  }
  if (size == 2 || random() % 5 < 2)
    return {unary[random() % unary.size()], random_formula(random, size - 1, atoms)};
  const std::size_t left_size = 1 + random() % (size - 2);
  Formula left = random_formula(random, left_size, atoms);
  return {binary[random() % binary.size()], std::move(left),
          random_formula(random, size - 1 - left_size, atoms)};
}

Formula negation(const Formula& formula) { return {Operator::negation, formula}; }

/// Runs check(positions, loop) on every lasso of at most so many positions.
template <typename Check>
void for_each_lasso(std::size_t atoms, std::size_t most_positions, const Check& check) {
  for (std::size_t size = 1; size <= most_positions; ++size) {
    for (std::uint64_t all = 0; all < std::uint64_t{1} << (size * atoms); ++all) {
      Letters positions;
      for (std::size_t i = 0; i < size; ++i)
        positions.push_back(all >> (i * atoms) & ((std::uint64_t{1} << atoms) - 1));
      for (std::size_t loop = 0; loop < size; ++loop) check(positions, loop);
    }
  }
}

std::string lasso_text(const Letters& positions, std::size_t loop) {
  return fmt::format("[{}] back to {}", fmt::join(positions, " "), loop);
}

/// The meaning of a formula once more, by its quantifiers: "at some point", "at all points before".
/// Every point of the lasso is among as many points of the word as it has positions.
class Quantified {
 public:
  Quantified(const Letters& positions, std::size_t loop) : positions_(positions), loop_(loop) {}

  bool holds(const Formula& formula, std::size_t i) const {
    const auto left = [&](std::size_t at) { return holds(formula.left(), at); };
    const auto right = [&](std::size_t at) { return holds(formula.right(), at); };
    switch (formula.op()) {
      case Operator::truth: return true;
      case Operator::falsity: return false;
      case Operator::atom: {
        const auto bit = std::find(names.begin(), names.end(), formula.name()) - names.begin();
        return (letter(i) >> bit & 1) != 0;
      }
      case Operator::negation: return !left(i);
      case Operator::conjunction: return left(i) && right(i);
      case Operator::disjunction: return left(i) || right(i);
      case Operator::implication: return !left(i) || right(i);
      case Operator::equivalence: return left(i) == right(i);
      case Operator::always: return throughout(i, end(i), left);
      case Operator::eventually: return first(i, left).has_value();
      case Operator::until: return first(i, right) && throughout(i, *first(i, right), left);
      case Operator::weak_until: return throughout(i, first(i, right).value_or(end(i)), left);
      case Operator::release: {
        const auto released = first(i, left);
        return throughout(i, released ? *released + 1 : end(i), right);
      }
      case Operator::leads_to:
        return throughout(
            i, end(i), [&](std::size_t at) { return !left(at) || first(at, right).has_value(); });
    }
    return false;
  }

 private:
  std::uint64_t letter(std::size_t i) const {
    if (i >= positions_.size()) i = loop_ + (i - loop_) % (positions_.size() - loop_);
    return positions_[i];
  }
  std::size_t end(std::size_t i) const { return i + positions_.size(); }
  template <typename Holds>
  static bool throughout(std::size_t begin, std::size_t end, const Holds& holds) {
    for (std::size_t i = begin; i < end; ++i)
      if (!holds(i)) return false;
    return true;
  }
  template <typename Holds>
  std::optional<std::size_t> first(std::size_t begin, const Holds& holds) const {
    for (std::size_t i = begin; i < end(begin); ++i)
      if (holds(i)) return i;
    return std::nullopt;
  }

  const Letters& positions_;
  std::size_t loop_;
};

/// Which lassos an automaton of at most 64 states accepts. A set of the nodes of the product has
/// the states at each position; the nodes with an accepting run are the greatest set from each of
/// which one step, and then a path within the set, leads to each acceptance set. Emerson, Lei,
/// "Modalities for Model Checking", Science of Computer Programming 8(3), 1987.
class Acceptance {
 public:
  explicit Acceptance(const Automaton& automaton)
      : before_(automaton.states.size(), 0), accepting_(automaton.acceptance_sets, 0) {
    BOOST_REQUIRE(automaton.states.size() <= 64);
    for (std::size_t i = 0; i < automaton.states.size(); ++i) {
      const Automaton::State& state = automaton.states[i];
      const std::uint64_t bit = std::uint64_t{1} << i;
      for (std::uint64_t letter = 0; letter < reading_.size(); ++letter)
        if (state.reads(letter)) reading_[letter] |= bit;
      for (const std::uint32_t to : state.successors) before_[to] |= bit;
      for (unsigned set = 0; set < automaton.acceptance_sets; ++set)
        if ((state.accepting >> set & 1) != 0) accepting_[set] |= bit;
    }
    for (const std::uint32_t state : automaton.initial) initial_ |= std::uint64_t{1} << state;
    if (accepting_.empty()) accepting_.push_back(~std::uint64_t{0});
  }

  bool accepts(const Letters& positions, std::size_t loop) const {
    Letters nodes;
    for (const std::uint64_t letter : positions) nodes.push_back(reading_[letter]);
    for (Letters before; before != nodes;) {
      before = nodes;
      for (const std::uint64_t accepting : accepting_) {
        Letters goals = nodes;
        for (std::uint64_t& states : goals) states &= accepting;
        nodes = one_step_before(reaching(goals, nodes, loop), nodes, loop);
      }
    }
    return (nodes[0] & initial_) != 0;
  }

 private:
  Letters one_step_before(const Letters& goals, const Letters& within, std::size_t loop) const {
    Letters result(goals.size(), 0);
    for (std::size_t i = 0; i < goals.size(); ++i) {
      std::uint64_t states = goals[i + 1 < goals.size() ? i + 1 : loop];
      for (; states != 0; states &= states - 1)
        result[i] |= before_[static_cast<std::size_t>(__builtin_ctzll(states))];
      result[i] &= within[i];
    }
    return result;
  }
  Letters reaching(Letters goals, const Letters& within, std::size_t loop) const {
    for (Letters before; before != goals;) {
      before = goals;
      const Letters more = one_step_before(goals, within, loop);
      for (std::size_t i = 0; i < goals.size(); ++i) goals[i] |= more[i];
    }
    return goals;
  }

  std::array<std::uint64_t, 8> reading_{};  ///< by letter
  Letters before_;
  Letters accepting_;
  std::uint64_t initial_ = 0;
};

/// What is wrong with an automaton as such.
std::string faults(const Automaton& automaton) {
  std::string text;
  std::set<std::uint32_t> reached(automaton.initial.begin(), automaton.initial.end());
  const auto ascends = [&](const std::vector<std::uint32_t>& states) {
    for (std::size_t i = 0; i < states.size(); ++i)
      if (states[i] >= automaton.states.size() || (i > 0 && states[i - 1] >= states[i]))
        return false;
    return true;
  };
  if (!ascends(automaton.initial)) text += " the initial states do not ascend;";
  for (std::size_t i = 0; i < automaton.states.size(); ++i) {
    const Automaton::State& state = automaton.states[i];
    reached.insert(state.successors.begin(), state.successors.end());
    if ((state.needs & state.excludes) != 0) text += fmt::format(" {} contradicts itself;", i);
    if (state.successors.empty()) text += fmt::format(" {} has no successors;", i);
    if (!ascends(state.successors)) text += fmt::format(" the successors of {} do not ascend;", i);
    if (automaton.acceptance_sets < 64 && state.accepting >> automaton.acceptance_sets != 0)
      text += fmt::format(" {} is in sets that do not exist;", i);
    if (std::count(automaton.states.begin(), automaton.states.end(), state) != 1)
      text += fmt::format(" {} exists twice;", i);
  }
  if (reached.size() != automaton.states.size()) text += " not all states are reached;";
  return text;
}

/// Compares automata with the meaning of their formulas, and counts.
class Comparison {
 public:
  /// The formula and its negation, on all lassos.
  void compare(const Formula& formula, std::size_t atoms, std::size_t most_positions) {
    // All atoms are there, in order, or letters would mean something else for every formula.
    Formula all = Formula::atom(names[0]);
    for (std::size_t i = 1; i < atoms; ++i)
      all = Formula(Operator::conjunction, all, Formula::atom(names[i]));
    const Formula same(Operator::conjunction,
                       Formula(Operator::disjunction, all, Formula::constant(true)), formula);
    const std::array<Acceptance, 2> automata = {acceptance(same), acceptance(negation(same))};
    for_each_lasso(atoms, most_positions, [&](const Letters& positions, std::size_t loop) {
      const bool holds = holds_on_lasso(formula, names, positions, loop);
      ++lassos_;
      if (automata[0].accepts(positions, loop) != holds) wrong(formula, positions, loop);
      if (automata[1].accepts(positions, loop) == holds) wrong(negation(formula), positions, loop);
    });
    formulas_ += 2;
  }

  void report() const {
    BOOST_TEST_MESSAGE(
        fmt::format("{} formulas, {} lassos accepted or not, at most {} states and {} acceptance "
                    "sets, {} states "
                    "on average",
                    formulas_, 2 * lassos_, most_states_, most_sets_,
                    static_cast<double>(states_) / static_cast<double>(formulas_)));
  }

 private:
  Acceptance acceptance(const Formula& formula) {
    const Automaton automaton = translate(formula);
    BOOST_TEST(faults(automaton) == "", text(formula) << ":" << faults(automaton));
    most_states_ = std::max(most_states_, automaton.states.size());
    most_sets_ = std::max(most_sets_, automaton.acceptance_sets);
    states_ += automaton.states.size();
    return Acceptance(automaton);
  }

  static void wrong(const Formula& formula, const Letters& positions, std::size_t loop) {
    BOOST_ERROR(fmt::format("the automaton of {} is wrong about {}", text(formula),
                            lasso_text(positions, loop)));
  }

  std::size_t formulas_ = 0;
  std::size_t lassos_ = 0;
  std::size_t most_states_ = 0;
  unsigned most_sets_ = 0;
  std::size_t states_ = 0;
};

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

/// p0 OP p1 OP ... , of so many different names, each within `before` and `after`.
std::string chain(const std::string& op, std::size_t count, const std::string& before = "",
                  const std::string& after = "") {
  std::string result;
  for (std::size_t i = 0; i < count; ++i)
    result += fmt::format("{}{}p{}{}", i == 0 ? "" : " " + op + " ", before, i, after);
  return result;
}

/// "position: message", or the formula if there is no error.
std::string parse_error(const std::string& input) {
  try {
    return "read as " + text(parse_formula(input));
  } catch (const FormulaError& error) {
    return fmt::format("{}: {}", error.position, error.what());
  }
}

std::string translation_error(const std::string& input) {
  try {
    return fmt::format("{} states", translate(parse_formula(input)).states.size());
  } catch (const FormulaError& error) {
    return error.what();
  }
}

// The parts of messages.
const std::string operand = "expected a name, true, false, ! [] <> or (, found ";
const std::string joining = "expected an operator (&& || -> <-> ~> U R W) or ";
const std::string names_nothing = ", which is an operator and names no predicate";
const std::string characters =
    " has no meaning here; accepted are names, true, false, parentheses and "
    "[] <> ! && || -> <-> ~> U R W";
const std::string no_next =
    " is the next operator, which does not exist here: behaviours may stutter, so nothing can be "
    "said of the very next state; accepted are [] <> U R W ~>";
const std::string mixed =
    "-> and ~> beside each other; accepted are (p -> q) ~> r and p -> (q ~> r)";

}  // namespace

BOOST_AUTO_TEST_SUITE(formulas)

BOOST_AUTO_TEST_CASE(read_and_written) {
  const std::vector<std::pair<std::string, std::string>> table = {
      // Spellings.
      {"TRUE /\\ FALSE", "true && false"},
      {"G p", "[]p"},
      {"F p", "<>p"},
      {"Gp", "Gp"},
      {"[]<>[]p", "[]<>[]p"},
      {"!p || ~p or not p \\/ p", "!p || !p || !p || p"},
      {"p and q && r /\\ s", "p && q && r && s"},
      {"p=>q->r", "p -> q -> r"},
      {"p<=>q<->r", "p <-> q <-> r"},
      {"~p~>~q", "!p ~> !q"},
      {"~ ~p", "!!p"},
      {"\tp\n\r U\v\fq ", "p U q"},
      {"true1 && _U && notp", "true1 && _U && notp"},
      {"next", "next"},
      {"next U next", "next U next"},
      // Unary binds tightest.
      {"!p U q", "!p U q"},
      {"!(p U q)", "!(p U q)"},
      {"[]p -> q", "[]p -> q"},
      {"[](p -> <>q)", "[](p -> <>q)"},
      // Then U, R, W, to the right.
      {"p U q R r W s", "p U q R r W s"},
      {"p U (q R (r W s))", "p U q R r W s"},
      {"((p U q) R r) W s", "((p U q) R r) W s"},
      {"p U q && r", "p U q && r"},
      {"p U (q && r)", "p U (q && r)"},
      {"(p U q) && r", "p U q && r"},
      // Then and, then or.
      {"p || q && r", "p || q && r"},
      {"(p || q) && r", "(p || q) && r"},
      {"p && q || r && s", "p && q || r && s"},
      {"p && (q && r)", "p && (q && r)"},
      {"(p && q) && r", "p && q && r"},
      {"p || (q || r)", "p || (q || r)"},
      // Then -> and ~>, to the right.
      {"p || q -> r && s", "p || q -> r && s"},
      {"p -> q -> r", "p -> q -> r"},
      {"p -> (q -> r)", "p -> q -> r"},
      {"(p -> q) -> r", "(p -> q) -> r"},
      {"p ~> (q ~> r)", "p ~> q ~> r"},
      {"(p ~> q) ~> r", "(p ~> q) ~> r"},
      {"(p -> q) ~> r", "(p -> q) ~> r"},
      {"p -> (q ~> r)", "p -> (q ~> r)"},
      // Then <->.
      {"p -> q <-> r ~> s", "p -> q <-> r ~> s"},
      {"p -> (q <-> r)", "p -> (q <-> r)"},
      {"p <-> (q <-> r)", "p <-> (q <-> r)"},
      {"((((p))))", "p"},
  };
  for (const auto& [input, expected] : table)
    BOOST_TEST(parse_error(input) == "read as " + expected, input);
}

BOOST_AUTO_TEST_CASE(written_and_read_again) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const Formula formula = random_formula(random, 1 + random() % 30, 3);
    const std::string written = text(formula);
    const Formula again = parse_formula(written);
    BOOST_TEST((again == formula), written << " is read as " << text(again));
  }
}

BOOST_AUTO_TEST_CASE(no_parenthesis_is_superfluous) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 2'000; ++i) {
    const Formula formula = random_formula(random, 1 + random() % 12, 3);
    const std::string written = text(formula);
    for (std::size_t open = written.find('('); open != std::string::npos;
         open = written.find('(', open + 1)) {
      std::size_t close = open;
      for (int depth = 0; close < written.size(); ++close) {
        depth += written[close] == '(' ? 1 : written[close] == ')' ? -1 : 0;
        if (depth == 0) break;
      }
      std::string fewer = written;
      fewer[open] = fewer[close] = ' ';
      const std::string as = parse_error(fewer);
      BOOST_TEST(as != "read as " + written, written << " means the same as " << fewer);
    }
  }
}

BOOST_AUTO_TEST_CASE(misplaced) {
  const std::vector<std::pair<std::string, std::string>> table = {
      // Empty, or ended too early.
      {"", "0: " + operand + "the end"},
      {"  ", "2: " + operand + "the end"},
      {"p &&", "4: " + operand + "the end"},
      {"[]", "2: " + operand + "the end"},
      {"(", "1: " + operand + "the end"},
      // Missing operands.
      {"&& p", "0: " + operand + "'&&'"},
      {"p -> -> q", "5: " + operand + "'->'"},
      {"p U ()", "4: ()" + no_next},
      {"p U ( )", "6: " + operand + "')'"},
      // Unbalanced parentheses.
      {"(p", "2: " + joining + "), found the end"},
      {"(p && (q || r)", "14: " + joining + "), found the end"},
      {"p)", "1: " + joining + "the end, found ')'"},
      {")", "0: " + operand + "')'"},
      // Nothing between two operands.
      {"p q", "2: " + joining + "the end, found 'q'"},
      {"(p !q)", "3: " + joining + "), found '!'"},
      {"p G q", "2: " + joining + "the end, found 'G'"},
      {"p true", "2: " + joining + "the end, found 'true'"},
      {"committed (p)", "10: " + joining + "the end, found '('"},
      // Words that are no names.
      {"U", "0: " + operand + "'U'" + names_nothing},
      {"p <> q", "2: " + joining + "the end, found '<>'"},
      {"~~> p", "1: " + operand + "'~>'"},
      {"p && W", "5: " + operand + "'W'" + names_nothing},
      {"and -> p", "0: " + operand + "'and'" + names_nothing},
      {"G", "1: " + operand + "the end"},
  };
  for (const auto& [input, expected] : table) BOOST_TEST(parse_error(input) == expected, input);
}

BOOST_AUTO_TEST_CASE(not_accepted) {
  const std::vector<std::pair<std::string, std::string>> table = {
      // Next.
      {"X p", "0: X" + no_next},
      {"[](p -> X q)", "8: X" + no_next},
      {"()p", "0: ()" + no_next},
      {"p && next q", "5: next" + no_next},
      {"next (q)", "0: next" + no_next},
      {"next []q", "0: next" + no_next},
      {"p && X", "5: X" + no_next},
      {"p X q", "2: " + joining + "the end, found 'X'"},
      // Characters.
      {"p & q", "2: '&'" + characters},
      {"p == q", "2: '='" + characters},
      {"[ ]p", "0: '['" + characters},
      {"p < q", "2: '<'" + characters},
      {"p -", "2: '-'" + characters},
      {"2p", "0: '2'" + characters},
      {"p' ~> q", "1: '''" + characters},
      {"\xe2\x96\xa1p", "0: '\xe2\x96\xa1'" + characters},
      {"p\xff", "1: '\\xff'" + characters},
      {std::string("p\0q", 3), "1: '\\x00'" + characters},
      // Mixed.
      {"p -> q ~> r", "7: " + mixed},
      {"p ~> q ~> r -> s", "12: " + mixed},
      // Long names are cut.
      {"p " + std::string(70, 'a'),
       "2: " + joining + "the end, found '" + std::string(60, 'a') + "...'"},
  };
  for (const auto& [input, expected] : table) BOOST_TEST(parse_error(input) == expected, input);
}

BOOST_AUTO_TEST_CASE(limits) {
  const auto nested = [](std::size_t depth) {
    return repeated("(", depth) + "p" + repeated(")", depth);
  };
  const std::string too_deep = "parentheses and unary operators more than 200 deep";
  BOOST_TEST(parse_error(nested(200)) == "read as p");
  BOOST_TEST(parse_error(nested(201)) == "200: " + too_deep);
  BOOST_TEST(parse_error(nested(1'000'000)) == "200: " + too_deep);
  BOOST_TEST(parse_error(repeated("!", 200) + "p") == "read as " + repeated("!", 200) + "p");
  BOOST_TEST(parse_error(repeated("[]", 1'000'000)) == "400: " + too_deep);
  BOOST_TEST(parse_error(repeated("!(", 101) + "p") == "200: " + too_deep);

  const std::string too_large = "a formula of more than 500 names, constants and operators";
  for (const std::string op : {"&&", "||", "->", "<->", "~>", "U", "R", "W"}) {
    const std::string largest = chain(op, 250);
    BOOST_TEST(parse_error(largest) == "read as " + largest);
    BOOST_TEST(parse_error(chain(op, 251)) ==
               fmt::format("{}: {}", largest.size() + 1 + op.size() + 1, too_large));
  }
}

// Whatever is read, there is a formula or one line that says where and why there is none.
BOOST_AUTO_TEST_CASE(any_text) {
  std::mt19937_64 random(3);
  const std::vector<std::string> pieces = {"p",   "q",   "true", "U",  "R",   "W",  "G",  "F",
                                           "X",   "not", "and",  "or", "[]",  "<>", "(",  ")",
                                           "!",   "~",   "~>",   "->", "<->", "&&", "||", "/\\",
                                           "\\/", "=>",  "<=>",  " ",  "\n",  "-",  "<"};
  std::size_t read = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string input;
    const std::size_t size = random() % 12;
    for (std::size_t j = 0; j < size; ++j)
      input += i % 4 == 0 ? std::string(1, static_cast<char>(random()))
                          : pieces[random() % pieces.size()] + (random() % 2 == 0 ? " " : "");
    try {
      const Formula formula = parse_formula(input);
      BOOST_TEST((parse_formula(text(formula)) == formula), input);
      ++read;
    } catch (const FormulaError& error) {
      BOOST_TEST(error.position <= input.size(), input);
      BOOST_TEST(std::string(error.what()).find('\n') == std::string::npos, input);
    }
  }
  BOOST_TEST(read > 1'000U);
}

BOOST_AUTO_TEST_CASE(names_in_order) {
  const auto joined = [](const std::string& formula) {
    return fmt::format("{}", fmt::join(atoms(parse_formula(formula)), " "));
  };
  BOOST_TEST(joined("[](q -> <>p) && (q U r) || !p") == "q p r");
  BOOST_TEST(joined("true -> false") == "");
  BOOST_TEST(joined("_1 <-> _1") == "_1");
}

// Equal formulas are those with the same tree.
BOOST_AUTO_TEST_CASE(equality) {
  BOOST_TEST((parse_formula("p && (q)") == parse_formula("p /\\ q")));
  BOOST_TEST(!(parse_formula("p && q") == parse_formula("q && p")));
  BOOST_TEST(!(parse_formula("p && q") == parse_formula("p || q")));
  BOOST_TEST(!(parse_formula("true") == parse_formula("false")));
  BOOST_CHECK_THROW(Formula(Operator::until, Formula::atom("p")), std::logic_error);
  BOOST_CHECK_THROW(Formula(Operator::always, Formula::atom("p"), Formula::atom("p")),
                    std::logic_error);
}

BOOST_AUTO_TEST_CASE(strengthened_formulas) {
  const std::vector<std::pair<std::string, std::string>> table = {
      // Holds vacuously where p never happens.
      {"p ~> q", "p ~> false"},
      {"[](p -> <>q)", "[](p -> <>false)"},
      {"[](p && !q -> p U q)", "[](p && !false -> false U false)"},
      {"[]<>p -> []<>q", "[]<>p -> []<>false"},
      {"(p -> q) ~> r", "(false -> q) ~> false"},
      // Cannot hold vacuously.
      {"[]p", "[]false"},
      {"<>p", "<>false"},
      {"[]!p", "false"},
      {"!p", "false"},
      {"true", "false"},
      {"[](p -> false)", "false"},
      // Polarity.
      {"!!p", "!!false"},
      {"!(p -> q)", "!(false -> q)"},
      {"p W !q", "false W !q"},
      {"p R q", "false R false"},
      {"!(p U q)", "false"},
      {"!(p ~> q)", "!(false ~> q)"},
      {"p && !p", "false && !p"},
      // Under <-> an atom has both.
      {"p <-> q", "false"},
      {"r -> (p <-> q)", "false"},
      {"p && (p <-> q)", "false && (p <-> q)"},
  };
  for (const auto& [formula, expected] : table)
    BOOST_TEST(text(strengthened(parse_formula(formula))) == expected, formula);
}

BOOST_AUTO_TEST_CASE(strengthened_implies_the_original) {
  std::mt19937_64 random(4);
  std::size_t holding = 0;
  for (std::size_t i = 0; i < 1'000 / share; ++i) {
    const Formula formula = random_formula(random, 1 + random() % 9, 2);
    const Formula strong = strengthened(formula);
    for_each_lasso(2, 3, [&](const Letters& positions, std::size_t loop) {
      if (!holds_on_lasso(strong, names, positions, loop)) return;
      ++holding;
      if (!holds_on_lasso(formula, names, positions, loop))
        BOOST_ERROR(fmt::format("{} holds, {} does not: {}", text(strong), text(formula),
                                lasso_text(positions, loop)));
    });
  }
  BOOST_TEST(holding > 1'000 / share);
}

BOOST_AUTO_TEST_CASE(meaning) {
  std::mt19937_64 random(5);
  std::size_t holding = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < 2'000 / share; ++i) {
    const Formula formula = random_formula(random, 1 + random() % 9, 2);
    for_each_lasso(2, 3, [&](const Letters& positions, std::size_t loop) {
      const bool expected = Quantified(positions, loop).holds(formula, 0);
      holding += expected ? 1 : 0;
      ++all;
      if (holds_on_lasso(formula, names, positions, loop) != expected)
        BOOST_ERROR(text(formula) << " on " << lasso_text(positions, loop));
    });
  }
  BOOST_TEST(holding > all / 4);
  BOOST_TEST(holding < all * 3 / 4);
}

// What the operators mean, one lasso each: letters are sets of p (1) and q (2).
BOOST_AUTO_TEST_CASE(meaning_by_example) {
  struct Row {
    std::string formula;
    Letters positions;
    std::size_t loop;
    bool holds;
  };
  const std::vector<Row> table = {
      {"[]p", {1, 1}, 0, true},          {"[]p", {1, 0}, 1, false},
      {"<>p", {0, 1, 0}, 2, true},       {"<>p", {0, 0}, 0, false},
      {"[]<>p", {0, 1}, 0, true},        {"[]<>p", {1, 0}, 1, false},
      {"<>[]p", {0, 1}, 1, true},        {"<>[]p", {0, 1}, 0, false},
      {"p U q", {1, 1, 2, 0}, 3, true},  {"p U q", {1, 0, 2}, 2, false},
      {"p U q", {1}, 0, false},          {"p W q", {1}, 0, true},
      {"p U q", {2}, 0, true},           {"p W q", {1, 0}, 1, false},
      {"p R q", {2}, 0, true},           {"p R q", {2, 3, 0}, 2, true},
      {"p R q", {2, 1}, 1, false},       {"p R q", {0, 3}, 1, false},
      {"p ~> q", {1, 0, 2, 0}, 3, true}, {"p ~> q", {2, 1, 0}, 2, false},
      {"p ~> q", {3, 0}, 1, true},       {"p ~> q", {2, 1}, 0, true},
  };
  for (const Row& row : table)
    BOOST_TEST(
        holds_on_lasso(parse_formula(row.formula), names, row.positions, row.loop) == row.holds,
        row.formula << " on " << lasso_text(row.positions, row.loop));
  const Formula formula = parse_formula("p");
  BOOST_CHECK_THROW(holds_on_lasso(formula, names, {}, 0), std::logic_error);
  BOOST_CHECK_THROW(holds_on_lasso(formula, names, {0, 1}, 2), std::logic_error);
  BOOST_CHECK_THROW(holds_on_lasso(formula, {"q"}, {0}, 0), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(formula_automata)

BOOST_AUTO_TEST_CASE(sizes) {
  struct Row {
    std::string formula;
    std::size_t states;
    unsigned acceptance_sets;
  };
  const std::vector<Row> table = {
      {"true", 1, 0},
      {"false", 0, 0},
      {"p", 2, 0},
      {"p && !p", 0, 0},
      {"[]p", 1, 0},
      {"[]!p", 1, 0},
      {"<>p", 3, 1},
      {"[]<>p", 2, 1},
      {"<>[]p", 2, 1},
      {"p U q", 3, 1},
      {"p W q", 3, 0},
      {"p R q", 3, 0},
      {"p ~> q", 3, 1},
      {"!(p ~> q)", 3, 1},
      {"!([](p -> <>q))", 3, 1},
      {"!([]<>p -> []<>q)", 3, 1},
      {"[]<>p -> []<>q", 4, 1},
      {"[]<>p && []<>q", 4, 2},
      {"[]<>p || []<>q", 3, 1},
      {"[]<>p && []<>q && !(r ~> s)", 6, 2},
      {"!([]<>a && []<>b && []<>c -> (p ~> q))", 10, 3},
      {"!((<>[]a -> []<>b) -> (p ~> q))", 5, 1},
      {"<>[]<>p", 2, 1},
      {"[][]p && []q", 1, 0},
      {"p U (p U q)", 3, 1},
      {"p U q U r", 4, 1},
      {"(p ~> q) && (q ~> r)", 8, 2},
      {"!((p ~> q) && (q ~> r))", 5, 1},
      {"[](p -> !q U r)", 3, 1},
      {"![](p -> !q U r)", 6, 1},
      {"[]p && <>!p", 0, 0},
      {"[]<>p && <>[]!p", 0, 0},
  };
  for (const Row& row : table) {
    const Automaton automaton = translate(parse_formula(row.formula));
    BOOST_TEST(automaton.states.size() == row.states,
               row.formula << ": " << automaton.states.size());
    BOOST_TEST(automaton.acceptance_sets == row.acceptance_sets,
               row.formula << ": " << automaton.acceptance_sets);
    BOOST_TEST(faults(automaton) == "", row.formula << ":" << faults(automaton));
  }
}

// A component that a run goes round in three steps is one component: all of its states that are in
// acceptance sets stay there.
BOOST_AUTO_TEST_CASE(long_cycles) {
  const Automaton automaton = translate(parse_formula("p ~> !(<>p -> p)"));
  BOOST_TEST(automaton.states.size() == 5U);
  BOOST_TEST(std::count_if(automaton.states.begin(), automaton.states.end(),
                           [](const Automaton::State& state) { return state.accepting != 0; }) ==
             4);
}

BOOST_AUTO_TEST_CASE(well_known_formulas_accept_what_they_mean) {
  Comparison comparison;
  for (const std::string formula : {"true",
                                    "false",
                                    "p",
                                    "!p",
                                    "[]p",
                                    "<>p",
                                    "[]<>p",
                                    "<>[]p",
                                    "p U q",
                                    "p W q",
                                    "p R q",
                                    "p ~> q",
                                    "p <-> q",
                                    "[]<>p -> []<>q",
                                    "<>[]p -> []<>q",
                                    "[]<>p && []<>q",
                                    "[]<>p || <>[]q",
                                    "[]<>p <-> []<>q",
                                    "p U (q U p)",
                                    "(p U q) U p",
                                    "(p R q) R p",
                                    "[](p -> p U q)",
                                    "[](p -> p W q)",
                                    "(p ~> q) ~> p",
                                    "!p U (q && !p)",
                                    "<>(p && <>q)",
                                    "<>(p && []<>q)",
                                    "[](p || [](q || []p))",
                                    "(p W q) U (q R p)",
                                    "([]p) R q",
                                    "[]<>(p && <>q)",
                                    "<>[](p U q)",
                                    "(<>p) U []q",
                                    "!(<>p -> !p U q)"})
    comparison.compare(parse_formula(formula), 2, 4);
  for (const std::string formula :
       {"p U (q U r)", "(p U q) U r", "p R (q R r)", "[]<>p && []<>q -> []<>r",
        "([]<>p -> []<>q) -> (p ~> r)", "<>[]p && <>[]q -> <>[]r", "(p ~> q) && (q ~> r)",
        "[](p -> !q U r)", "[](p -> !q W r)", "p U q && q U r", "p U r && q U r || p R q && p R r",
        "[]<>p && <>[](q || r)", "<>(p && []!q) && []<>r"})
    comparison.compare(parse_formula(formula), 3, 3);
  comparison.report();
}

BOOST_AUTO_TEST_CASE(random_formulas_accept_what_they_mean) {
  std::mt19937_64 random(6);
  Comparison comparison;
  for (std::size_t i = 0; i < 2'000 / share; ++i)
    comparison.compare(random_formula(random, 2 + random() % 8, 2), 2, 4);
  for (std::size_t i = 0; i < 1'500 / share; ++i)
    comparison.compare(random_formula(random, 2 + random() % 8, 3), 3, 3);
  comparison.report();
}

// Larger formulas, for what smaller ones cannot hold within each other.
BOOST_AUTO_TEST_CASE(larger_random_formulas_accept_what_they_mean) {
  std::mt19937_64 random(7);
  Comparison comparison;
  for (std::size_t i = 0; i < 500 / share; ++i)
    comparison.compare(random_formula(random, 10 + random() % 3, 2), 2, 3);
  comparison.report();
}

BOOST_AUTO_TEST_CASE(limits) {
  const std::string large =
      "the formula's automaton is too large; accepted are formulas for which it has at most 4096 "
      "states and 1048576 transitions and is found in bounded time";
  // Atoms.
  BOOST_TEST(translation_error(chain("&&", 64)) == "2 states");
  BOOST_TEST(translation_error(chain("&&", 65)) ==
             "the formula has 65 different names; accepted are at most 64");
  // Acceptance sets.
  const auto promises = [](std::size_t count) {
    std::string formula = "q";
    for (std::size_t i = 0; i < count; ++i)
      formula = fmt::format("{} U ({})", i % 2 == 0 ? "p" : "r", formula);
    return formula;
  };
  BOOST_TEST(translation_error(promises(64)) == "66 states");
  BOOST_TEST(translation_error(promises(65)) ==
             "the formula promises 65 different things (by <>, U and ~>, or the negation of [], W "
             "and R); accepted are at most 64");
  // States, transitions and work: each of these would take for ever.
  BOOST_TEST(translation_error(chain("&&", 8, "[]<>")) == "256 states");
  BOOST_TEST(translation_error(chain("&&", 20, "[]<>")) == large);
  BOOST_TEST(translation_error(chain("&&", 60, "[]<>")) == large);
  BOOST_TEST(translation_error(chain("&&", 60, "(q || ", ")")) == "3 states");
  BOOST_TEST(translation_error(chain("<->", 60)) == large);
  BOOST_TEST(translation_error(chain("<->", 30, "[]<>")) == large);
  BOOST_TEST(translation_error(chain("~>", 60)) == large);
  BOOST_TEST(translation_error(chain("U", 30, "[]<>")) == large);
}

BOOST_AUTO_TEST_CASE(the_same_every_time) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 200; ++i) {
    const std::string written = text(random_formula(random, 9, 3));
    const Automaton one = translate(parse_formula(written));
    const Automaton other = translate(parse_formula(written));
    BOOST_TEST((one.states == other.states), written);
    BOOST_TEST(one.initial == other.initial, written);
    BOOST_TEST(one.atoms == other.atoms, written);
    BOOST_TEST(one.acceptance_sets == other.acceptance_sets, written);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
