// Conditions on states: what they mean, and what is refused with which words.
#include "checker/condition/condition.hpp"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>
#include <regex>

#include "checker/condition/conditioned_model.hpp"
#include "checker/condition/program.hpp"
#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"

namespace synod::test {

struct CastVote {
  int ballot, value;
};
/// What no system of the catalogue has: records in a map and in a scalar, a map over pairs.
template <class Mode>
struct BallotBox : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Process = interchangeable("process", "p", 3);
  const Domain Value = enumeration("value", {"none", "a", "b"});
  Map<Mode, CastVote> vote{
      *this, "vote", Process, {{"ballot", integers("ballot", -1, 2)}, {"value", Value}}};
  Scalar<Mode, CastVote> best{
      *this, "best", {{"ballot", integers("ballot", -1, 2)}, {"value", Value}}};
  Map<Mode> heard{*this, "heard", pairs(Process), integers("count", 0, 2)};
  void Say(int p) { THEN(say, vote[p] = CastVote{2, 1}); }
  void Best(int p) { THEN(take, best = vote[p]); }
  void Hear(int p, int q) {
    WHEN(fewer, heard(p, q) < 2);
    THEN(hear, heard(p, q) += 1);
  }
  void Next() {
    ACTION(Say, Process);
    ACTION(Best, Process);
    ACTION(Hear, pairs(Process));
  }
};
System ballot_box() {
  System system;
  system.name = "ballot_box";
  return define<BallotBox>(std::move(system), claims());
}

namespace {

struct Subject {
  Subject(const System& system, const std::string& parameters)
      : model(system.instantiate(resolve_parameters(system, assignments(parameters)), {})),
        observer(model->observer()),
        vocabulary(vocabulary_of(*observer)) {}
  Subject(const std::string& system, const std::string& parameters)
      : Subject(find_system(catalogue(), system), parameters) {}

  /// Both ways of judging have to agree.
  bool holds(const std::string& text, const Cells& state) const {
    const Condition condition = parse_condition(text, vocabulary);
    const bool walked = condition.holds(state);
    BOOST_TEST((ConditionProgram(condition, *model).holds(model->pack(state).data()) == walked),
               text);
    return walked;
  }

  /// Random states and some that can be reached.
  std::vector<Cells> states(std::size_t random_ones, std::mt19937_64& random) const {
    std::vector<Cells> result = observer->initial();
    result.resize(std::min<std::size_t>(result.size(), 3));
    Cells state = result[0];
    for (int step = 0; step < 20; ++step) {
      auto next = observer->successors(state, nullptr);
      if (next.empty()) break;
      state = std::move(next[random() % next.size()].state);
      result.push_back(state);
    }
    for (std::size_t i = 0; i < random_ones; ++i)
      result.push_back(random_cells(observer->variables(), random));
    return result;
  }

