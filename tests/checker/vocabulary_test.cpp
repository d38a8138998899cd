// The vocabulary of models: domains, quorums, and what a model tells about itself.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>
#include <set>
#include <sstream>

#include "checker/input/input.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"
#include "checker/report/trace.hpp"
#include "checker/run/scenario.hpp"
#include "checker/vocabulary/channels.hpp"
#include "checker/vocabulary/quorum.hpp"
#include "checker/vocabulary/rounds.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/tiny_systems.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/labels.hpp"

namespace synod::test {
namespace {

void validate_all(const System& system) {
  validate(system);
  for (const Mutant& mutant : system.mutants) validate(system, mutant);
  for (const Scenario& scenario : system.scenarios) validate(system, scenario);
}

struct Width {
  const char* system;
  Assignments parameters;
  unsigned bits;
  unsigned words;
};

/// The text between a prefix and the next character out of `ends`; empty where the prefix is not.
std::string word_after(const std::string& line, const std::string& prefix, const char* ends) {
  const std::size_t begin = line.find(prefix);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + prefix.size();
  return line.substr(from, line.find_first_of(ends, from) - from);
}

/// The names in WHEN(...), WITHIN(...) and THEN(...), action by action, as the source of the model
/// has them.
std::vector<std::pair<std::string, std::vector<std::string>>> parts_in_source(
    const std::string& source) {
  std::vector<std::pair<std::string, std::vector<std::string>>> actions;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  void "))
      actions.emplace_back(word_after(line, "void ", "("), std::vector<std::string>{});
    for (const std::string kind : {"WHEN", "WITHIN", "THEN"})
      if (const std::string name = word_after(line, kind + "(", ","); !name.empty())
        actions.back().second.push_back(kind + " " + name);
  }
  std::erase_if(actions, [](const auto& action) { return action.second.empty(); });
  return actions;
}

struct Letter {
  int kind, number;
  bool operator==(const Letter&) const = default;
};

/// Two channels, for letters of three kinds with numbers -1..2, at most three in each.
template <class Mode>
struct PostOffice : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Route = enumeration("route", {"there", "back"});
  const Domain Kind = enumeration("kind", {"letter", "card", "parcel"});
  Channels<Mode, Letter> post{
      *this, "post", {Route}, {{"kind", Kind}, {"number", integers("number", -1, 2)}}, 3};
  void Next() {}
};

Parameters delivery(bool fifo) {
  Parameters parameters;
  parameters.set("fifo", fifo ? 0 : 1);
  return parameters;
}

/// What may be received next, as text.
template <class Mode>
std::string deliverable(const PostOffice<Mode>& office, int route) {
  std::string text;
  for (const int kind : office.Kind)
    for (int number = -1; number <= 2; ++number)
      if (office.post(route).delivers({kind, number}))
        text += fmt::format("{}{} ", office.Kind.label(kind), number);
  return text;
}

template <class Mode>
void check_channels() {
  PostOffice<Mode> fifo(delivery(true));
  PostOffice<Mode> any_order(delivery(false));
  for (PostOffice<Mode>* office : {&fifo, &any_order}) {
    BOOST_TEST(deliverable(*office, 0) == "");
    for (const Letter& letter : {Letter{2, 0}, Letter{0, -1}, Letter{2, 0}})
      office->post(0).send(letter);
    BOOST_TEST(office->post(0).size() == 3);
    BOOST_TEST(office->post(0).count({2, 0}) == 2);
    BOOST_TEST(office->post(0).count({0, 2}) == 0);
    BOOST_TEST(office->post(1).empty());  // the other channel is another
    BOOST_CHECK_THROW(office->post(0).send({1, 1}), RangeError);
    BOOST_CHECK_THROW(office->post(1).send({1, 3}), RangeError);
    BOOST_CHECK_THROW(office->post(1).receive({1, 1}), RangeError);
    BOOST_CHECK_THROW(office->post(2).empty(), RangeError);
  }
  BOOST_TEST(deliverable(fifo, 0) == "parcel0 ");
  BOOST_TEST(deliverable(any_order, 0) == "letter-1 parcel0 ");
  fifo.post(0).receive({2, 0});
  any_order.post(0).receive({2, 0});
  BOOST_TEST(deliverable(fifo, 0) == "letter-1 ");
  BOOST_TEST(deliverable(any_order, 0) == "letter-1 parcel0 ");
  fifo.post(0).receive({0, -1});
  BOOST_TEST(deliverable(fifo, 0) == "parcel0 ");
  fifo.post(0).clear();
  BOOST_TEST(fifo.post(0).empty());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vocabulary)

