// Families that are described by sizes: how descriptions are read, and that small systems,
// enumerated, agree with what is proved or refuted.
#include <fmt/format.h>

#include <bit>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <random>

#include "checker/proof/linear.hpp"
#include "checker/proof/meetings.hpp"
#include "checker/proof/prove.hpp"
#include "checker/proof/quorum.hpp"
#include "tests/proof/asking.hpp"

namespace synod::test {
namespace {

using namespace proof;

/// The answers to the queries of an obligation: u, s, or ? for unknown.
std::string answers(const Topic& topic, const std::string& name) {
  std::string result;
  for (Query query : obligation(topic, name).queries) {
    query.explain = {};  // which takes longer than the answer
    const Answer answer = asked(topic, query).answer;
    result += answer == Answer::unsat ? 'u' : answer == Answer::sat ? 's' : '?';
  }
  return result;
}

constexpr const char* proved = "su";
constexpr const char* refuted = "ss";
constexpr const char* vacuous = "uu";

std::string example(const Topic& topic, const std::string& name) {
  return asked(topic, obligation(topic, name).queries.at(1)).explanation;
}

/// A number p / q, computed without any care.
struct Fraction {
  long long p, q;
};

bool holds(const std::string& relation, Fraction left, Fraction right) {
  const long long a = left.p * right.q, b = right.p * left.q;
  if (relation == ">") return a > b;
  if (relation == ">=") return a >= b;
  if (relation == "=") return a == b;
  if (relation == "<=") return a <= b;
  return a < b;
}

const std::vector<std::string> relations = {">", ">=", "=", "<=", "<"};

/// FAMILY RELATION (a * n + b * f + c) / d, as a text and as a predicate.
struct RandomSize {
  std::string relation;
  int a, b, c, d;

  explicit RandomSize(std::mt19937_64& random)
      : relation(relations[random() % (random() % 3 == 0 ? 5 : 2)]),
        a(static_cast<int>(random() % 3)),
        b(static_cast<int>(random() % 4) - 2),
        c(static_cast<int>(random() % 4) - 1),
        d(1 + static_cast<int>(random() % 3)) {}

