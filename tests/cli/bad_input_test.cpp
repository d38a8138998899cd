// Whatever a user gets wrong: exit code 2, one line on standard error that says what and what is
// accepted, nothing on standard output, and no file written or changed.
#include <sys/stat.h>

#include <algorithm>

#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

namespace fs = std::filesystem;

/// Arguments, and what the message has to contain.
struct Mistake {
  Arguments arguments;
  std::vector<std::string> says;
};

/// One line, without control characters.
bool is_one_readable_line(const std::string& text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\n' || (byte >= 0x20 && byte != 0x7f);
  });
  // U+0080 to U+009F in UTF-8: terminals take U+009B for ESC [.
  bool has_c1 = false;
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    has_c1 = has_c1 || (text[i] == '\xc2' && static_cast<unsigned char>(text[i + 1]) < 0xa0);
  return line_count(text) == 1 && text.ends_with('\n') && text.starts_with("synod: ") &&
         printable && !has_c1;
}

void check_mistake(const Mistake& mistake, const TemporaryFolder& folder) {
  const std::vector<std::string> before = folder.listing();
  const Outcome outcome = run(mistake.arguments, {.folder = folder.path()});
  std::string wrong;
  const auto require = [&](bool holds, const std::string& what) {
    if (!holds) wrong += "\n  " + what;
  };
  require(outcome.code == bad_input, "the exit code is not 2");
  require(outcome.out.empty(), "there is something on standard output");
  require(is_one_readable_line(outcome.err), "standard error is not one readable line");
  for (const std::string& part : mistake.says)
    require(contains(outcome.err, part), "the message does not contain \"" + part + "\"");
  require(folder.listing() == before, "a file was written, changed or removed");
  BOOST_CHECK_MESSAGE(wrong.empty(), text_of(mistake.arguments) << wrong << "\n"
                                                                << describe(outcome));
}

void check_mistakes(const std::vector<Mistake>& mistakes) {
  const TemporaryFolder folder;
  for (const Mistake& mistake : mistakes) check_mistake(mistake, folder);
}

const std::string huge = "99999999999999999999999999";

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_arguments)

BOOST_AUTO_TEST_CASE(ways_to_keep_visited_states) {
  const std::vector<std::string> graph = {"--visited compact"};
  const std::vector<std::string> bits = {"--visited bitstate"};
  check_mistakes({
      {{"check", "paxos", "--visited", "hashed"},
       {"'hashed'", "exact, whole, tree, compact, bitstate"}},
      {{"check", "paxos", "--seed", "4"}, {"--seed", "--visited compact"}},
      {{"check", "paxos", "--visited", "compact", "--seed", "-1"}, {"--seed", "0"}},
      {{"check", "paxos", "--visited", "compact", "--memory", "8M"}, {"16M"}},
      {{"check", "paxos", "--visited", "compact", "--valence"}, graph},
      {{"check", "paxos", "--visited", "compact", "--ltl", "[] Started"}, graph},
      {{"check", "transaction_commit", "--visited", "compact", "--property", "CanDecide"}, graph},
      {{"check", "transaction_commit", "--visited", "compact", "--mutant", "deaf_rm"}, graph},
      {{"check", "paxos", "--visited", "bitstate", "--memory", "1000"}, {"--memory", "1M"}},
      {{"check", "paxos", "--visited", "bitstate", "--memory", "90000T"}, {"--memory", "at most"}},
      {{"check", "paxos", "--visited", "bitstate", "--seed", "x"}, {"--seed", "'x'"}},
      {{"check", "paxos", "--visited", "bitstate", "--valence"}, bits},
      {{"check", "paxos", "--visited", "bitstate", "--ltl", "[] Started"}, bits},
      {{"check", "transaction_commit", "--visited", "bitstate", "--property", "CanDecide"}, bits},
      {{"check", "two_phase_commit", "--scenario", "blocked", "--visited", "compact"},
       {"--scenario"}},
  });
}

BOOST_AUTO_TEST_CASE(engines) {
  const std::vector<std::string> names = {"transaction_commit, two_phase_commit"};
  check_mistakes({
      {{"check", "paxos", "--engine", "spin"}, {"--engine", "'spin'", "explicit", "z3"}},
      {{"check", "--engine", "z3"}, {"--engine needs a protocol"}},
      {{"check", "paxos", "--engine", "z3"}, names},
      {{"check", "two_phase_commit", "--engine", "z3", "--threads", "2"},
       {"--threads does not go with --engine z3"}},
      {{"check", "two_phase_commit", "--engine", "z3", "--valence", "--seed", "1"},
       {"--valence and --seed do not go with --engine z3"}},
      {{"check", "two_phase_commit", "--engine", "z3", "--property", "Terminates"},
       {"Terminates", "AC1"}},
      {{"check", "two_phase_commit", "--engine", "z3", "--time", "0"}, {"--time", "'0'"}},
  });
}