BOOST_AUTO_TEST_CASE(domains) {
  const Domain rm = interchangeable("rm", "rm", 3);
  BOOST_TEST(rm.size() == 3);
  BOOST_TEST(rm.low == 0);
  BOOST_TEST(rm.label(2) == "rm3");
  BOOST_TEST(rm.text() == "{rm1, rm2, rm3}");
  BOOST_TEST(!rm.contains(3));
  BOOST_TEST(!rm.contains(-1));
  BOOST_TEST(rm.label(3) == "3 (outside {rm1, rm2, rm3})");

  const Domain ballot = integers("ballot", -2, 4);
  BOOST_TEST(ballot.size() == 7);
  BOOST_TEST(ballot.label(-2) == "-2");
  BOOST_TEST(ballot.text() == "-2..4");
  BOOST_TEST(ballot.is_integer());

  BOOST_TEST(boolean().label(0) == "false");
  BOOST_TEST(boolean().label(1) == "true");
  BOOST_TEST(!boolean().is_integer());

  const Domain maybe = optional(rm);
  BOOST_TEST(maybe.size() == 4);
  BOOST_TEST(maybe.label(none) == "None");
  BOOST_TEST(maybe.label(0) == "rm1");
  BOOST_TEST(optional(integers("n", 0, 1)).text() == "-1..1");
  BOOST_CHECK_THROW(optional(integers("n", 1, 2)), ModelError);

  const Domain empty = interchangeable("rm", "rm", 0);
  BOOST_TEST(empty.size() == 0);
}

BOOST_AUTO_TEST_CASE(tuples_vary_fastest_at_the_end) {
  std::vector<std::string> tuples;
  for_each_tuple({{"a", integers("a", 0, 1)}, {"b", integers("b", -1, 1)}},
                 [&](const std::vector<int>& tuple) {
                   tuples.push_back(fmt::format("{}", fmt::join(tuple, ",")));
                 });
  const std::vector<std::string> expected{"0,-1", "0,0", "0,1", "1,-1", "1,0", "1,1"};
  BOOST_TEST(tuples == expected, boost::test_tools::per_element());
  std::size_t visits = 0;
  for_each_tuple({}, [&](const std::vector<int>&) { ++visits; });
  BOOST_TEST(visits == 1U);  // the empty tuple
  for_each_tuple({{"a", integers("a", 0, 3)}, {"none", integers("none", 0, -1)}},
                 [&](const std::vector<int>&) { ++visits; });
  BOOST_TEST(visits == 1U);
}

BOOST_AUTO_TEST_CASE(quorums) {
  std::vector<int> found;
  for (const int member : members(0b1011)) found.push_back(member);
  const std::vector<int> expected{0, 1, 3};
  BOOST_TEST(found == expected, boost::test_tools::per_element());
  BOOST_TEST(members(0).all([](int) { return false; }));
  BOOST_TEST(members(0b110).all([](int member) { return member > 0; }));

  std::size_t count = 0;
  const Subsets majorities(interchangeable("acceptor", "a", 5), 3);
  majorities.any([&](std::uint64_t mask) {
    ++count;
    BOOST_TEST(std::popcount(mask) == 3);
    return false;
  });
  BOOST_TEST(count == 10U);  // 5 over 3
}