  std::unique_ptr<ModelInstance> model;
  std::unique_ptr<Observer> observer;
  std::shared_ptr<const Vocabulary> vocabulary;
};

struct Named {
  const char* system;
  const char* parameters;
};
const std::vector<Named> subjects = {{"byzantine_broadcast", ""}, {"byzantine_om", ""},
                                     {"chandy_lamport", ""},      {"flp", ""},
                                     {"paxos", "crash=yes"},      {"raft", "entries=2"},
                                     {"transaction_commit", ""},  {"two_phase_commit", ""}};

std::string quoted(const std::string& name) {
  static const std::regex word("-?[0-9]+|[A-Za-z_][A-Za-z0-9_]*");
  return std::regex_match(name, word) ? name : '"' + name + '"';
}

/// The name of a cell with each index in quotes where it needs them.
std::string cell_name(const VariableInfo& variable, const std::vector<int>& index) {
  std::string text = variable.name;
  for (std::size_t i = 0; i < index.size(); ++i)
    text += (i == 0 ? "[" : ", ") + quoted(variable.index[i].domain.label(index[i]));
  return text + (index.empty() ? "" : "]");
}

/// A message or record as it is printed, with what its fields hold in quotes where that is needed.
std::string message_name(const std::string& type, const std::vector<Field>& fields,
                         const std::vector<int>& values) {
  std::string text = type + "(";
  for (std::size_t i = 0; i < fields.size(); ++i)
    text += (i == 0 ? "" : ", ") + fields[i].name + " " + quoted(fields[i].domain.label(values[i]));
  return text + ")";
}

/// Calls visit(condition, whether it holds) with all that can be said of a state cell by cell.
void describe_state(const std::vector<VariableInfo>& variables, const Cells& state,
                    const std::function<void(const std::string&, bool)>& visit) {
  for (const VariableInfo& variable : variables) {
    std::size_t cell = variable.first_cell;
    for_each_tuple(variable.index, [&](const std::vector<int>& index) {
      const std::uint64_t bits = state[cell++];
      const std::string name = cell_name(variable, index);
      if (!variable.message.empty()) {
        for (std::size_t i = 0; i < variable.members.size(); ++i) {
          std::vector<Field> fields = variable.index;
          fields.insert(fields.end(), variable.content.begin(), variable.content.end());
          std::vector<int> values = index;
          values.insert(values.end(), variable.members[i].begin(), variable.members[i].end());
          visit(message_name(variable.message, fields, values) + " in " + variable.name,
                (bits >> i & 1) != 0);
        }
      } else if (variable.holds == Holds::value) {
        const Domain& domain = variable.content[0].domain;
        for (const int value : domain) {
          const bool is = domain.low + static_cast<int>(bits) == value;
          visit(name + " = " + quoted(domain.label(value)), is);
          visit(name + " # " + quoted(domain.label(value)), !is);
          if (domain.is_integer())
            visit(fmt::format("{} + 1 <= {}", name, value),
                  domain.low + static_cast<int>(bits) + 1 <= value);
        }
      } else if (variable.holds == Holds::set) {
        for (std::size_t i = 0; i < variable.members.size(); ++i)
          visit(quoted(variable.content[0].domain.label(variable.members[i][0])) + " in " + name,
                (bits >> i & 1) != 0);
        visit(fmt::format("|{}| = {}", name, std::popcount(bits)), true);
      } else if (variable.holds == Holds::sequence) {
        const auto elements = elements_of(variable.elements, bits);
        visit(fmt::format("Len({}) = {}", name, elements.size()), true);
        const std::vector<Field>& fields = variable.elements[0].fields;
        for (std::size_t i = 0; i < elements.size(); ++i)
          for (std::size_t f = 0; f < fields.size(); ++f)
            visit(fmt::format("{}[{}]{} = {}", name, i + 1,
                              fields.size() == 1 ? "" : "." + fields[f].name,
                              quoted(fields[f].domain.label(
                                  decode(variable.elements, elements[i]).values[f]))),
                  true);
        if (elements.size() < static_cast<std::size_t>(variable.capacity))
          for (const char* const compare : {"=", "#"})
            visit(fmt::format("{}[{}]{} {} {}", name, elements.size() + 1,
                              fields.size() == 1 ? "" : "." + fields[0].name, compare,
                              quoted(fields[0].domain.label(fields[0].domain.low))),
                  false);
      } else if (bits != 0) {
        const DecodedElement message = decode(variable.elements, bits);
        visit(message_name(message.type.name, message.type.fields, message.values) + " in " +
                  variable.name,
              true);
      }
    });
  }
}

/// What is wrong, at which character from 1, and words of the message.
struct Mistake {
  const char* system;
  const char* condition;
  std::size_t character;
  const char* says;
};

const std::vector<Mistake> mistakes = {
    {"raft", "rol[s1] = Leader", 1, "'rol' is no variable; did you mean role"},
    {"raft", "commitIndx >= 1", 1, "'commitIndx' is no variable; did you mean commitIndex"},
    {"raft", "foo = bar", 1, "'foo' is no variable"},
    {"raft", "role[s9] = Leader", 6, "'s9' is no server; did you mean s1"},
    {"raft", "role[1] = Leader", 6, "'1' is no server"},
    {"raft", "role = Leader", 6, "expected '[': it is role[server], found '='"},
    {"raft", "role[s1, s2] = Leader", 10, "an index too many: it is role[server]"},
    {"raft", "role[s1][s2] = Leader", 9, "role has no more indices"},
    {"raft", "nextIndex[s1]", 14, "it is nextIndex[server, server], found the end"},
    {"raft", "role[s1 = Leader", 9, "expected ',' or ']', found '='"},
    {"raft", "role[s1] = Leadr", 12, "'Leadr' is no role; did you mean Leader"},
    {"raft", "role[s1] = 2", 12, "'2' is no role; there are Follower, Candidate, Leader"},
    {"raft", "role[s1] < Leader", 1, "has no order; accepted are = and #"},
    {"raft", "role[s1] = votedFor[s1]", 12, "'role[s1]' is in {Follower, Candidate, Leader}"},
    {"raft", "commitIndex[s1] = 7", 19, "'7' never equals 'commitIndex[s1]', a number in 0..1"},
    {"raft", "commitIndex[s1] # 7", 19, "'7' never equals 'commitIndex[s1]', a number in 0..1"},
    {"raft", "7 = commitIndex[s1]", 1, "'7' never equals"},
    {"raft", "commitIndex[s1] + 5 = 2", 23, "'2' never equals 'commitIndex[s1] + 5'"},
    {"raft", "commitIndex[s1] = Leader", 19, "'Leader' is no variable"},
    {"raft", "commitIndex[s1]", 1, "expected what is true or false, found 'commitIndex[s1]'"},
    {"raft", "commitIndex[s1] <= 2 <= 3", 22, "comparisons do not chain"},
    {"raft", "(commitIndex[s1] <= 2", 22, "expected an operator or ')', found the end"},
    {"raft", "commitIndex[s1] <= 2)", 21, "expected an operator or the end, found ')'"},
    {"raft", "commitIndex[s1] <=", 19, "expected a variable, a value or (, found the end"},
    {"raft", "", 1, "expected a variable, a value or (, found the end"},
    {"raft", "commitIndex[s1] ? 2", 17, "expected an operator or the end, found '?'"},
    {"raft", "role[s1] + 1 = 2", 1, "expected a number, found 'role[s1]', one of Follower"},
    {"raft", "commitIndex[s1] = 99999999999", 19, "a number of more than 2147483647"},
    {"raft", "log[s1] = 1", 11, "'1' is not compared with 'log[s1]', a sequence"},
    {"raft", "log[s1][9].term = 1", 9, "'9' is outside 1..1, the positions in log"},
    {"raft", "log[s1][1].trm = 1", 12, "elements of log have no field 'trm'; did you mean term"},
    {"raft", "log[s1][1] = 1", 14, "is not compared with 'log[s1][1]', a record"},
    {"raft", "Len(role[s1]) = 1", 5, "expected a sequence, found 'role[s1]'"},
    {"raft", "|role[s1]| = 1", 2, "expected a set, a sequence or messages"},
    {"raft", "A p in servers: role[p] = Leader", 8, "no domain or set 'servers'; did you mean"},
    {"raft", "A role in server: true", 3, "'role' is a variable; take another name"},
    {"raft", "A s1 in server: true", 3, "'s1' is a member of server; take another name"},
    {"raft", "A p, p in server: true", 6, "'p' twice"},
    {"raft", "A p in server role[p] = Leader", 15, "expected ':' and a condition, found 'role'"},
    {"raft", "A p server: role[p] = Leader", 5, "expected 'in' and a domain, found 'server'"},
    {"raft", "A p in server: role[q] = Leader", 21, "'q' is no server"},
    {"raft", "RequestVot(s1 -> s2) in msgs", 1,
     "no message 'RequestVot'; did you mean RequestVote"},
    {"raft", "RequestVote(s1 -> s2) in role[s1]", 26, "expected messages, found 'role[s1]'"},
    {"raft", "RequestVote(s1 -> s9) in msgs", 19, "'s9' is no server"},
    {"raft", "RequestVote(from s1, from s2) in msgs", 22, "from is given twice"},
    {"raft", "RequestVote(s1 -> s2)", 1, "expected what is true or false, found 'RequestVote"},
    {"raft", "Vote in msgs", 1, "no message 'Vote'"},
    {"raft", "msgs = 1", 1, "can only stand with 'in'"},
    {"raft", "s1 in role[s1]", 7, "expected a set, found 'role[s1]'"},
    {"raft", "LeaderElected => commitIndex[s1] = 1", 1, "is a predicate, and"},
    {"raft", "ElectionSafety => commitIndex[s1] = 1", 1, "is a predicate, and"},
    {"raft", "votedFor[s1] = \"s1", 16, "a \" without another one"},
    {"raft", "[](commitIndex[s1] = 1)", 1, "expected a variable, a value or (, found '[]'"},
    {"transaction_commit", "rm5 in tmPrepared", 1, "'rm5' is no"},
    {"transaction_commit", "tmPrepared = rm1", 14, "'rm1' is no variable"},
    {"transaction_commit", "tmPrepared < {}", 1, "has no order"},
    {"transaction_commit", "{} = {}", 1, "expected a variable on one side"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(conditions)

// What a state's cells hold is true of the state, and what they do not hold is false.
BOOST_AUTO_TEST_CASE(conditions_say_what_states_hold) {
  std::mt19937_64 random(17);
  for (const Named& named : subjects) {
    const Subject subject(named.system, named.parameters);
    std::size_t said = 0;
    std::size_t wrong = 0;
    for (const Cells& state : subject.states(10, random))
      describe_state(subject.observer->variables(), state,
                     [&](const std::string& text, bool expected) {
                       ++said;
                       if (subject.holds(text, state) == expected || ++wrong > 3) return;
                       BOOST_ERROR(named.system << ": " << text << " is not " << expected);
                     });
    BOOST_TEST(said > 300U, named.system);
    BOOST_TEST(wrong == 0U);
  }
}

// Atoms whose truth is known are joined at random; and so for each member of a domain.
BOOST_AUTO_TEST_CASE(joined_conditions_mean_what_their_parts_do) {
  std::mt19937_64 random(18);
  std::size_t holding = 0;
  std::size_t all = 0;
  for (const Named& named : subjects) {
    const Subject subject(named.system, named.parameters);
    for (const Cells& state : subject.states(4, random)) {
      std::vector<std::pair<std::string, bool>> known;
      describe_state(subject.observer->variables(), state,
                     [&](const std::string& text, bool is) { known.emplace_back(text, is); });
      for (int i = 0; i < 40; ++i) {
        auto [text, is] = known[random() % known.size()];
        for (std::size_t part = random() % 5; part > 0; --part) {
          const auto& [other, that] = known[random() % known.size()];
          switch (random() % 6) {
            case 0:
              text = "~(" + text + ")";
              is = !is;
              break;
            case 1:
              text = "(" + text + ") /\\ " + other;
              is = is && that;
              break;
            case 2:
              text = "(" + text + ") || " + other;
              is = is || that;
              break;
            case 3:
              text = "(" + text + ") => " + other;
              is = !is || that;
              break;
            case 4:
              text = "(" + text + ") <=> " + other;
              is = is == that;
              break;
            default:
              text = (random() % 2 == 0 ? "A n in 1..3: " : "E n in 1..3: ") + text;
              if (text.find("n in 1..3", 12) != std::string::npos) text = text.substr(13);
              break;
          }
        }
        BOOST_TEST(subject.holds(text, state) == is, text);
        holding += is ? 1 : 0;
        ++all;
      }
    }
  }
  BOOST_TEST(all > 5'000U);
  BOOST_TEST(holding > all / 5);
  BOOST_TEST(holding < all / 5 * 4);
}

/// A state of raft by its lines.
struct Said {
  const char* condition;
  bool holds;
};

// The first states of a run, whose values were read off what is printed.
BOOST_AUTO_TEST_CASE(the_words_of_conditions) {
  const Subject raft("raft", "entries=2");
  Cells state = raft.observer->initial()[0];
  const auto step = [&](const char* name) {
    const auto attempt = raft.observer->attempt(state, parse_step(*raft.observer, state, name));
    BOOST_REQUIRE(attempt.enabled);
    state = attempt.after;
  };
  step("Timeout(s1)");
  step("SendRequestVote(s1, s2)");
  const std::vector<Said> all = {
      {"currentTerm[s1] = 1", true},
      {"currentTerm[s1] # currentTerm[s2]", true},
      {"role[s1] = Candidate", true},
      {"Candidate = role[s1]", true},
      {"role[s1] in {Leader, Candidate}", true},
      {"role[s2] notin {Leader, Candidate}", true},
      {"role[s1] # role[s2] /\\ role[s2] = role[s3]", true},
      {"currentTerm[s1] in 1..2", true},
      {"currentTerm[s2] in 1..2", false},
      {"votedFor[s1] = s1 && votedFor[s2] = None", true},
      {"s1 \\in votesGranted[s1]", true},
      {"s2 \\in votesGranted[s1]", false},
      {"nextIndex[s1][s2] = 1", true},
      {"votesGranted[s1] = {s1}", true},
      {"s2 \\notin votesGranted[s1] => role[s1] # Leader", true},
      {"A p in server: role[p] = Follower", false},
      {"E p in server: role[p] # Follower", true},
      {"\\A p, q \\in server: p # q => currentTerm[p] # currentTerm[q]", false},
      {"A p in server: E q in server: p # q /\\ role[q] = Follower", true},
      {"E p in server, n in 1..2: currentTerm[p] = n", true},
      {"A p, q in server, n in 1..2: currentTerm[p] = n => p = q \\/ currentTerm[q] # n", true},
      {"A p in server: votedFor[p] in {p, None}", true},
      {"currentTerm[s1] + 1 - 1 = 1", true},
      {"currentTerm[s1] - currentTerm[s2] >= 1", true},
      {"-currentTerm[s1] = -1", true},
      {"(currentTerm[s1] + 1) - (currentTerm[s2] + 1) = 1", true},
      {"|msgs| = 1", true},
      {"RequestVote(s1 -> s2) in msgs", true},
      {"RequestVote(s1 -> s3) in msgs", false},
      {"RequestVote(from s1, term 1) in msgs", true},
      {"RequestVote(from s1, term 2) in msgs", false},
      {"E p in server: RequestVote(to p, term currentTerm[s1]) in msgs", true},
      {"AppendEntries in msgs", false},
      {"Len(log[s1]) = 0", true},
      {"log[s1] = log[s2]", true},
      {"log[s1][1].term = 1", false},
      {"log[s1][1].term # 1", false},  // what is not there is not different either
      {"Len(log[s1]) >= 1 => log[s1][1].term = 1", true},
      {"true", true},
      {"true => false", false},
      {"false => false => false", true},  // to the right
      {"elected[currentTerm[s1]] = None", true},
      {"true \\/ false /\\ false", true},
      {"~false /\\ false", false},
      {"true <=> false <=> false", true}};
  for (const Said& said : all)
    BOOST_TEST(raft.holds(said.condition, state) == said.holds, said.condition);
}

BOOST_AUTO_TEST_CASE(records_and_pairs_are_looked_into) {
  const Subject subject(ballot_box(), "");
  Cells state = subject.observer->initial()[0];
  for (const char* const name : {"Say(p2)", "Hear(p1, p3)", "Hear(p3, p2)", "Hear(p3, p2)"}) {
    const auto attempt =
        subject.observer->attempt(state, parse_step(*subject.observer, state, name));
    BOOST_REQUIRE(attempt.enabled);
    state = attempt.after;
  }
  const std::vector<Said> all = {
      {"vote[p2].ballot = 2", true},
      {"vote[p2].value = a", true},
      {"vote[p1].ballot = -1", true},
      {"vote[p1].value = none /\\ vote[p1].value # vote[p2].value", true},
      {"vote[p1] = vote[p3]", true},
      {"vote[p1] = vote[p2]", false},
      {"best = vote[p1]", true},
      {"best.ballot + 3 = vote[p2].ballot", true},
      {"E p in process: vote[p].ballot > best.ballot", true},
      {"A p in process: vote[p].ballot > best.ballot", false},
      {"heard[p1, p3] = 1", true},
      {"heard[p3][p2] = 2", true},
      {"heard[p2, p3] = 0", true},
      {"A p, q in process: p # q => heard[p, q] <= 2", true},
      {"E p, q in process: heard[p, q] = 2 /\\ heard[q, p] = 0", true},
      {"A p in process: heard[p, p] = 0", false},  // there is no such pair
      {"E p in process: heard[p1, p] + heard[p3, p] = 3", false},
      {"E p in process: heard[p3, p] - heard[p1, p] = 2", true}};
  for (const Said& said : all)
    BOOST_TEST(subject.holds(said.condition, state) == said.holds, said.condition);

  const auto error_of = [&](const char* text) -> std::string {
    try {
      parse_condition(text, subject.vocabulary);
    } catch (const FormulaError& error) {
      return error.what();
    }
    return "";
  };
  const auto says = [&](const char* text, const char* part) {
    BOOST_TEST((error_of(text).find(part) != std::string::npos), error_of(text));
  };
  says("heard[p1] = 1", "it is heard[process, process]");
  says("heard[p1, p1] = 1", "heard is over pairs of different members");
  says("heard[p1, p9] = 1", "'p9' is no process");
  says("heard[p1, p2, p3] = 1", "an index too many");
  says("vote[p1].balot = 1", "have no field 'balot'");
  says("vote[p1] = 1", "");
  says("vote.ballot = 1", "it is vote[process]");
}

BOOST_AUTO_TEST_CASE(names_with_signs_stand_as_they_are_printed) {
  const Subject om("byzantine_om", "");
  const Cells first = om.observer->initial()[0];
  BOOST_TEST(om.holds("traitors = None", first));
  BOOST_TEST(!om.holds("traitors = {2}", first));
  BOOST_TEST(!om.holds("traitors = \"{2}\"", first));
  BOOST_TEST(om.holds("told[0:1->2] = None", first));
  BOOST_TEST(!om.holds("told[0->1] = attack \\/ obeys[1] = attack", first));
  const Subject commit("two_phase_commit", "");
  const Cells begin = commit.observer->initial()[0];
  BOOST_TEST(!commit.holds("vote-request in msgs", begin));
  BOOST_TEST(!commit.holds("vote-commit(from p1) in msgs", begin));
  // Of two domains that have some names in common, by the names.
  BOOST_TEST(commit.holds("coordinator = coordinatorLog", begin));
}

BOOST_AUTO_TEST_CASE(mistakes_are_said_where_they_stand) {
  for (const Mistake& mistake : mistakes) {
    BOOST_TEST_CONTEXT(mistake.condition) {
      const Subject subject(mistake.system, "");
      try {
        parse_condition(mistake.condition, subject.vocabulary);
        BOOST_ERROR("accepted");
      } catch (const FormulaError& error) {
        BOOST_TEST(error.position + 1 == mistake.character);
        BOOST_TEST(std::string(error.what()).find(mistake.says) != std::string::npos, error.what());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(too_much_is_refused) {
  const Subject subject("raft", "");
  const auto refused = [&](const std::string& text) {
    BOOST_CHECK_THROW(parse_condition(text, subject.vocabulary), FormulaError);
  };
  refused(std::string(100'000, '('));
  refused(std::string(100'000, '~'));
  refused(std::string(100'000, '-'));
  refused(std::string(100'000, '|'));
  refused(std::string(100'000, '{'));
  std::string chain = "commitIndex[s1] = 1";
  for (int i = 0; i < 1000; ++i) chain += " /\\ commitIndex[s1] = 1";
  refused(chain);
  std::string arrows = "commitIndex[s1] = 1";
  for (int i = 0; i < 1000; ++i) arrows += " => commitIndex[s1] = 1";
  refused(arrows);
}

// Of formulas, comparisons are atoms that bind tighter than all operators.
BOOST_AUTO_TEST_CASE(formulas_have_conditions_for_atoms) {
  const Subject subject("raft", "");
  ConditionReader reader(subject.vocabulary);
  const Formula formula = parse_formula(
      "[](role[s1] = Leader -> <> commitIndex[s1] + 1 >= 2) && !commitIndex[s2] = 1 U "
      "(commitIndex[s2] + 1) = 2 || []A p in server: role[p] # Leader",
      &reader);
  const std::vector<std::string> expected = {"role[s1] = Leader", "commitIndex[s1] + 1 >= 2",
                                             "commitIndex[s2] = 1", "(commitIndex[s2] + 1) = 2",
                                             "(A p in server: role[p] # Leader)"};
  BOOST_TEST(atoms(formula) == expected, boost::test_tools::per_element());
  // What is written is read as the same formula.
  ConditionReader again(subject.vocabulary);
  BOOST_TEST((parse_formula(text(formula), &again) == formula));
  BOOST_TEST(text(formula) ==
             "[](role[s1] = Leader -> <>commitIndex[s1] + 1 >= 2) && !commitIndex[s2] = 1 U "
             "(commitIndex[s2] + 1) = 2 || [](A p in server: role[p] # Leader)");
}

BOOST_AUTO_TEST_CASE(the_reason_is_the_innermost_part_that_is_false) {
  const Subject raft("raft", "");
  const Cells state = raft.observer->initial()[0];
  const auto reason = [&](const char* text) {
    return parse_condition(text, raft.vocabulary).why_false(state).text;
  };
  BOOST_TEST(reason("commitIndex[s1] = 0 /\\ (role[s2] = Leader /\\ true)") == "role[s2] = Leader");
  BOOST_TEST(reason("A p in server: commitIndex[p] = 0 /\\ (p = s2 => role[p] = Leader)") ==
             "(p = s2 => role[p] = Leader), for p = s2");
  const auto reads = parse_condition("commitIndex[s1] = 0 /\\ role[s2] = Leader", raft.vocabulary)
                         .why_false(state)
                         .reads;
  BOOST_TEST(read_lines(raft.observer->variables(), reads, state) ==
                 std::vector<std::string>{"role[s2] = Follower"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
