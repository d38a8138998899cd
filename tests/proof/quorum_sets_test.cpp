// Sets that a file lists: how it is read, and that enumeration agrees.
#include <fmt/format.h>

#include <bit>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <random>

#include "checker/proof/quorum.hpp"
#include "tests/checker/scratch.hpp"
#include "tests/proof/asking.hpp"

namespace synod::test {
namespace {

using namespace proof;

Topic listed(std::string_view text, int faulty = 0,
             const std::vector<std::string>& intersect = {}) {
  return quorum_of_sets_text(text, "sets.txt", faulty, intersect);
}

/// "proved", or the example that refutes.
std::string outcome(const Topic& topic, const std::string& name) {
  const Solved solved = asked(topic, obligation(topic, name).queries.at(0));
  return solved.answer == Answer::unsat ? "proved" : solved.explanation;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quorums_in_files)

BOOST_AUTO_TEST_CASE(one_family) {
  const std::string fano = "# a plane\n1 2 3\n1,4,5\n1 6 7\n2 4 6\n2, 5, 7\n3 4 7\n3 5 6\n";
  BOOST_TEST(outcome(listed(fano), "quorum_quorum_intersect") == "proved");
  BOOST_TEST(outcome(listed("a b\r\nb c # two\n\nc d\n"), "quorum_quorum_intersect") ==
             "line 1, quorum: {a, b}\nline 4, quorum: {c, d}\nin common: {}\n");
  // A set has itself in common with itself.
  BOOST_TEST(outcome(listed("a\n", 1), "quorum_quorum_intersect") ==
             "line 1, quorum: {a}\nline 1, quorum: {a}\nin common: {a}\n"
             "of which all may be faulty, being at most 1\n");
  BOOST_TEST(outcome(listed("a b c\na b d\n", 1), "quorum_quorum_intersect") == "proved");
  const Topic two = listed(fano, 2);
  const Obligation& one = two.obligations.at(0);
  BOOST_TEST(one.sentence ==
             "Any 2 sets of quorum have more than 2 processes in common, so a correct one if at "
             "most 2 are faulty.");
  BOOST_TEST(one.scope == "the 7 sets of 7 processes that sets.txt lists");
  // The beginning that some editors write.
  BOOST_TEST(outcome(listed("\xef\xbb\xbf"
                            "a b\r\nb c\r\n"),
                     "quorum_quorum_intersect") == "proved");
}

// What one set has in common with itself is not to be taken for more.
BOOST_AUTO_TEST_CASE(families_of_one_set) {
  BOOST_TEST(listed("a b\n").obligations.at(0).sentence ==
             "Any 2 sets of quorum have a process in common; quorum has one set only.");
  const Topic topic =
      listed("one:\na\ntwo:\na\nthree:\na b\na c\n", 0, {"one two three, three three"});
  BOOST_TEST(topic.obligations.at(0).sentence ==
             "Any set of one and any set of two and any set of three have a process in common; one "
             "has one set only; two has one set only.");
  BOOST_TEST(topic.obligations.at(1).sentence == "Any 2 sets of three have a process in common.");
}

BOOST_AUTO_TEST_CASE(families) {
  const std::string text =
      "processes: a b c d\nphase1:\n  a b\n  c d\nphase2:\n  a c\n  b d\n  a d\n  b c\n";
  BOOST_TEST(outcome(listed(text), "phase1_phase2_intersect") == "proved");
  BOOST_TEST(listed(text).obligations.size() == 1U);
  const Topic within = listed(text, 0, {"phase1 phase1, phase2 phase2 phase1"});
  BOOST_TEST(outcome(within, "phase1_phase1_intersect").ends_with("in common: {}\n"));
  BOOST_TEST(outcome(within, "phase1_phase2_phase2_intersect").ends_with("in common: {}\n"));
  for (const int faulty : {0, 1}) {
    const Topic topic = listed(text, faulty, {"phase1 phase2", "phase1 phase1"});
    check_second_opinions(topic, [&](const Query& query) { return asked(topic, query).answer; });
  }
}

BOOST_AUTO_TEST_CASE(files_are_read) {
  const Scratch scratch;
  std::ofstream(scratch.file("sets")) << "a b\nb c";
  BOOST_TEST(outcome(quorum_of_sets(scratch.file("sets")), "quorum_quorum_intersect") == "proved");
  for (const std::string& file : {scratch.file("none"), scratch.file(".")})
    BOOST_TEST(refusal([&] { quorum_of_sets(file); }).find("cannot be read; expected a file") !=
               std::string::npos);
  BOOST_TEST(refusal([&] { quorum_of_sets("/dev/zero"); }) == "/dev/zero: more than 1048576 bytes");
}

// Names of files are shown, and are comments in what solvers read.
BOOST_AUTO_TEST_CASE(names_of_files) {
  const Topic topic = quorum_of_sets_text("a\n", "a\r(assert false)\x1b[31m");
  const Obligation& one = topic.obligations.at(0);
  BOOST_TEST(one.scope == "the 1 set of 1 process that a\\x0d(assert false)\\x1b[31m lists");
  const std::string text =
      smt2(*topic.context, one.queries.at(0), "one\rtwo\x1b\n\nthree\v\xc2\x85");
  BOOST_TEST(text.starts_with("; one\\x0dtwo\\x1b\n;\n; three\\x0b\\xc2\\x85\n(set-info "));
}

BOOST_AUTO_TEST_CASE(enumeration_agrees) {
  std::mt19937_64 random(6);
  int both[2] = {0, 0};
  for (int round = 0; round < 120 / share; ++round) {
    const int n = 1 + static_cast<int>(random() % 6);
    const int faulty = static_cast<int>(random() % 3);
    const bool two = random() % 2 == 0;
    std::string text = two ? "one:\n" : "";
    std::vector<std::vector<unsigned>> families(two ? 2 : 1);
    for (std::size_t family = 0; family < families.size(); ++family) {
      if (family == 1) text += "other:\n";
      for (auto left = 1 + random() % 4; left > 0; --left) {
        const unsigned set = static_cast<unsigned>(1 + random() % ((1U << n) - 1)) |
                             static_cast<unsigned>(random() % (1U << n));
        for (int process = 0; process < n; ++process)
          if ((set >> process & 1) != 0) text += fmt::format("p{} ", process);
        text += "\n";
        families[family].push_back(set);
      }
    }
    bool few = false;
    for (const unsigned a : families.front())
      for (const unsigned b : families.back()) few = few || std::popcount(a & b) <= faulty;
    const Topic topic = listed(text, faulty);
    const std::string name = two ? "one_other_intersect" : "quorum_quorum_intersect";
    const std::string found = outcome(topic, name);  // an example checks itself
    BOOST_TEST((found != "proved") == few, text << faulty << " faulty\n" << found);
    ++both[few ? 1 : 0];
  }
  BOOST_TEST(both[0] >= 10 / share);
  BOOST_TEST(both[1] >= 10 / share);
}

BOOST_AUTO_TEST_CASE(malformed) {
  std::string processes = "processes:", sets, families;
  for (int i = 0; i <= 200; ++i) processes += fmt::format(" p{}", i);
  for (int i = 0; i <= 1000; ++i) sets += "a\n";
  for (int i = 0; i <= 12; ++i) families += fmt::format("f{}:\na\n", i);
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", "sets.txt: no sets; each line lists"},
      {"# nothing\n\n", "sets.txt: no sets"},
      {"processes: a b\n", "sets.txt: no sets"},
      {"a\n ,\n", "sets.txt:2: an empty set"},
      {"a b a\n", "sets.txt:1: 'a' is in this set already"},
      {"processes: a b\na\na bb\n", "sets.txt:3: 'bb' is no process; did you mean"},
      {"processes: a b\nxyz\n", "sets.txt:2: 'xyz' is no process"},
      {"processes: a a\n", "sets.txt:1: 'a' is declared already"},
      {"processes:\na\n", "sets.txt:1: expected the names of the processes"},
      {"a\nprocesses: a\n", "sets.txt:2: processes: has to come before"},
      {"processes: a\nprocesses: b\n", "sets.txt:2: processes: has to come before"},
      {"one:\n", "sets.txt:1: one: is followed by no sets"},
      {"one:\ntwo:\na\n", "sets.txt:1: one: is followed by no sets"},
      {"one:\na\none:\na\n", "sets.txt:3: one: is the heading in line 1 already"},
      {"a\none:\na\n", "sets.txt:2: a heading after sets that have none"},
      {"a\nquorum:\na\n", "sets.txt:2: a heading after sets that have none"},
      {"one: a\n", "sets.txt:1: expected nothing after one:"},
      {"one two:\na\n", "sets.txt:1: expected one name before the colon, found 2"},
      {":\na\n", "sets.txt:1: expected one name before the colon, found 0"},
      {"1:\na\n", "sets.txt:1: '1' is no name of a family"},
      {"a {b}\n", "sets.txt:1: '{b}' is no name of a process; accepted are"},
      {"a \xc3\xa9\n", "sets.txt:1: '\xc3\xa9' is no name of a process"},
      {std::string("a\0b\n", 4), "sets.txt:1: '\\x00' in column 2; accepted are no control"},
      {"a b\rc d\n", "sets.txt:1: '\\x0d' in column 4; accepted are no control characters"},
      {"a b\nc d\r", "sets.txt:2: '\\x0d' in column 4"},
      {"a b\r\r\n", "sets.txt:1: '\\x0d' in column 4"},
      {"a b\n# c\rc d\n", "sets.txt:2: '\\x0d' in column 4"},
      {"a b\n\tb c\vc d\n", "sets.txt:2: '\\x0b' in column 5"},
      {"a b\fc d\n", "sets.txt:1: '\\x0c' in column 4"},
      {"one\f:\na\n", "sets.txt:1: '\\x0c' in column 4"},
      {"a\x7f\n", "sets.txt:1: '\\x7f' in column 2"},
      {"a\n\xef\xbb\xbf"
       "b\n",
       "sets.txt:2: '\xef\xbb\xbf"
       "b' is no name of a process"},
      {std::string(61, 'a') + "\n", "sets.txt:1: 'aaaa"},
      {processes + "\n", "sets.txt:1: more than 200 processes"},
      {sets, "sets.txt:1001: more than 1000 sets"},
      {families, "sets.txt:25: more than 12 families"},
      {std::string((1 << 20) + 1, ' '), "sets.txt: more than 1048576 bytes"},
  };
  for (const auto& [text, message] : rows) {
    const std::string found = refusal([&, &text = text] { listed(text); });
    BOOST_TEST(found.starts_with(message), found << "\nexpected " << message);
  }
  BOOST_TEST(refusal([] { listed("a\n", -1); }) == "faulty: -1 is not in 0..1000");
  BOOST_TEST(refusal([] { listed("a\n", 0, {"a a"}); }) ==
             "intersect: 'a' is no family; there are quorum");
}

BOOST_AUTO_TEST_CASE(any_bytes) {
  std::mt19937_64 random(7);
  const std::string seed = "processes: a b c\none:\na b\nb,c # x\ntwo:\na c\n";
  const std::string alphabet = "abc:, \n#1_\r\xff";
  int accepted = 0;
  for (int round = 0; round < 2000 / share; ++round) {
    std::string text = round % 4 == 0 ? "" : seed;
    for (auto left = random() % 30; round % 4 == 0 && left > 0; --left)
      text += round % 8 == 0 ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
    for (auto left = 1 + random() % 3; round % 4 != 0 && left > 0; --left) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = alphabet[random() % alphabet.size()];
      else
        text.erase(at, 1 + random() % 3);
    }
    accepted += refusal([&] { listed(text, 1); }).empty() ? 1 : 0;
  }
  BOOST_TEST(accepted > 100 / share);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