BOOST_AUTO_TEST_CASE(faulty_sets) {
  const Domain process = integers("process", 0, 3);
  const FaultySets any(process, 2, [](auto) { return true; });
  BOOST_TEST(any.domain().size() == 1 + 4 + 6);
  BOOST_TEST(any.domain().label(0) == "{}");
  BOOST_TEST(any.domain().text() ==
             "{{}, {0}, {1}, {0,1}, {2}, {0,2}, {1,2}, {3}, {0,3}, {1,3}, {2,3}}");
  BOOST_TEST(any.has(5, 0));
  BOOST_TEST(!any.has(5, 1));
  BOOST_TEST(any.has(5, 2));
  BOOST_TEST(!any.has(none, 0));
  const FaultySets without_0(process, 1, [](auto set) { return (set & 1) == 0; });
  BOOST_TEST(without_0.domain().text() == "{{}, {1}, {2}, {3}}");
  BOOST_TEST(FaultySets(process, 0, [](auto) { return true; }).domain().text() == "{{}}");
  BOOST_CHECK_THROW(FaultySets(integers("process", 1, 3), 1, [](auto) { return true; }),
                    ModelError);
}

BOOST_AUTO_TEST_CASE(relayed_messages) {
  const RelayedMessages three(integers("process", 0, 2), 0, 1);
  BOOST_TEST(three.domain().text() == "{0->1, 0->2, 0:1->2, 0:2->1}");
  BOOST_TEST(three.sender(2) == 1);
  BOOST_TEST(three.receiver(2) == 2);
  BOOST_TEST(three.round(2) == 1);
  BOOST_TEST(three.source(0) == none);
  BOOST_TEST(three.source(2) == 0);
  BOOST_TEST(three.relays(0) == std::vector<int>{3});  // 2 tells 1 that he got it too
  BOOST_TEST(three.relays(3).empty());

  // The middle one of five speaks first, and paths have up to three members.
  const RelayedMessages five(integers("process", 0, 4), 2, 2);
  BOOST_TEST(five.domain().size() == 4 + 4 * 3 + 4 * 3 * 2);
  int previous_round = 0;
  int previous_sender = 0;
  for (const int e : five.domain()) {
    BOOST_TEST((five.round(e) > previous_round || five.sender(e) >= previous_sender));
    previous_round = five.round(e);
    previous_sender = five.sender(e);
    BOOST_TEST(five.relays(e).size() == (previous_round == 2 ? 0U : 3U - previous_round));
    for (const int relay : five.relays(e)) {
      BOOST_TEST(five.receiver(relay) == five.receiver(e));
      BOOST_TEST(five.round(relay) == five.round(e) + 1);
      BOOST_TEST(five.receiver(five.source(relay)) == five.sender(relay));
      BOOST_TEST(five.sender(five.source(relay)) == five.sender(e));
    }
  }
}

// The widths say how large a search is, and the search is fastest when a state is one word.
// transaction_commit needs 4n + 4 bits. paxos needs, for A acceptors, V values and B ballots,
// A * (2 * bits(B) + bits(V)) for what acceptors hold, A for `down`, and for the messages
// B + A * B * (1 + B * V) + B * V + A * B * V; no cell crosses a word.
BOOST_AUTO_TEST_CASE(packed_widths) {
  const std::vector<Width> widths = {
      {"transaction_commit", {{"participants", "3"}}, 16, 1},
      {"transaction_commit", {{"participants", "9"}}, 40, 1},
      {"transaction_commit", {{"participants", "15"}}, 64, 1},
      {"transaction_commit", {{"participants", "16"}}, 68, 2},
      {"transaction_commit", {{"participants", "20"}}, 84, 2},
      {"paxos", {{"acceptors", "3"}, {"values", "1"}, {"ballots", "2"}}, 43, 1},
      {"paxos", {{"acceptors", "3"}, {"values", "2"}, {"ballots", "2"}}, 66, 2},
      {"paxos", {{"acceptors", "3"}, {"values", "2"}, {"ballots", "2"}, {"crash", "yes"}}, 69, 2},
      {"paxos", {{"acceptors", "3"}, {"values", "2"}, {"ballots", "4"}}, 168, 3},
  };
  for (const Width& width : widths) {
    const auto model = make_model(width.system, width.parameters);
    BOOST_TEST_CONTEXT(width.system << " " << join_assignments(width.parameters)) {
      BOOST_TEST(model->bits() == width.bits);
      BOOST_TEST(model->words() == width.words);
    }
  }
}