BOOST_AUTO_TEST_CASE(proofs) {
  check_mistakes({
      {{"prove", "paxso"}, {"'paxso'", "did you mean paxos?"}},
      {{"prove", "paxos", "safty"}, {"'safty'", "did you mean safety?"}},
      {{"prove", "paxos", "n=3"}, {"'n'", "paxos"}},
      {{"prove", "byzantine", "n=2"}, {"n: '2' is not a whole number in 3..7\n"}},
      {{"prove", "byzantine", "n=3", "k=3"},
       {"k: '3'", "1..1, which is 1..min(n - 2, 2) with n=3"}},
      {{"check", "flp", "processes=3", "decide_by=4"}, {"1..processes with processes=3"}},
      {{"prove", "byzantine", "n=3", "n=4"}, {"'n'", "twice"}},
      {{"prove", "paxos", "--timeout", "0"}, {"--timeout", "1"}},
      {{"prove", "paxos", "--smt2", ""}, {"--smt2"}},
      {{"prove", "paxos", "--sizes", "q > n/2"}, {"--sizes", "quorum"}},
      {{"prove", "quorum", "--assume", "n > 2"}, {"--assume", "--sizes"}},
      {{"prove", "quorum", "--faulty", "1"}, {"--faulty", "--sets"}},
      {{"prove", "quorum", "--intersect", "q q"}, {"--intersect", "--sizes"}},
      {{"prove", "quorum", "--sizes", "q > "}, {"column 5", "expected"}},
      {{"prove", "quorum", "--sizes", "q > n/2", "--assume", "n >> 2"}, {"column 3", "'>>'"}},
      {{"prove", "quorum", "--sizes", "q > n/2", "--sets", "f"}, {"--sizes", "--sets"}},
      {{"prove", "quorum", "--sets", "/none/such"}, {"/none/such"}},
      {{"prove", "quorum", "--sizes", "q > n/2", "--overlap", "1 - n"}, {"'1 - n'", "n = 1"}},
      {{"prove", "quorum", "--sizes", "q > n/2", "--overlap", "f"}, {"'f'", "f = 0"}},
      {{"prove", "quorum", "--sizes", "q > n/2", "--controls"}, {"--controls", "--sizes"}},
      {{"prove", "quorum", "--sets", "f", "--controls"}, {"--controls", "--sets"}},
      {{"prove", "paxos", "safety", "safety"}, {"'safety'", "twice"}},
  });
}

BOOST_AUTO_TEST_CASE(what_does_not_go_with_symmetry) {
  const std::vector<std::string> steps = {"--symmetry", "who takes a step"};
  check_mistakes({
      {{"check", "paxos", "--symmetry", "--valence"}, steps},
      {{"check", "paxos", "--symmetry", "--ltl", "[] Started"}, steps},
      {{"check", "paxos", "--symmetry", "--property", "EventuallyDecides"}, {"--symmetry"}},
      {{"check", "transaction_commit", "--symmetry", "--property", "CanDecide"}, {"--symmetry"}},
      {{"check", "byzantine_om", "--symmetry"}, {"nothing is declared interchangeable"}},
      {{"check", "--symmetry"}, {"--symmetry", "needs a protocol"}},
      {{"check", "paxos", "--symmetry", "--tier", "quick"}, {"--symmetry", "--tier"}},
      {{"check", "raft", "--symmetry", "--scenario", "figure_8"}, {"--symmetry", "--scenario"}},
  });
}

BOOST_AUTO_TEST_CASE(what_does_not_go_with_partial_order) {
  const std::vector<std::string> steps = {"--partial-order leaves steps out"};
  check_mistakes({
      {{"check", "paxos", "--partial-order", "--valence"}, steps},
      {{"check", "paxos", "--partial-order", "--ltl", "[] Started"}, steps},
      {{"check", "paxos", "--partial-order", "--property", "EventuallyDecides"},
       {"--partial-order"}},
      {{"check", "paxos", "--partial-order", "--unfair", "WF(Phase1a)"}, {"--unfair"}},
      {{"check", "transaction_commit", "--partial-order", "--property", "CanDecide"},
       {"--partial-order"}},
      {{"check", "paxos", "--partial-order", "--symmetry"},
       {"--symmetry does not go with --partial-order"}},
      {{"check", "--partial-order"}, {"--partial-order", "needs a protocol"}},
      {{"check", "paxos", "--partial-order", "--tier", "quick"}, {"--partial-order", "--tier"}},
      {{"check", "raft", "--partial-order", "--scenario", "figure_8"},
       {"--partial-order", "--scenario"}},
  });
}