  std::string text(const std::string& family) const {
    return fmt::format("{} {} ({}*n + ({})*f - -{}) / {}", family, relation, a, b, c, d);
  }
  bool admits(unsigned set, int n, int f) const {
    return holds(relation, {std::popcount(set), 1}, {a * n + b * f + c, d});
  }
};

/// Sets of the two families that have too few processes in common; first without empty ones.
struct Pair {
  unsigned a, b;
};
std::optional<Pair> find_pair(const RandomSize& first, const RandomSize& second, int n, int f,
                              int overlap, bool with_empty) {
  for (unsigned a = with_empty ? 0 : 1; a < 1U << n; ++a)
    for (unsigned b = with_empty ? 0 : 1; b < 1U << n; ++b)
      if (first.admits(a, n, f) && second.admits(b, n, f) && std::popcount(a & b) < overlap)
        return Pair{a, b};
  return std::nullopt;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quorums_by_size)

BOOST_AUTO_TEST_CASE(systems_of_the_literature) {
  struct Row {
    std::string sizes;
    std::vector<std::string> assumptions;
    std::string overlap;
    std::vector<std::string> intersect;
    std::string name, answer;
  };
  const std::vector<Row> rows = {
      {"q > n/2", {}, "1", {}, "q_q_intersect", proved},
      {"q >= n/2", {}, "1", {}, "q_q_intersect", refuted},
      {"a > n/2, b >= n - f", {"n > 2*f"}, "1", {}, "a_b_intersect", proved},
      {"a > n/2, b >= n - f", {"n >= 2*f"}, "1", {}, "a_b_intersect", proved},
      {"a > n/2, b >= n - f", {"n >= 2*f - 1"}, "1", {}, "a_b_intersect", refuted},
      {"a >= x, b >= n + 1 - x", {}, "1", {}, "a_b_intersect", proved},
      {"a >= x, b >= n - x", {}, "1", {}, "a_b_intersect", refuted},
      {"a >= x, b >= n + 1 - x", {}, "1", {"b b"}, "b_b_intersect", refuted},
      {"q >= n - f", {"n > 3*f"}, "f + 1", {}, "q_q_intersect", proved},
      {"q >= n - f", {"n >= 3*f"}, "f + 1", {}, "q_q_intersect", refuted},
      {"q >= n - f", {"n > 4*f"}, "2*f + 1", {}, "q_q_intersect", proved},
      {"q >= n - f", {"n > 4*f - 1"}, "2*f + 1", {}, "q_q_intersect", refuted},
      {"c >= n - f, q >= n - e", {"n > 2*e + f"}, "1", {"c q q"}, "c_q_q_intersect", proved},
      {"c >= n - f, q >= n - e", {"n >= 2*e + f"}, "1", {"c q q"}, "c_q_q_intersect", refuted},
      {"c >= n - f, q >= n - e",
       {"n > 2*e + f, e <= f"},
       "1",
       {"q q q"},
       "q_q_q_intersect",
       proved},
      {"q >= 3*n/4", {}, "n/2", {}, "q_q_intersect", proved},
      {"q >= 2/3*n", {}, "n/3 + 1/3", {}, "q_q_intersect", refuted},
      {"q > n/2, q <= n/2", {}, "1", {}, "q_q_intersect", vacuous},
      {"q > n", {}, "1", {}, "q_q_intersect", vacuous},
      {"q > n/2", {"n < 1"}, "1", {}, "q_q_intersect", vacuous},
      {"q > n/2", {"1 > 2"}, "1", {}, "q_q_intersect", vacuous},
  };
  for (const Row& row : rows) {
    const Topic topic = quorum_of_sizes({row.sizes, row.assumptions, row.overlap, row.intersect});
    BOOST_TEST(answers(topic, row.name) == row.answer, row.sizes);
    BOOST_TEST(answers(topic, "not_vacuous") == row.answer.substr(0, 1), row.sizes);
    if (&row - rows.data() < 8)
      check_second_opinions(topic, [&](const Query& query) { return asked(topic, query).answer; });
  }
}

BOOST_AUTO_TEST_CASE(what_is_said) {
  const Topic topic = quorum_of_sizes({"phase1 > n/2,phase2>=n -  f", {"n > 2*f - 2", "f >= 1"}});
  BOOST_REQUIRE(topic.obligations.size() == 2U);
  const Obligation& one = obligation(topic, "phase1_phase2_intersect");
  BOOST_TEST(one.sentence ==
             "Any set of phase1 and any set of phase2 have a process in common, where phase1 > "
             "n/2, phase2>=n - f, if n > 2*f - 2, f >= 1.");
  BOOST_TEST(one.scope == "every n >= 1, every f >= 0; any sets of processes");
  BOOST_TEST(example(topic, one.name) ==
             "n = 3, f = 2\nphase1 = {1, 2}\nphase2 = {3}\nin phase1 and phase2: {}\n");
  BOOST_TEST(asked(topic, one.queries[0]).explanation ==
             "n = 1, f = 1\nphase1 = {1}\nphase2 = {1}\n");
  const Topic fast = quorum_of_sizes({"fast > n/2", {"f >= 1"}, "f", {"fast fast fast"}});
  BOOST_TEST(fast.obligations[1].sentence ==
             "Any 3 sets of fast have at least f processes in common, where fast > n/2, if f >= "
             "1.");
  const Topic none = quorum_of_sizes({"q > n", {"n >= 5"}});
  BOOST_TEST(asked(none, none.obligations[0].queries[0]).explanation ==
             "there are none, whatever the numbers: excluded by q > n\n");
}

// That there are sets is shown for some numbers, not for all.
BOOST_AUTO_TEST_CASE(what_is_said_of_existence) {
  const Topic topic = quorum_of_sizes({"q > n/2, r >= n + 1 - f", {"f <= 7", "e = 2"}});
  const Obligation& exist = obligation(topic, "not_vacuous");
  BOOST_TEST(exist.sentence ==
             "For some n, e, f with f <= 7, e = 2 there is a set of every family: q > n/2, r >= n "
             "+ 1 - f.");
  BOOST_TEST(exist.scope ==
             "some n >= 1, some e, f >= 0; there is no set of r if n = 1, e = 2, f = 0");
  BOOST_TEST(asked(topic, exist.queries[0]).explanation ==
             "n = 1, e = 2, f = 1\nq = {1}\nr = {1}\n");
  BOOST_TEST(obligation(quorum_of_sizes({"q > n/2"}), "not_vacuous").sentence ==
             "For some n there is a set of every family: q > n/2.");
}

// Of numbers that have no such sets the smallest are named, of each family that a claim is about;
// and only where there are any, which sizes of sets of up to eight processes have to agree with.
BOOST_AUTO_TEST_CASE(numbers_without_sets_are_named) {
  struct Row {
    std::string sizes;
    std::vector<std::string> assumptions;
    std::string gap;
  };
  const std::vector<Row> rows = {
      {"q = (n+1)/2", {}, "; there is no set of q if n = 2"},
      {"q = (n+1)/2", {"n >= 7"}, "; there is no set of q if n = 8"},
      {"q > n/2, q <= (n+1)/2", {}, "; there is no set of q if n = 2"},
      {"q > n/2", {}, ""},
      {"q >= n - f", {"n > 3*f"}, ""},
      {"q >= 2*f + 1", {"n > 3*f"}, ""},
      {"q >= 2*f + 1", {}, "; there is no set of q if n = 1, f = 1"},
      {"q >= n + 1 - f", {"f >= 1"}, ""},
      {"q = n/3", {"n > 4"}, "; there is no set of q if n = 5"},
      {"q > n", {"n >= 5"}, "; there is no set of q if n = 5"},
      // No numbers at all
      {"q > n/2", {"n < 1"}, ""},
  };
  for (const Row& row : rows) {
    const Topic topic = quorum_of_sizes({row.sizes, row.assumptions});
    const std::string& scope = obligation(topic, "q_q_intersect").scope;
    const std::string any = "; any sets of processes";
    const std::size_t end = scope.find(any);
    BOOST_REQUIRE(end != std::string::npos);
    BOOST_TEST(scope.substr(end + any.size()) == row.gap, row.sizes);
    BOOST_TEST(obligation(topic, "not_vacuous").scope.ends_with(row.gap), row.sizes);
  }
  const Topic two = quorum_of_sizes({"a = n/2, b = (n+1)/2", {}, "1", {"a a", "b b"}});
  BOOST_TEST(obligation(two, "a_a_intersect").scope.ends_with("; there is no set of a if n = 1"));
  BOOST_TEST(obligation(two, "b_b_intersect").scope.ends_with("; there is no set of b if n = 2"));

  std::mt19937_64 random(17);
  for (int round = 0; round < 60 / share; ++round) {
    const RandomSize size(random);
    const Topic topic = quorum_of_sizes({size.text("q"), {"n <= 8, f <= 3"}});
    std::string gap;
    for (int n = 1; n <= 8 && gap.empty(); ++n)
      for (int f = 0; f <= 3 && gap.empty(); ++f) {
        bool some = false;
        for (int members = 0; members <= n; ++members)
          some = some || size.admits((1U << members) - 1, n, f);
        if (!some) gap = fmt::format("; there is no set of q if n = {}, f = {}", n, f);
      }
    const std::string& scope = obligation(topic, "q_q_intersect").scope;
    BOOST_TEST(scope.ends_with("; any sets of processes" + gap), size.text("q") << ": " << scope);
  }
}

// What there is no set of is no counterexample, and nothing to other families.
BOOST_AUTO_TEST_CASE(nothing_to_speak_of) {
  struct Row {
    std::string sizes;
    std::vector<std::string> assumptions;
    std::vector<std::string> intersect;
    Outcome exist, intersection;
  };
  const std::vector<Row> rows = {
      {"q > n/2, r > 2*n, s > n/2", {}, {"q s"}, Outcome::refuted, Outcome::proved},
      {"q >= n/2, r > 2*n, s >= n/2", {}, {"q s"}, Outcome::refuted, Outcome::refuted},
      {"q > n/2, r > 2*n", {}, {"q r"}, Outcome::refuted, Outcome::vacuous},
      {"q > n/2, r > 2*n", {}, {"r r"}, Outcome::refuted, Outcome::vacuous},
      {"q > n/2", {"n > 5, n < 3"}, {"q q"}, Outcome::refuted, Outcome::vacuous},
      {"q >= 0", {"n > 5, n < 3"}, {"q q"}, Outcome::refuted, Outcome::vacuous},
      // Each of them exists, but not for the same numbers.
      {"q > n - f, r >= n + f", {}, {"q r"}, Outcome::refuted, Outcome::vacuous},
      {"q > n - f, r >= n + f", {"f <= 1"}, {"q q"}, Outcome::refuted, Outcome::proved},
  };
  for (const Row& row : rows) {
    const Topic topic = quorum_of_sizes({row.sizes, row.assumptions, "1", row.intersect});
    BOOST_REQUIRE(topic.obligations.size() == 2U);
    const auto outcome = [&](std::size_t i) {
      return prove(*topic.context, "quorum", topic.obligations[i], {}).outcome;
    };
    BOOST_TEST((outcome(0) == row.exist), row.sizes);
    BOOST_TEST((outcome(1) == row.intersection), row.sizes);
  }
}

// An overlap that can be nothing is refused, however it is written.
BOOST_AUTO_TEST_CASE(overlaps_of_nothing) {
  struct Row {
    std::vector<std::string> assumptions;
    std::string overlap, numbers;
  };
  const std::vector<Row> rows = {
      {{}, "1 - n", "n = 1"},
      {{}, "-f", "n = 1, f = 0"},
      {{}, "f", "n = 1, f = 0"},
      {{"f >= 1"}, "f", ""},
      {{"n > 3*f"}, "n - 3*f", ""},
      {{"n >= 3*f", "f >= 2"}, "n - 3*f", "n = 6, f = 2"},
      {{"n >= 3*f, f >= 2"}, "(n - 3*f)/7 + 1/7", ""},
      {{}, "f - f", "'f - f' is less than 1"},
      // A part of a process is a process.
      {{}, "n/2", ""},
      // No numbers at all: that is said of what is to be proved.
      {{"n > 5, n < 3"}, "f", ""},
  };
  for (const Row& row : rows) {
    const std::string message =
        refusal([&] { quorum_of_sizes({"q > n/2", row.assumptions, row.overlap}); });
    if (row.numbers.empty())
      BOOST_TEST(message == "", row.overlap);
    else
      BOOST_TEST(message.find(row.numbers) != std::string::npos, message << row.overlap);
  }
  BOOST_TEST(refusal([] { quorum_of_sizes({"q > n/2", {}, "2*f -\t2"}); }) ==
             "overlap: '2*f - 2' is not positive if n = 1, f = 0, so nothing would have to be in "
             "common; --assume can exclude that");
}

// Names that could be taken for others in a formula.
BOOST_AUTO_TEST_CASE(names_do_not_clash) {
  for (const std::string name : {"none", "in", "not", "let", "number", "size"}) {
    const Topic topic = quorum_of_sizes({fmt::format("{0} > n/2, x > f", name), {"f >= n/2"}});
    BOOST_TEST(answers(topic, name + "_x_intersect") == proved, name);
    const Topic two = quorum_of_sizes({fmt::format("{} = 1, x = 1", name), {"n = 2"}});
    BOOST_TEST(answers(two, name + "_x_intersect") == refuted, name);
    const Topic other =
        quorum_of_sizes({fmt::format("q > n - {0}, x >= {0}, {0}_1 > 0", name), {name + " >= 1"}});
    BOOST_TEST(answers(other, "q_x_intersect") == proved, name);
    check_second_opinions(other, [&](const Query& query) { return asked(other, query).answer; });
  }
}

BOOST_AUTO_TEST_CASE(huge_numbers) {
  const Topic topic = quorum_of_sizes(
      {"q >= n - f", {"n >= 1000000000*f", "f >= 1000000*g", "g >= 1000000*h", "h >= 1"}, "n - f"});
  BOOST_TEST(answers(topic, "q_q_intersect") == refuted);
  BOOST_TEST(example(topic, "q_q_intersect").find("too many processes") != std::string::npos);
  const Topic large = quorum_of_sizes({"q >= n/2", {"n >= 1000"}});
  BOOST_TEST(example(large, "q_q_intersect") ==
             "n = 1000\nq.1 = {1..500}\nq.2 = {501..1000}\nin q.1 and q.2: {}\n");
}

// All sizes of two sets of up to six processes, for every comparison.
BOOST_AUTO_TEST_CASE(fixed_sizes_agree_with_enumeration) {
  std::mt19937_64 random(2);
  const int most = share == 1 ? 6 : 4;
  for (int n = 1; n <= most; ++n) {
    for (int a = 0; a <= n; ++a) {
      for (int b = 0; b <= n; ++b) {
        const std::string first = relations[random() % 5], second = relations[random() % 5];
        const int overlap = 1 + static_cast<int>(random() % 3);
        int pairs = 0, few = 0;
        for (unsigned x = 0; x < 1U << n; ++x)
          for (unsigned y = 0; y < 1U << n; ++y) {
            if (!holds(first, {std::popcount(x), 1}, {a, 1}) ||
                !holds(second, {std::popcount(y), 1}, {b, 1}))
              continue;
            ++pairs;
            few += std::popcount(x & y) < overlap ? 1 : 0;
          }
        const Topic topic = quorum_of_sizes({fmt::format("a {} {}, b {} {}", first, a, second, b),
                                             {fmt::format("n = {}", n)},
                                             std::to_string(overlap)});
        BOOST_TEST(answers(topic, "a_b_intersect") == (pairs == 0 ? vacuous
                                                       : few == 0 ? proved
                                                                  : refuted),
                   fmt::format("n = {}: a {} {}, b {} {}, {}", n, first, a, second, b, overlap));
      }
    }
  }
}

// Sizes that depend on n and f: what is proved has no counterexample of up to six processes, what
// is refuted has an example that is one, and none is smaller.
BOOST_AUTO_TEST_CASE(random_sizes_agree_with_enumeration) {
  std::mt19937_64 random(3);
  int both[2] = {0, 0};
  for (int round = 0; round < 100 / share; ++round) {
    const RandomSize first(random), second(random);
    const int overlap = 1 + static_cast<int>(random() % 2);
    const std::string sizes = first.text("a") + ", " + second.text("b");
    const Topic topic = quorum_of_sizes({sizes, {"f <= 5"}, std::to_string(overlap)});
    const Solved solved = asked(topic, obligation(topic, "a_b_intersect").queries[1]);
    int smallest[2] = {7, 7};  // without empty sets, with
    for (int n = 6; n >= 1; --n)
      for (int f = 0; f <= 5; ++f)
        for (const bool with_empty : {false, true})
          if (find_pair(first, second, n, f, overlap, with_empty)) smallest[with_empty ? 1 : 0] = n;
    if (solved.answer == Answer::unsat) {
      ++both[0];
      BOOST_TEST(smallest[1] == 7, sizes);
      continue;
    }
    ++both[1];
    const std::string text = solved.explanation;
    const int n = number_in(text, "n"), f = number_in(text, "f");
    const unsigned a = members_in(text, "a"), b = members_in(text, "b");
    BOOST_TEST((first.admits(a, n, f) && second.admits(b, n, f)), sizes << "\n" << text);
    BOOST_TEST(std::popcount(a & b) < overlap, sizes << "\n" << text);
    BOOST_TEST((a | b) < 1U << n, sizes << "\n" << text);
    const bool empty = a == 0 || b == 0;
    if (n <= 6) BOOST_TEST(n == smallest[empty ? 1 : 0], sizes << "\n" << text);
    if (empty || n > 6) BOOST_TEST(smallest[0] == 7, sizes << "\n" << text);
  }
  BOOST_TEST(both[0] >= 10 / share);
  BOOST_TEST(both[1] >= 10 / share);
}

// Three sets, one of them of another family.
BOOST_AUTO_TEST_CASE(three_sets_agree_with_enumeration) {
  for (int n = 1; n <= 3; ++n)
    for (int c = 0; c <= n; ++c)
      for (int q = 0; q <= n; ++q) {
        bool found = false;
        for (unsigned x = 0; x < 1U << n; ++x)
          for (unsigned y = 0; y < 1U << n; ++y)
            for (unsigned z = 0; z < 1U << n; ++z)
              found = found || (std::popcount(x) >= c && std::popcount(y) >= q &&
                                std::popcount(z) >= q && (x & y & z) == 0);
        const Topic topic = quorum_of_sizes(
            {fmt::format("c >= {}, q >= {}", c, q), {fmt::format("n = {}", n)}, "1", {"c q q"}});
        BOOST_TEST(answers(topic, "c_q_q_intersect") == (found ? refuted : proved));
      }
}

namespace {

struct Malformed {
  std::string sizes;
  std::vector<std::string> assumptions;
  std::string overlap;
  std::vector<std::string> intersect;
  std::string message;
};

const std::string deep(101, '(');
const std::string many(10'001, ' ');
const std::vector<Malformed> malformed_rows = {
    {"", {}, "1", {}, "sizes, column 1: expected the name of a family of sets, found the end"},
    {"q", {}, "1", {}, "sizes, column 2: expected a comparison (> >= = <= <) with the size of its"},
    {"q > ", {}, "1", {}, "sizes, column 5: expected a whole number, a variable or (, found the"},
    {"2 > q", {}, "1", {}, "sizes, column 1: expected the name of a family of sets, found '2'"},
    {"n > 2", {}, "1", {}, "sizes, column 1: n is the number of processes"},
    {"q > n/2,", {}, "1", {}, "sizes, column 9: expected the name of a family"},
    {"q>n/2 r > 1",
     {},
     "1",
     {},
     "sizes, column 7: expected an operator (+ - * /), a comma or the end, found 'r'; conditions "
     "are separated by commas"},
    {"q > 1",
     {"n > 2*f  f>= 1"},
     "1",
     {},
     "assumption, column 10: expected an operator (+ - * /), a comma or the end, found 'f'; "
     "conditions are separated by commas"},
    {"q > 1",
     {"n f > 1"},
     "1",
     {},
     "assumption, column 3: expected an operator (+ - * /) or a comparison (> >= = <= <), found "
     "'f'; a product is written 2*f"},
    {"q == n", {}, "1", {}, "sizes, column 3: '==' is no comparison; write ="},
    {"q > 1",
     {"n => 1"},
     "1",
     {},
     "assumption, column 3: '=>' is no comparison; accepted are > >= = <= <"},
    {"N > 2", {}, "1", {}, "sizes, column 1: N is no family; the number of processes is n"},
    {"q > 2n",
     {},
     "1",
     {},
     "sizes, column 6: expected an operator (+ - * /), a comma or the end, "
     "found 'n'; a product is written 2*f"},
    {"q > n*n", {}, "1", {}, "sizes, column 6: a product of variables"},
    {"q > 1/n", {}, "1", {}, "sizes, column 6: division by a variable"},
    {"q > n/0", {}, "1", {}, "sizes, column 6: division by 0"},
    {"q > n/(2 - 2)", {}, "1", {}, "sizes, column 6: division by 0"},
    {"q > 0.5*n", {}, "1", {}, "sizes, column 6: no decimal fractions"},
    {"q > (n", {}, "1", {}, "sizes, column 7: expected an operator (+ - * /) or ), found the end"},
    {"q > n)", {}, "1", {}, "sizes, column 6: expected an operator (+ - * /), a comma or the end"},
    {"q > n; r", {}, "1", {}, "sizes, column 6: ';' has no meaning here; accepted are names,"},
    {"q != n", {}, "1", {}, "sizes, column 3: '!' has no meaning"},
    {"q \xe2\x89\xa5 n", {}, "1", {}, "sizes, column 3: '\xe2\x89\xa5' has no meaning"},
    {std::string("q > \0", 5), {}, "1", {}, "sizes, column 5: '\\x00' has no meaning"},
    {"q > 1000000001", {}, "1", {}, "sizes, column 5: a number of more than 1000000000"},
    {"q > 99999999999999999999999", {}, "1", {}, "sizes, column 5: a number of more than"},
    {"q > n*1000000000*1000000000", {}, "1", {}, "sizes, column 17: the result has numbers of"},
    {"q > n/999999999/999999998", {}, "1", {}, "sizes, column 16: the result has numbers of more"},
    {"q > " + deep, {}, "1", {}, "sizes, column 105: parentheses and signs more than 100 deep"},
    {"q > " + std::string(200, '-') + "1", {}, "1", {}, "sizes, column 105: parentheses and sig"},
    {many, {}, "1", {}, "sizes: 10001 bytes, of at most 10000"},
    {std::string(61, 'q') + " > 1", {}, "1", {}, "sizes, column 1: a name of more than 60"},
    {"q > r, r > 1", {}, "1", {}, "sizes, column 5: r is a family of sets; expected a number or"},
    {"q > 1", {""}, "1", {}, "assumption, column 1: expected a whole number, a variable or ("},
    {"q > 1", {"n"}, "1", {}, "assumption, column 2: expected an operator (+ - * /) or a compari"},
    {"q > 1", {"n > 1", "f"}, "1", {}, "assumption 2, column 2: expected an operator"},
    {"q > 1", {"1 < n < 5"}, "1", {}, "assumption, column 7: a second comparison"},
    {"q > 1", {"n > q"}, "1", {}, "assumption, column 5: q is a family of sets"},
    {"q > 1", {"n == 3"}, "1", {}, "assumption, column 3: '==' is no comparison; write ="},
    {"q > N/2", {}, "1", {}, "sizes, column 5: N is no variable; the number of processes is n"},
    {"q > 1", {}, "", {}, "overlap, column 1: expected a whole number"},
    {"q > 1", {}, "1,", {}, "overlap, column 2: expected an operator (+ - * /) or the end"},
    {"q > 1", {}, "0", {}, "overlap: '0' is less than 1"},
    {"q > 1", {}, "1/2", {}, "overlap: '1/2' is less than 1"},
    {"q > 1", {}, "-3", {}, "overlap: '-3' is less than 1"},
    {"q > 1", {}, "1", {""}, "intersect: '' names 0 families; accepted are 2..4"},
    {"a > 1, a_a > 1",
     {},
     "1",
     {"a a a", "a_a a"},
     "intersect: two would be called a_a_a_intersect; give a family another name"},
    {"q > 1", {}, "1", {"q"}, "intersect: 'q' names 1 family; accepted are 2..4"},
    {"q > 1", {}, "1", {"q q q q q"}, "intersect: 'q q q q q' names 5 families"},
    {"q > 1", {}, "1", {"q q, q p"}, "intersect: 'p' is no family; did you mean q?"},
    {"q > 1", {}, "1", {"q q,"}, "intersect: '' names 0 families"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(malformed) {
  for (const Malformed& row : malformed_rows) {
    const std::string message =
        refusal([&] { quorum_of_sizes({row.sizes, row.assumptions, row.overlap, row.intersect}); });
    BOOST_TEST(message.starts_with(row.message), message << "\nexpected " << row.message);
  }
  std::string families = "q0 > 1", conditions = "q > 1", variables = "q > v0";
  for (int i = 1; i <= 100; ++i) {
    if (i <= 12) families += fmt::format(", q{} > 1", i);
    conditions += ", q > 1";
    if (i <= 30) variables += fmt::format(" + v{}", i);
  }
  BOOST_TEST(refusal([&] { quorum_of_sizes({families}); }) == "sizes: 13 families, of at most 12");
  BOOST_TEST(refusal([&] { quorum_of_sizes({conditions}); }).find("more than 100 conditions") !=
             std::string::npos);
  BOOST_TEST(refusal([&] { quorum_of_sizes({variables}); }) == "31 variables, of at most 30");
}

// Whatever the bytes are, they are read or refused with one line.
BOOST_AUTO_TEST_CASE(any_bytes) {
  std::mt19937_64 random(4);
  const std::vector<std::string> seeds = {"phase1 > n/2, phase2 >= n - f", "n > 2*f, f >= 1",
                                          "f + 1", "((((n))))*-(3 - +2)/7",
                                          "q >= 999999999*999999*n - 1000000000/7"};
  const std::string alphabet = "nfq019 +-*/(),<>=._\t\xff\n";
  const auto read = [](const std::string& text) {
    std::vector<NameUse> uses;
    int accepted = 0;
    accepted += refusal([&] { parse_sizes(text, "sizes", uses); }).empty() ? 1 : 0;
    accepted += refusal([&] { parse_comparisons(text, "assumption", uses); }).empty() ? 1 : 0;
    accepted += refusal([&] { parse_linear(text, "overlap", uses); }).empty() ? 1 : 0;
    for (const NameUse& use : uses)
      BOOST_TEST((use.column >= 1 && text.substr(use.column - 1).starts_with(use.name)));
    return accepted;
  };
  int accepted = 0;
  for (int round = 0; round < 8000 / share; ++round) {
    std::string text;
    if (round % 4 == 0) {
      for (auto left = random() % 30; left > 0; --left)
        text += round % 8 == 0 ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
    } else {
      text = seeds[random() % seeds.size()];
      for (auto left = 1 + random() % 3; left > 0; --left) {
        const std::size_t at = random() % text.size();
        const char with = alphabet[random() % alphabet.size()];
        switch (random() % 4) {
          case 0: text[at] = with; break;
          case 1: text.insert(at, 1, with); break;
          case 2: text.insert(at, text.substr(random() % text.size(), random() % 9)); break;
          default: text.erase(at, random() % 4 + (text.size() == 1 ? 0 : 1)); break;
        }
        if (text.empty()) text = "n";
      }
    }
    accepted += read(text);
  }
  BOOST_TEST(accepted > 100 / share);
}

// What is read is what was written: random expressions, evaluated by their own structure.
BOOST_AUTO_TEST_CASE(expressions_mean_what_they_say) {
  std::mt19937_64 random(5);
  struct Written {
    std::string text;
    Fraction value;  // for n = 7, f = 3
    bool constant;
  };
  const auto reduced = [](long long p, long long q) {
    for (long long d = 2; d <= 100; ++d)
      while (p % d == 0 && q % d == 0) {
        p /= d;
        q /= d;
      }
    return q < 0 ? Fraction{-p, -q} : Fraction{p, q};
  };
  const std::function<Written(int)> write = [&](int depth) -> Written {
    if (depth == 0) {
      const auto which = random() % 4;
      if (which == 0) return {"n", {7, 1}, false};
      if (which == 1) return {"f", {3, 1}, false};
      const int number = static_cast<int>(random() % 5);
      return {std::to_string(number), {number, 1}, true};
    }
    const Written left = write(depth - 1), right = write(depth - 1);
    const Fraction a = left.value, b = right.value;
    const bool constant = left.constant && right.constant;
    switch (random() % 5) {
      case 0:
        return {left.text + " + " + "(" + right.text + ")",
                reduced(a.p * b.q + b.p * a.q, a.q * b.q), constant};
      case 1:
        return {left.text + "-(" + right.text + ")", reduced(a.p * b.q - b.p * a.q, a.q * b.q),
                constant};
      case 2:
        if (!left.constant && !right.constant) return left;
        return {"(" + left.text + ")*(" + right.text + ")", reduced(a.p * b.p, a.q * b.q),
                constant};
      case 3:
        if (!right.constant || b.p == 0) return left;
        return {"(" + left.text + ") / (" + right.text + ")", reduced(a.p * b.q, a.q * b.p),
                left.constant};
      default: return {"-(" + left.text + ")", {-a.p, a.q}, left.constant};
    }
  };
  for (int round = 0; round < 2000 / share; ++round) {
    const Written written = write(static_cast<int>(random() % 4));
    std::vector<NameUse> uses;
    const Linear linear = parse_linear(written.text, "overlap", uses);
    long long value = linear.constant;
    for (const auto& [name, count] : linear.terms) value += count * (name == "n" ? 7 : 3);
    BOOST_TEST(value * written.value.q == written.value.p * linear.denominator,
               written.text << " is " << written.value.p << "/" << written.value.q);
  }
  // Precedence, and chains from the left.
  std::vector<NameUse> uses;
  BOOST_TEST(parse_linear("8 - 3 - 2 * 2", "overlap", uses).constant == 1);
  BOOST_TEST(parse_linear("-2 * 3 + 10", "overlap", uses).constant == 4);
  BOOST_TEST(parse_linear("24 / 2 / 3", "overlap", uses).constant == 4);
  const Linear half = parse_linear("(n - f) / 2 + f/2", "overlap", uses);
  BOOST_TEST((half.denominator == 2 && half.terms.size() == 1 && half.terms.at("n") == 1));
}

BOOST_AUTO_TEST_CASE(which_families_meet) {
  using Meetings = std::vector<Meeting>;
  BOOST_TEST((meetings({"a"}, {}) == Meetings{{0, 0}}));
  BOOST_TEST((meetings({"a", "b", "c"}, {}) == Meetings{{0, 1}, {0, 2}, {1, 2}}));
  BOOST_TEST((meetings({"a", "b"}, {"b a,a b", "b b a"}) == Meetings{{0, 1}, {0, 1, 1}}));
  BOOST_TEST((set_names({"a", "b"}, {0, 1, 1}) == std::vector<std::string>{"a", "b.1", "b.2"}));
  BOOST_TEST(meeting_text({"a", "b"}, {0, 1, 1}) == "Any set of a and any 2 sets of b have");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