// `synod show` lists the parts of an action, and the drops are named by them: all of them, in the
// order of the source, each once.
BOOST_AUTO_TEST_CASE(parts_are_those_of_the_source) {
  // Those of faults.hpp and network.hpp.
  const std::set<std::string> of_the_vocabulary = {"Crash", "Restart", "LoseMessage"};
  const auto word = [](Part::Kind kind) {
    switch (kind) {
      case Part::Kind::conjunct: return "WHEN ";
      case Part::Kind::bound: return "WITHIN ";
      default: return "THEN ";
    }
  };
  for (const System& system : catalogue()) {
    const auto expected = parts_in_source(
        read_file(fmt::format("{}/model/{}/{}.hpp", SYNOD_SOURCE_DIR, system.name, system.name)));
    BOOST_REQUIRE(!expected.empty());
    std::set<std::string> seen;
    for (const Instance& instance : system.instances) {
      const auto observer =
          system.instantiate(parameters_of(system, instance.parameters), {})->observer();
      for (const ActionInfo& action : observer->actions()) {
        if (action.labels == 0) continue;
        seen.insert(action.name);
        const auto source = std::find_if(expected.begin(), expected.end(), [&](const auto& entry) {
          return entry.first == action.name;
        });
        if (source == expected.end()) {
          BOOST_TEST(of_the_vocabulary.contains(action.name), action.name);
          continue;
        }
        bool whole = false;
        for (std::uint32_t i = 0; i < action.labels; ++i) {
          std::vector<std::string> parts;
          for (const Part& part : observer->parts(action.first_label + i))
            parts.push_back(word(part.kind) + part.name);
          // Beyond a bound, what follows may be outside of all ranges: then it ends there.
          const std::vector<std::string>& all = source->second;
          const auto bound = std::find_if(all.begin(), all.end(), [](const std::string& part) {
            return part.starts_with("WITHIN ");
          });
          const bool beyond = parts.size() < all.size() &&
                              static_cast<std::ptrdiff_t>(parts.size()) > bound - all.begin();
          whole = whole || !beyond;
          if (beyond)
            BOOST_TEST(std::equal(parts.begin(), parts.end(), all.begin()));
          else
            BOOST_TEST(parts == all, boost::test_tools::per_element());
          BOOST_TEST(std::set<std::string>(parts.begin(), parts.end()).size() == parts.size());
        }
        BOOST_TEST(whole, action.name);
      }
    }
    // Every action of the source applies in some instance.
    for (const auto& [action, parts] : expected) BOOST_TEST(seen.contains(action), action);
  }
}

BOOST_AUTO_TEST_CASE(channels_deliver_in_order_or_in_any) {
  check_channels<Search>();
  check_channels<Observe>();
}

// Without order, what was sent is all that matters: the states are the same.
BOOST_AUTO_TEST_CASE(channels_without_order_are_bags) {
  const std::vector<Letter> letters{{1, 0}, {0, 2}, {0, -1}};
  std::set<Cells> with_order;
  std::set<Cells> without;
  std::vector<std::size_t> order{0, 1, 2};
  do {
    for (const bool fifo : {true, false}) {
      PostOffice<Observe> office(delivery(fifo));
      for (const std::size_t i : order) office.post(1).send(letters[i]);
      (fifo ? with_order : without).insert(office.memory().cells());
    }
  } while (std::next_permutation(order.begin(), order.end()));
  BOOST_TEST(with_order.size() == 6U);
  BOOST_TEST(without.size() == 1U);
}