BOOST_AUTO_TEST_CASE(walks) {
  const auto with = [](const std::vector<std::string>& more) {
    Arguments arguments = {"simulate", "paxos"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  check_mistakes({
      {{"simulate"}, {"protocol"}},
      {{"simulate", "paxso"}, {"'paxso'", "did you mean paxos?"}},
      {with({"ballot=2"}), {"'ballot'", "ballots"}},
      {with({"acceptors=99"}), {"acceptors", "1..7"}},
      {with({"--walks", "0"}), {"--walks", "'0'", "at least 1"}},
      {with({"--walks", "many"}), {"--walks", "'many'"}},
      {with({"--walks", huge}), {"--walks"}},
      {with({"--depth", "0"}), {"--depth", "2..1000000"}},
      {with({"--depth", "1000001"}), {"--depth", "2..1000000"}},
      {with({"--depth", ""}), {"--depth", "''"}},
      {with({"--time", "0"}), {"--time", "at least 1"}},
      {with({"--seed", "-1"}), {"--seed", "at least 0"}},
      {with({"--threads", "0"}), {"--threads", "1..1024"}},
      {with({"--mutant", "literal"}), {"'literal'", "literal_accept"}},
      {with({"--drop", "Phase2a"}), {"'Phase2a'"}},
      {with({"--property", "Agrement"}), {"'Agrement'", "Agreement"}},
      {with({"--property", "EventuallyDecides"}), {"EventuallyDecides", "synod check"}},
      {with({"--mutant", "duelling_leaders"}), {"EventuallyDecides", "synod check"}},
      {with({"--expect", "holds"}), {"'holds'", "violated, incomplete"}},
      {with({"--expect", "proved"}), {"'proved'"}},
      {with({"--trace", "missing/file"}), {"missing/file"}},
      {with({"--max-states", "4"}), {"--max-states", "simulate --help"}},
      {with({"--visited", "whole"}), {"--visited", "simulate --help"}},
  });
}

BOOST_AUTO_TEST_CASE(unknown_names_with_the_nearest_ones) {
  check_mistakes({
      {{"chekc"}, {"'chekc'", "check"}},
      {{"frobnicate"}, {"'frobnicate'", "list", "show", "check", "trace"}},
      {{""}, {"''", "list"}},
      {{"check", "paxo"}, {"'paxo'", "did you mean paxos?"}},
      {{"check", "PAXOS"}, {"'PAXOS'", "did you mean paxos?"}},
      {{"show", "transaction_comit"}, {"'transaction_comit'", "did you mean transaction_commit?"}},
      {{"check", "raftt-nothing-like-it"}, {"there are", "paxos"}},
      {{"check", "paxos", "acceptor=3"}, {"paxos", "'acceptor'", "did you mean acceptors?"}},
      {{"show", "paxos", "zzz=3"}, {"'zzz'", "there are acceptors, values, ballots"}},
      {{"check", "paxos", "--property", "Agrement"}, {"'Agrement'", "did you mean Agreement?"}},
      {{"check", "two_phase_commit", "--scenario", "bloked"}, {"'bloked'", "blocked?"}},
      {{"check", "paxos", "--scenario", "blocked"}, {"paxos has no scenario 'blocked'"}},
      {{"check", "two_phase_commit", "--scenario", "blocked", "--drop", "Forget.all"},
       {"'Forget.all'", "Forget.all_done"}},
      {{"check", "two_phase_commit", "--scenario", "blocked", "participants=9"}, {"2..8"}},
      {{"completion", "zsh"}, {"'zsh'", "bash"}},
      {{"check", "paxos", "--mutant", "literal_acept"}, {"'literal_acept'", "literal_accept"}},
      {{"check", "paxos", "--drop", "Phase2b.not_outdatet"}, {"Phase2b.not_outdated"}},
      {{"check", "paxos", "--drop", "Phase2b"}, {"'Phase2b'", "Phase2b."}},
      // Under these parameters the action is switched off.
      {{"check", "paxos", "--drop", "Crash.forget"}, {"'Crash.forget'", "under these parameters"}},
      {{"check", "paxos", "--property", "DownMeansSilent"}, {"DownMeansSilent", "not apply"}},
      {{"trace", "shwo", "file"}, {"'shwo'", "show"}},
      {{"check", "paxos", "--mutnat", "x"}, {"--mutnat"}},
      {{"--frobnicate"}, {"--frobnicate"}},
  });
}

BOOST_AUTO_TEST_CASE(values_out_of_range_name_the_range) {
  check_mistakes({
      {{"check", "paxos", "acceptors=0"}, {"acceptors", "'0'", "1..7"}},
      {{"check", "paxos", "acceptors=8"}, {"acceptors", "'8'", "1..7"}},
      {{"check", "paxos", "acceptors=-1"}, {"acceptors", "'-1'", "1..7"}},
      {{"check", "transaction_commit", "participants=21"}, {"participants", "1..20"}},
      // The upper end is another parameter's value.
      {{"check", "paxos", "acceptors=5", "info_quorum=6"}, {"info_quorum", "1..5"}},
      {{"check", "paxos", "info_quorum=4", "acceptors=3"}, {"info_quorum", "1..3"}},
      {{"check", "paxos", "durable=some"}, {"durable", "'some'", "all, votes, none"}},
      {{"check", "paxos", "crash=YES"}, {"crash", "'YES'", "no, yes"}},
      {{"check", "paxos", "--threads", "0"}, {"--threads", "'0'", "1.."}},
      {{"check", "paxos", "--threads", "1025"}, {"--threads", "1..1024"}},
      {{"check", "paxos", "--max-states", "0"}, {"--max-states", "at least 1"}},
      {{"check", "paxos", "--max-depth", "0"}, {"--max-depth", "at least 1"}},
      {{"check", "paxos", "--time", "0"}, {"--time", "at least 1"}},
      {{"check", "paxos", "--memory", "0"}, {"--memory", "512M"}},
      {{"check", "paxos", "--memory", "1023K"}, {"--memory", "1M"}},
      {{"check", "paxos", "--expect", "success"}, {"--expect", "holds, violated, vacuous"}},
      {{"check", "paxos", "--tier", "slow"}, {"--tier", "'slow'", "quick", "thorough"}},
  });
}

BOOST_AUTO_TEST_CASE(folders_for_states) {
  check_mistakes({
      {{"check", "paxos", "--disk", ""}, {"--disk", "none"}},
      {{"check", "paxos", "--disk", "/missing"}, {"--disk: /missing: ", "No such file"}},
      {{"check", "paxos", "--disk", "/dev/null"}, {"--disk: /dev/null: ", "Not a directory"}},
      {{"check", "paxos", "--disk", ".", "--visited", "compact"}, {"--disk", "compact"}},
      {{"check", "paxos", "--disk", ".", "--checkpoint", "new"}, {"--disk", "--checkpoint"}},
      {{"check", "raft", "--scenario", "normal", "--disk", "."}, {"--scenario"}},
  });
}

BOOST_AUTO_TEST_CASE(what_is_no_number) {
  for (const std::string& text : std::vector<std::string>{"x", "3x", "3.0", "0x3", "+3", " 3", "3 ",
                                                          "1e1", "\xc2\xb3", "--3", "3,0"})
    check_mistakes({{{"check", "paxos", "acceptors=" + text}, {"acceptors", "1..7"}},
                    {{"check", "paxos", "--threads=" + text}, {"--threads", "1..1024"}},
                    {{"check", "paxos", "--memory=" + text + "Q"}, {"--memory", "512M"}}});
}

BOOST_AUTO_TEST_CASE(huge_numbers) {
  check_mistakes({
      {{"check", "paxos", "acceptors=" + huge}, {"acceptors", "1..7"}},
      {{"check", "paxos", "acceptors=-" + huge}, {"acceptors", "1..7"}},
      {{"check", "paxos", "acceptors=4294967299"}, {"acceptors", "1..7"}},  // 3 in 32 bits
      {{"check", "paxos", "acceptors=18446744073709551619"}, {"1..7"}},     // 3 in 64 bits
      {{"check", "paxos", "--threads", huge}, {"--threads", "1..1024"}},
      {{"check", "paxos", "--max-states", huge}, {"--max-states", "1..9223372036854775807"}},
      {{"check", "paxos", "--max-states", "9223372036854775808"}, {"1..9223372036854775807"}},
      {{"check", "paxos", "--max-depth", huge}, {"--max-depth", "1..9223372036854775807"}},
      {{"check", "paxos", "--time", huge}, {"--time", "1..9223372036854775807"}},
      {{"check", "paxos", "--visited", "compact", "--seed", huge},
       {"--seed", "0..9223372036854775807"}},
      {{"simulate", "paxos", "--seed", huge}, {"--seed", "0..9223372036854775807"}},
      {{"simulate", "paxos", "--walks", huge}, {"--walks", "1..9223372036854775807"}},
      {{"check", "paxos", "--memory", huge}, {"--memory", "too large; at most 4194304T"}},
      {{"check", "paxos", "--memory", huge + "T"}, {"--memory", "at most 4194304T"}},
      {{"check", "paxos", "--memory", "4194305T"}, {"--memory", "at most 4194304T"}},
      {{"check", "paxos", "--memory", "16777216T"}, {"--memory", "at most"}},  // 2^64 bytes
  });
}

// The largest numbers that can be read are no mistake.
BOOST_AUTO_TEST_CASE(the_largest_limits) {
  const std::string largest = "9223372036854775807";
  const Outcome outcome = run({"check", "transaction_commit", "--max-states", largest,
                               "--max-depth", largest, "--time", largest, "--memory", "4T"});
  CHECK_RUN(outcome, outcome.code == as_expected);
}

BOOST_AUTO_TEST_CASE(assignments_that_are_none) {
  check_mistakes({
      {{"check", "paxos", "acceptors"}, {"'acceptors'", "NAME=VALUE"}},
      {{"check", "paxos", "=3"}, {"'=3'", "NAME=VALUE"}},
      {{"check", "paxos", ""}, {"''", "NAME=VALUE"}},
      {{"check", "paxos", "acceptors=3", "acceptors=3"}, {"'acceptors'", "twice"}},
      {{"check", "paxos", "acceptors=3", "acceptors=4"}, {"'acceptors'", "twice"}},
      {{"check", "acceptors=3"}, {"'acceptors=3'", "paxos"}},
      // The mutant is what sets it.
      {{"check", "paxos", "--mutant", "no_intersection", "info_quorum=2"}, {"info_quorum"}},
  });
}

// An unset variable in a script must not silently check something else.
BOOST_AUTO_TEST_CASE(empty_values) {
  check_mistakes({
      {{"check", ""}, {"''", "paxos"}},
      {{"show", ""}, {"''", "paxos"}},
      {{"check", "paxos", "acceptors="}, {"acceptors", "1..7"}},
      {{"check", "paxos", "durable="}, {"durable", "all, votes, none"}},
      {{"check", "paxos", "--mutant", ""}, {"mutant"}},
      {{"check", "paxos", "--scenario", ""}, {"scenario"}},
      {{"check", "paxos", "--mutant="}, {"mutant"}},
      {{"check", "paxos", "--drop", ""}, {"''", "Phase2b.not_outdated"}},
      {{"check", "paxos", "--property", ""}, {"''", "Agreement"}},
      {{"check", "paxos", "--expect", ""}, {"--expect", "holds, violated"}},
      {{"check", "paxos", "--tier", ""}, {"--tier", "quick"}},
      {{"check", "paxos", "--threads", ""}, {"--threads"}},
      {{"check", "paxos", "--max-states", ""}, {"--max-states"}},
      {{"check", "paxos", "--max-depth", ""}, {"--max-depth"}},
      {{"check", "paxos", "--memory", ""}, {"--memory"}},
      {{"check", "paxos", "--time", ""}, {"--time"}},
      {{"check", "paxos", "--mutant", "literal_accept", "--trace", ""}, {"trace"}},
      {{"trace", "show", ""}, {"file"}},
      {{"trace", "replay", ""}, {"file"}},
      {{"spec-check", "--tlc", ""}, {"--tlc"}},
  });
}

BOOST_AUTO_TEST_CASE(formulas_that_cannot_be_read) {
  const auto formula = [](const std::string& text) {
    return Arguments{"check", "paxos", "--ltl", text};
  };
  std::string deep = "Decided";
  for (int i = 0; i < 300; ++i) deep = "(" + deep + ")";
  std::string long_one = "Decided";
  for (int i = 0; i < 600; ++i) long_one += " && Decided";
  check_mistakes({
      {formula("[] (Started -> "), {"'[] (Started -> '", "character 16", "the end"}},
      {formula("[] (p -> "), {"character 10", "a name", "the end"}},
      {formula("[] (Started -> <> Decided"), {"character 26", "the end"}},
      {formula("[] Started)"), {"character 11", "')'"}},
      {formula("Started Decided"), {"character 9"}},
      {formula("[] p"), {"character 4", "no state predicate 'p'", "Started"}},
      {formula("Started ~> Decied"), {"character 12", "'Decied'", "did you mean Decided?"}},
      {formula("[] NoDeadlock"), {"character 4", "'NoDeadlock'"}},
      {formula("<> OneLeaderDecides"), {"'OneLeaderDecides'"}},
      {formula("<> Decided || ThirdValueChosen"),
       {"character 15: 'ThirdValueChosen' does not apply under these parameters\n"}},
      {{"check", "flp", "--ltl", "[] !Blocked"},
       {"character 5: 'Blocked' does not apply under these parameters\n"}},
      {formula("X Decided"), {"character"}},
      {formula("Started -> Decided ~> Started"), {"character 20"}},
      {formula("Started = Decided"), {"character 1", "'Started' is a predicate"}},
      {formula(" "), {"character 2", "the end"}},
      {formula(deep), {"character"}},
      {formula(long_one), {"character"}},
  });
}

BOOST_AUTO_TEST_CASE(assumptions_that_cannot_be_made) {
  const auto fair = [](const std::string& text) {
    return Arguments{"check", "paxos", "--ltl", "<> Decided", "--fair", text};
  };
  check_mistakes({
      {fair("WF(Nope)"), {"'WF(Nope)', character 4: no action 'Nope'; there are Phase1a"}},
      {fair("WF(Phase1)"), {"did you mean Phase1a"}},
      {fair("WF(Phase1b, Nope)"), {"character 13: no action 'Nope'"}},
      {fair("WF(Phase1b by nobody)"),
       {"character 15: Phase1b has no argument 'nobody'; there are acceptor, ballot\n"}},
      {fair("WF(Phase1b by acceptor acceptor)"),
       {"character 24: Phase1b has 1 argument 'acceptor', not 2; there are acceptor, ballot\n"}},
      {fair("WF(Phase1b, Phase1a by acceptor)"),
       {"character 24: Phase1a has no argument 'acceptor'; all of the actions have ballot\n"}},
      {fair("WF(* by acceptor)"),
       {"character 9: Phase1a has no argument 'acceptor'; the actions have none in "
        "common\n"}},
      {fair("WF(*, Phase1a)"), {"character 4: * is all actions"}},
      {fair("WF()"), {"character 4: an action is wanted; there are Phase1a", ", and * for all"}},
      {fair("WF(,Phase1b)"), {"character 4: an action is wanted"}},
      {fair("WF(Phase1b,)"), {"character 12: an action is wanted"}},
      {fair("WF(by acceptor)"), {"character 4: an action is wanted"}},
      {fair("WF(Phase1b by )"),
       {"character 15: an argument is wanted; there are acceptor, ballot\n"}},
      {fair("WF(Phase1b by acceptor, ballot)"),
       {"character 23: \"where\" or \")\" is wanted", "WF(Action by"}},
      {fair("WF(Phase1b Phase2a)"),
       {"character 12: \",\", \"by\", \"where\" or \")\" is wanted", "WF(One"}},
      {fair("WF(Phase1b) and more"), {"character 13: nothing is wanted after", "WF(Action)"}},
      {fair("WF Phase1b"), {"character 4: \"(\" is wanted", "WF(Action), SF(Action), FIN(Action)"}},
      {fair("wf(Phase1b)"), {"character 1: WF, SF or FIN is wanted", "WF(Action)"}},
      {fair("WF(Phase1b"), {"character 11", "\")\" is wanted", "WF(Action)"}},
      {fair("Phase1b"), {"character 1: WF, SF or FIN", "WF(Action)"}},
      {fair(""), {"'', character 1: WF, SF or FIN", "WF(Action)"}},
      {{"check", "transaction_commit", "participants=20", "--ltl", "<> AllDecided", "--fair",
        "WF(RMPrepare by rm)", "--fair", "WF(RMChooseToAbort by rm)", "--fair",
        "WF(RMRcvAbortMsg by rm)", "--fair", "WF(RMRcvCommitMsg by rm)"},
       {"at most 64 groups of steps"}},
      {{"check", "paxos", "--fair", "WF(Phase1b)"}, {"--fair needs --ltl"}},
      {fair("WF(Crash by acceptor)"),
       {"no action that 'WF(Crash by acceptor)' is about applies under these parameters"}},
      {{"check", "paxos", "--unfair", "WF(Phase1b)"},
       {"no claim that is judged here assumes 'WF(Phase1b)'"}},
      {{"check", "paxos", "--unfair", "x"},
       {"there are FIN(Phase1a), WF(Phase1b by acceptor), WF(Phase2a), WF(Phase2b by acceptor)\n"}},
      {{"check", "paxos", "--unfair", ""}, {"''", "WF(Phase2a)"}},
      {{"check", "paxos", "--property", "Agreement", "--unfair", "WF(Phase2a)"},
       {"no claim that is judged here assumes 'WF(Phase2a)'", "there are none"}},
      {{"check", "paxos", "--property", "EventuallyDecides", "--unfair", "FIN(Phase1a)"},
       {"assumes 'FIN(Phase1a)'; there are WF(Phase1b by acceptor), WF(Phase2a), "
        "WF(Phase2b by acceptor)\n"}},
      {{"check", "paxos", "--ltl", "<> Decided", "--unfair", "WF(Phase2a)"}, {"there are none"}},
      {{"check", "paxos", "--drop", "Phase2b.accept", "--unfair", "WF(Phase2a)"},
       {"there are none"}},
      {{"check", "paxos", "crash=yes", "--unfair", "WF(Phase2a)"}, {"there are none"}},
      {{"check", "--ltl", "<> Decided"}, {"--ltl", "needs a protocol"}},
      {{"check", "two_phase_commit", "--scenario", "blocked", "--ltl", "TRUE"},
       {"not go with --scenario"}},
      {{"check", "paxos", "--tier", "quick", "--ltl", "TRUE"}, {"--tier", "--ltl"}},
  });
}

BOOST_AUTO_TEST_CASE(what_does_not_go_together) {
  check_mistakes({
      {{"trace"}, {"trace"}},
      {{"show"}, {"protocol"}},
      {{"trace", "show"}, {"file"}},
      {{"trace", "replay"}, {"file"}},
      {{"spec-check"}, {"--tlc"}},
      {{"spec-check", "--tlc", "no-such.jar"}, {"--tlc", "'no-such.jar'", "tla2tools.jar"}},
      {{"list", "paxos"}, {"paxos"}},
      {{"show", "paxos", "--mutant", "literal_accept"}, {"--mutant"}},
      {{"check", "--mutant", "literal_accept"}, {"--mutant", "needs a protocol"}},
      {{"check", "--scenario", "blocked"}, {"--scenario needs a protocol"}},
      {{"check", "two_phase_commit", "--scenario", "blocked", "--profile"},
       {"--profile", "not go with --scenario"}},
      {{"check", "--profile"}, {"--profile", "needs a protocol"}},
      {{"check", "paxos", "--progress", "xml"}, {"'xml' is none of line, json, none"}},
      {{"check", "--progress", ""}, {"'' is none of line, json, none"}},
      {{"check", "two_phase_commit", "--scenario", "blocked", "--mutant", "blocked"},
       {"not go with --scenario"}},
      {{"check", "two_phase_commit", "--scenario", "blocked", "--tier", "quick"},
       {"--scenario does not go with --tier"}},
      {{"check", "--expect", "holds"}, {"--expect", "needs a protocol"}},
      {{"check", "paxos", "--tier", "quick", "acceptors=3"}, {"--tier"}},
      {{"check", "paxos", "--tier", "quick", "--trace", "file"}, {"--tier", "--trace"}},
      {{"check", "paxos", "--threads"}, {"--threads"}},
      {{"check", "paxos", "--threads", "1", "--threads", "2"}, {"--threads"}},
      {{"check", "paxos", "--json=maybe"}, {"--json"}},
  });
}

// Text that would forge a second line, or drive the terminal, is shown escaped.
BOOST_AUTO_TEST_CASE(control_characters) {
  for (const std::string& text :
       std::vector<std::string>{"a\nsynod: all is well", "a\r\x1b[2Kb", "\x1b[31mred", "a\tb",
                                "\x7f", std::string("\xc2\x9b") + "31m", "\xff\xfe", "a\vb\f"}) {
    check_mistakes({
        {{text}, {}},
        {{"check", text}, {}},
        {{"check", "paxos", text}, {}},
        {{"check", "paxos", text + "=3"}, {}},
        {{"check", "paxos", "acceptors=" + text}, {}},
        {{"check", "paxos", "durable=" + text}, {}},
        {{"check", "paxos", "--mutant", text}, {}},
        {{"check", "paxos", "--drop", text}, {}},
        {{"check", "paxos", "--property", text}, {}},
        {{"check", "paxos", "--expect", text}, {}},
        {{"check", "paxos", "--threads", text}, {}},
        {{"check", "paxos", "--memory", text}, {}},
        {{"check", "paxos", "--tier", text}, {}},
        {{"check", "paxos", "--ltl", text}, {}},
        {{"check", "paxos", "--ltl", "TRUE", "--fair", text}, {}},
        {{"check", "paxos", "--unfair", text}, {}},
        {{"check", "paxos", "--" + text}, {}},
        {{"show", text}, {}},
        {{"trace", text}, {}},
        {{"trace", "show", text}, {}},
        {{"trace", "replay", text}, {}},
        {{"trace", "show", "missing/" + text}, {}},
        {{"spec-check", "--tlc", text}, {}},
        {{"check", "paxos", "--mutant", "literal_accept", "--trace", "missing/" + text}, {}},
    });
  }
}

BOOST_AUTO_TEST_CASE(a_very_long_argument) {
  const std::string text(100'000, 'x');
  check_mistakes({
      {{text}, {"xxx..."}},
      {{"check", text}, {"xxx..."}},
      {{"check", "paxos", text}, {"xxx..."}},
      {{"check", "paxos", text + "=3"}, {"xxx..."}},
      {{"check", "paxos", "acceptors=" + text}, {"xxx..."}},
      {{"check", "paxos", "--mutant", text}, {"xxx..."}},
      {{"check", "paxos", "--drop", text}, {"xxx..."}},
      {{"check", "paxos", "--property", text}, {"xxx..."}},
      {{"check", "paxos", "--ltl", text}, {"xxx..."}},
      {{"check", "paxos", "--ltl", "TRUE", "--fair", text}, {"xxx..."}},
      {{"check", "paxos", "--unfair", text}, {"xxx..."}},
      {{"check", "paxos", "--threads", std::string(100'000, '9')}, {"999..."}},
      {{"check", "paxos", "--" + text}, {}},
      {{"trace", "show", text}, {}},
      {{"check", "paxos", "--mutant", "literal_accept", "--trace", text}, {}},
      {{"spec-check", "--tlc", text}, {"--tlc"}},
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(bad_files)

BOOST_AUTO_TEST_CASE(no_file_to_read) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "folder");
  folder.write("a_file", "");
  for (const char* const verb : {"show", "replay"}) {
    check_mistake({{"trace", verb, "missing"}, {"missing", "No such file"}}, folder);
    check_mistake({{"trace", verb, "folder"}, {"folder", "directory", "expected a file"}}, folder);
    check_mistake({{"trace", verb, "."}, {"directory"}}, folder);
    check_mistake({{"trace", verb, "a_file/b"}, {"a_file/b"}}, folder);
  }
}

// An error elsewhere is not one of standard output.
BOOST_AUTO_TEST_CASE(no_folder_for_temporary_files) {
  const TemporaryFolder folder;
  folder.write("tla2tools.jar", "");
  const Outcome outcome = run({"spec-check", "paxos", "--tlc", "tla2tools.jar"},
                              {.folder = folder.path(), .environment = {{"TMPDIR", "missing"}}});
  CHECK_RUN(outcome, outcome.code == bad_input);
  CHECK_RUN(outcome, is_one_readable_line(outcome.err));
  CHECK_RUN(outcome, !contains(outcome.err, "standard output"));
}

// Reading it to its end would take all memory; the limit keeps a mistake from taking that of the
// machine. Sanitizers reserve far more than any limit, so they do without this test.
#ifndef SYNOD_SANITIZED
BOOST_AUTO_TEST_CASE(a_file_without_end) {
  const Outcome outcome =
      run({"trace", "show", "/dev/zero"}, {.address_space_bytes = std::size_t{2} << 30});
  CHECK_RUN(outcome, outcome.code == bad_input);
  CHECK_RUN(outcome, is_one_readable_line(outcome.err));
  CHECK_RUN(outcome, contains(outcome.err, "/dev/zero"));
}
#endif

BOOST_AUTO_TEST_CASE(a_trace_that_cannot_be_written) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "folder");
  folder.write("a_file", "");
  for (const char* const file : {"missing/trace.json", "folder", "folder/", "a_file/trace.json"})
    check_mistake({{"check", "paxos", "--mutant", "literal_accept", "--trace", file}, {file}},
                  folder);
}

// A trace never takes the place of a device, a pipe or a socket: as root, `--trace /dev/null`
// would take that away from the whole machine.
BOOST_AUTO_TEST_CASE(a_pipe_in_place_of_a_trace_stays_a_pipe) {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  BOOST_REQUIRE_EQUAL(mkfifo(pipe.c_str(), 0600), 0);
  check_mistake({{"check", "paxos", "--mutant", "literal_accept", "--trace", "pipe"}, {"pipe"}},
                folder);
  BOOST_TEST(fs::is_fifo(pipe));
}

BOOST_AUTO_TEST_CASE(files_that_are_no_trace) {
  const TemporaryFolder folder;
  struct Row {
    std::string text;
    std::vector<std::string> says;
  };
  const std::string meta =
      R"({"#meta": {"format": "ITF", "protocol": "paxos", "mutant": "", "property": "Agreement",)"
      R"( "verdict": "violated", "dropped": [], "parameters": )";
  const std::vector<Row> rows = {
      {"", {"1:", "too early", "expected a trace"}},
      {" \n\n", {"too early", "expected a trace"}},
      {"null", {"expected an object"}},
      {"[]", {"expected an object", "'[]'"}},
      {"{}", {"#meta", "Synod"}},
      {"hello", {"1:1", "not valid JSON", "expected a trace"}},
      {"{\n  \"a\": 1,\n  \"b\" 2}", {"3:", "not valid JSON"}},
      {"{\"a\": \"\xff\"}", {"not valid JSON"}},
      // Found by fuzz_trace: a number that no double holds.
      {"{\"a\": 1e999}", {"1:"}},
      {std::string("\x7f"
                   "ELF\x02\x01\x01\0\0",
                   9),
       {"1:1", "not valid JSON"}},
      {std::string(200'000, '['), {}},
      // Another tool's: Quint's and Apalache's files carry no protocol of ours.
      {R"({"#meta": {"format": "ITF", "source": "x.qnt", "status": "ok"}, "vars": ["x"],)"
       R"( "states": [{"x": 1}]})",
       {"/#meta/protocol", "Synod"}},
      {R"({"vars": ["x"], "states": [{"#meta": {"index": 0}, "x": {"#bigint": "1"}}]})",
       {"/#meta", "Synod"}},
      {R"({"#meta": {"format": "TLC"}})", {"/#meta/format", "ITF"}},
      {R"({"#meta": 3})", {"/#meta", "object"}},
      {meta + "3}}", {"/#meta/parameters", "object"}},
      {meta + R"({"acceptors": 3}}})", {"/#meta/parameters/acceptors", "string"}},
      {meta + R"({"acceptors": "9"}}})", {"acceptors", "1..7"}},
      {meta + R"({"ballot": "2"}}})", {"'ballot'", "ballots"}},
      {meta + "{}}}", {"/states"}},
      {meta + "{}}, \"states\": []}", {"/states", "at least one"}},
      {meta + "{}}, \"states\": [3]}", {"/states/0"}},
      {meta + "{}}, \"states\": [{\"nonsense\": 3}]}", {"/states/0", "nonsense"}},
      {meta + "{}}, \"states\": [{}]}", {"/states/0"}},
      // Text of the file in a message stays on its line.
      {meta + R"({"a\nb": "3"}}})", {"'a"}},
      {meta + R"({"a\nb": 3}}})", {"/#meta/parameters/"}},
      {meta + "{}}, \"states\": [{\"a\\nb\": 3}]}", {"/states/0"}},
      {meta + "{\"a\": \"" + std::string(100'000, 'x') + "\"}}}", {"'a'"}},
  };
  for (const Row& row : rows) {
    folder.write("file.json", row.text);
    BOOST_TEST_CONTEXT(row.text.substr(0, 200)) {
      for (const char* const verb : {"show", "replay"}) {
        std::vector<std::string> says = row.says;
        says.emplace_back("file.json:");
        check_mistake({{"trace", verb, "file.json"}, says}, folder);
      }
    }
  }
}

// Nested so deeply that a recursive function would run out of stack.
BOOST_AUTO_TEST_CASE(files_nested_deeply) {
  const TemporaryFolder folder;
  constexpr std::size_t depth = 1'000'000;
  const std::string nested = std::string(depth, '[') + std::string(depth, ']');
  for (const std::string& text :
       {nested, "{\"vars\": " + nested + "}", "{\"a\": " + nested + ", \"#meta\": 3}",
        "{\"#meta\": " + nested + "}", "{\"#meta\": {\"format\": " + nested + "}}"}) {
    folder.write("file.json", text);
    // The files are large, so they are compared once, here, and not in each listing.
    const Outcome outcome = run({"trace", "show", "file.json"}, {.folder = folder.path()});
    BOOST_TEST_CONTEXT(text.substr(0, 40)) {
      CHECK_RUN(outcome, outcome.code == bad_input);
      CHECK_RUN(outcome, is_one_readable_line(outcome.err));
    }
  }
}

// Cut anywhere, a trace is refused: no half of one is taken for the whole.
BOOST_AUTO_TEST_CASE(a_truncated_trace) {
  const TemporaryFolder folder;
  const std::string whole = read_text(write_counterexample(folder));
  // The last two bytes are the closing brace and the end of the line.
  for (std::size_t size = 0; size + 2 < whole.size(); size += 97) {
    folder.write("cut.json", whole.substr(0, size));
    check_mistake({{"trace", "replay", "cut.json"}, {"cut.json:", "too early"}}, folder);
  }
}

BOOST_AUTO_TEST_CASE(a_corrupt_trace_names_the_position_and_what_was_expected) {
  const TemporaryFolder folder;
  const std::string whole = read_text(write_counterexample(folder));
  struct Row {
    std::string from, to;
    std::vector<std::string> says;
  };
  const std::string number = R"({"#bigint":"-1"})";  // the first: of a1, at first
  const std::vector<Row> rows = {
      {number, "-2", {"/states/0/maxBal", "-1..1", "'-2'"}},
      {number, "1e0", {"/states/0/maxBal", "-1..1"}},
      {number, "18446744073709551615", {"/states/0/maxBal", "-1..1"}},
      {number, "9223372036854775807", {"/states/0/maxBal", "-1..1"}},
      {number, "-9223372036854775808", {"/states/0/maxBal", "-1..1"}},
      {number, R"({"#bigint":"2"})", {"/states/0/maxBal", "-1..1", R"({"#bigint":"2"})"}},
      {number, R"({"#bigint":"18446744073709551615"})", {"/states/0/maxBal", "-1..1"}},
      {number, R"({"#bigint":")" + std::string(100'000, '9') + R"("})", {"/states/0/maxBal"}},
      {number, R"({"#bigint":-1})", {"/states/0/maxBal", "-1..1"}},
      {number, R"({"#bigint":"-1 "})", {"/states/0/maxBal", "-1..1"}},
      {number, R"({"#bigint":""})", {"/states/0/maxBal", "-1..1"}},
      {number, R"({"#bigint":"-1","x":1})", {"/states/0/maxBal", "-1..1"}},
      {"[\"a1\",", "[\"a9\",", {"/states/0/maxBal", "a1, a2, a3", "a9"}},
      {"[\"a2\",", "[\"a1\",", {"/states/0/maxBal", "once"}},
      {"[\"a1\"," + number + "],", "", {"/states/0/maxBal", "3 entries"}},
      {"[\"a1\"," + number + "]", "\"a1\"", {"/states/0/maxBal/#map/0", "[key, value]"}},
      {"\"down\":", "\"maxBal\":", {"/states/0/maxBal", "each key once"}},
      {R"("vars": ["maxBal",)", R"("vars": [)", {"/vars", "maxBal"}},
      {R"("vars": ["maxBal",)", R"("vars": ["maxBal","maxBal",)", {"/vars", "maxBal"}},
      {R"("vars": ["maxBal",)", R"("vars": ["minBal",)", {"/vars", "maxBal"}},
      {R"("vars": [)", R"("vars": [3,)", {"/vars", "maxBal"}},
      {R"("vars": [)", R"("vars": 3, "x": [)", {"/vars", "an array"}},
      {"\"type\":\"1a\"", R"("type":"1a","type":"1a")", {"/states/1/msgs/#set/0/type", "once"}},
      {"\"vars\"", "\"#meta\"", {"at /#meta", "each key once"}},
      {"\"maxBal\":{\"#map\"", "\"maxBal\":{\"#mop\"", {"/states/0/maxBal/#map"}},
      {"\"down\":{\"#set\":[]}", "\"down\":{\"#set\":[\"a1\"]}", {"/states/0/down/#set/0"}},
      {"\"down\":{\"#set\":[]},", "", {"/states/0/down"}},
      {"\"type\":\"1a\"", "\"type\":\"3a\"", {"/states/1/msgs", "1a, 1b"}},
      {R"("type":"1a","bal":{"#bigint":"0"})", R"("type":"1a")", {"/states/1/msgs/#set/0"}},
      {"\"type\":\"1a\",", "", {"/states/1/msgs/#set/0/type"}},
      {"\"type\":\"1a\",", R"("type":"1a","val":0,)", {"/states/1/msgs"}},
      {"\"action\":\"Phase1a(0)\"", "\"action\":3", {"/states/1/#meta/action", "a string"}},
      {"\"protocol\":\"paxos\"", "\"protocol\":\"paxo\"", {"'paxo'", "did you mean paxos?"}},
      {"\"property\":\"Agreement\"", "\"property\":\"Agrement\"", {"did you mean Agreement?"}},
      {"Phase2b.not_outdated", "Phase2b.outdated", {"'Phase2b.outdated'", "not_outdated"}},
      {"Phase2b.not_outdated", "not_outdated", {"/#meta/dropped", "ACTION."}},
      {"\"verdict\":\"violated\"", "\"verdict\":\"true\"", {"/#meta/verdict", "\"violated\""}},
      {"\"mutant\":\"literal_accept\"", "\"mutant\":\"nonsense\"", {"'nonsense'"}},
      {"\n]}\n", "\n]}\nmore", {"not valid JSON"}},
      {"\n]}\n", std::string("\n]}\n\0more", 9), {"not valid JSON"}},
  };
  for (const Row& row : rows) {
    std::string text = whole;
    const std::size_t at = text.find(row.from);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, row.from);
    folder.write("bad.json", text.replace(at, row.from.size(), row.to));
    BOOST_TEST_CONTEXT(row.from << " becomes " << row.to) {
      std::vector<std::string> says = row.says;
      says.emplace_back("bad.json:");
      check_mistake({{"trace", "replay", "bad.json"}, says}, folder);
    }
  }
}

BOOST_AUTO_TEST_CASE(questions_that_a_trace_cannot_answer) {
  const TemporaryFolder folder;
  write_counterexample(folder);
  const std::string file = "counterexample.itf.json";
  const std::vector<Mistake> mistakes = {
      {{"trace", "show", file, "--explain=Phase2a", "--at", "13"}, {"--at", "'13'", "0..12"}},
      {{"trace", "show", file, "--explain=Phase2a", "--at", "-1"}, {"--at", "0..12"}},
      {{"trace", "show", file, "--explain=Phase2a", "--at", "x"}, {"--at", "0..12"}},
      {{"trace", "show", file, "--explain=Phase2a", "--at", ""}, {"--at", "0..12"}},
      {{"trace", "show", file, "--explain=Phase3"}, {"'Phase3'", "Phase1a"}},
      {{"trace", "show", file, "--explain=Phase2b(a9, 0, v1)"}, {"a9", "Phase2b(a1, 0, v1)"}},
      {{"trace", "show", file, "--explain=Phase2b("}, {"Phase2b(a1, 0, v1)"}},
      {{"trace", "show", file, "--explain=Phase2b()"}, {"Phase2b(a1, 0, v1)"}},
      {{"trace", "show", file, "--explain=Phase2b\n"}, {"Phase2b"}},
      {{"trace", "show", file, "--explain=("}, {"'('"}},
      {{"trace", "show", file, "--explain="}, {"''"}},
      {{"trace", "show", file, "--explain=Crash(a1)"}, {"Crash", "not apply"}},
      {{"trace", "show", file, "--explain=" + std::string(100'000, 'x')}, {"xxx..."}},
      {{"trace", "show", file, file}, {}},
  };
  for (const Mistake& mistake : mistakes) check_mistake(mistake, folder);
}

BOOST_AUTO_TEST_SUITE_END()