BOOST_AUTO_TEST_CASE(parameters_are_constants_of_a_module) {
  System system;
  system.name = "votes";
  system.parameters = {integer("servers", "servers", 1, 4, 3),
                       choice("commit_by", "who commits", {"all", "some"})};
  const Assignments constants =
      parameter_constants(system.parameters, resolve_parameters(system, {{"commit_by", "some"}}),
                          "CommitBy=commit_by Servers=servers");
  const Assignments expected = {{"CommitBy", "\"some\""}, {"Servers", "3"}};
  BOOST_TEST((constants == expected));
}

BOOST_AUTO_TEST_CASE(parameters_that_are_sets) {
  System system;
  system.name = "graph";
  system.parameters = {
      integer("processes", "processes", 1, 4, 3),
      subset("starts", "who starts", {"a", "bc", "d", "e"},
             [](const Parameters& p) { return p["processes"]; },
             {{"all", [](const Parameters& p) { return (1 << p["processes"]) - 1; }},
              {"odd", [](const Parameters& p) { return 5 & ((1 << p["processes"]) - 1); }}}),
  };
  const ParameterSpec& starts = system.parameters[1];
  const auto value = [&](const std::string& text, const std::string& processes) {
    return resolve_parameters(system, {{"starts", text}, {"processes", processes}})["starts"];
  };
  BOOST_TEST(resolve_parameters(system, {})["starts"] == 7);  // the first word
  BOOST_TEST(value("all", "4") == 15);
  BOOST_TEST(value("odd", "1") == 1);
  BOOST_TEST(value("a", "1") == 1);
  BOOST_TEST(value("d,bc", "3") == 6);
  BOOST_TEST(value("bc,d", "3") == 6);
  for (int mask = 1; mask < 16; ++mask) BOOST_TEST(value(starts.text(mask), "4") == mask);
  BOOST_TEST(starts.text(13) == "a,d,e");
  for (const std::string bad :
       {"", ",", "a,", ",a", "a,,d", "a,a", "e", "b", "A", "a bc", "ALL", "all,a", "1", "a\nd"}) {
    std::string said;
    try {
      value(bad, "3");
    } catch (const InputError& error) {
      said = error.what();
    }
    BOOST_TEST(said == "starts: " + quote(bad) + " is neither all, odd nor a list, such as a,bc, " +
                           "of some of a, bc, d");
  }
}

// What a model must not do is found by looking at it, not by searching it.
BOOST_AUTO_TEST_CASE(a_description_that_contradicts_itself_is_refused) {
  for (const Malformed& malformed : malformed_systems()) {
    std::string said = "nothing";
    try {
      validate_all(malformed.system);
    } catch (const ModelError& error) {
      said = error.what();
    }
    BOOST_TEST((said.find(malformed.why) != std::string::npos),
               malformed.system.name << ": expected " << malformed.why << ", found " << said);
  }
  for (const TinyCase& tiny : tiny_cases()) BOOST_CHECK_NO_THROW(validate_all(tiny.system));
  for (const System& system : catalogue()) BOOST_CHECK_NO_THROW(validate_all(system));
}

// No state precedes the initial one, so a range that it leaves is no property's fault.
BOOST_AUTO_TEST_CASE(a_bad_start_is_refused) {
  const System& system = system_with_a_bad_start();
  const auto model = system.instantiate(resolve_parameters(system, {}), {});
  const auto says_which = [](const ModelError& error) {
    return std::string(error.what()) == "Init writes n = 4, outside the declared range";
  };
  BOOST_CHECK_EXCEPTION(model->explorer()->initial(), ModelError, says_which);
  BOOST_CHECK_EXCEPTION(model->observer()->initial(), ModelError, says_which);
  BOOST_CHECK_EXCEPTION(search(*model, {}), ModelError, says_which);
}

BOOST_AUTO_TEST_CASE(a_model_may_begin_in_several_ways) {
  const System& system = system_with_several_starts();
  const auto make = [&](const char* starts) {
    return system.instantiate(resolve_parameters(system, {{"starts", starts}}), {});
  };
  // The third is the first again.
  for (const char* const starts : {"2", "3"}) {
    const auto model = make(starts);
    const std::vector<std::uint64_t> packed = model->explorer()->initial();
    const std::vector<Cells> plain = model->observer()->initial();
    BOOST_TEST(packed == (std::vector<std::uint64_t>{0, 4}), boost::test_tools::per_element());
    BOOST_REQUIRE(plain.size() == 2);
    for (std::size_t i = 0; i < plain.size(); ++i)
      BOOST_TEST((model->unpack(&packed[i]) == plain[i]));
  }
  const auto nowhere = make("0");
  BOOST_CHECK_THROW(nowhere->explorer()->initial(), ModelError);
  BOOST_CHECK_THROW(nowhere->observer()->initial(), ModelError);
}

BOOST_AUTO_TEST_CASE(a_scenario_may_say_where_it_starts) {
  const System& system = system_with_several_starts();
  const auto performed = [&](std::size_t scenario) {
    const Performance performance = play(system, system.scenarios[scenario], {}, {});
    const auto observer =
        system.instantiate(resolve_parameters(system, performance.trace.parameters), {})
            ->observer();
    std::string text;
    for (const Cells& state : performance.trace.states)
      text += fmt::format("{}; ", fmt::join(state_lines(observer->variables(), state), ", "));
    if (performance.refusal) text += performance.refusal->because;
    BOOST_TEST(performance.unexpected.empty() == !performance.refusal);
    BOOST_TEST(replay(*observer, performance.trace).valid);
    return text;
  };
  BOOST_TEST(performed(0) == "n = 0; n = 1; ");
  BOOST_TEST(performed(1) == "n = 4; n = 5; n = 6; ");
  BOOST_TEST(performed(2) == "n = 0; no initial state has n = 1");
}

// An action's guard is reported up to the first conjunct that fails, its effects when none does.
BOOST_AUTO_TEST_CASE(an_attempt_says_why) {
  const auto model = make_model("transaction_commit", {{"participants", "2"}});
  const auto observer = model->observer();
  const Cells initial = observer->initial().front();
  const auto attempt = [&](const std::string& action) {
    return observer->attempt(initial, parse_label(*observer, action));
  };
  const Observer::Attempt disabled = attempt("TMCommit");
  BOOST_TEST(!disabled.enabled);
  BOOST_REQUIRE(disabled.parts.size() == 2);
  BOOST_TEST(disabled.parts[0].name == "undecided");
  BOOST_TEST(disabled.parts[0].holds);
  BOOST_TEST(disabled.parts[1].name == "all_prepared");
  BOOST_TEST(!disabled.parts[1].holds);
  const Observer::Attempt enabled = attempt("RMPrepare(rm2)");
  BOOST_TEST(enabled.enabled);
  BOOST_TEST((enabled.after != initial));
  BOOST_REQUIRE(enabled.parts.size() == 3);
  BOOST_TEST(enabled.parts[2].name == "report");
  BOOST_TEST((enabled.parts[2].kind == Part::Kind::effect));
}

BOOST_AUTO_TEST_CASE(labels_and_their_names) {
  for (const System* system : {&catalogue()[0], &catalogue()[1], &kinds_system()}) {
    const auto observer = system->instantiate(resolve_parameters(*system, {}), {})->observer();
    std::set<std::string> names;
    std::uint32_t labels = 0;
    for (const ActionInfo& action : observer->actions()) {
      BOOST_TEST(action.first_label == labels);
      labels += action.labels;
    }
    for (std::uint32_t label = 0; label < labels; ++label) {
      const std::string name = label_text(*observer, label);
      BOOST_TEST(parse_label(*observer, name) == label);
      names.insert(name);
    }
    BOOST_TEST(names.size() == labels);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
