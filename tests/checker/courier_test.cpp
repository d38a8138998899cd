// Networks, sequences and bounds against plain containers: a courier's model is explored by the
// search and, independently, by a few lines over standard containers.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/report/trace.hpp"
#include "checker/vocabulary/define.hpp"
#include "checker/vocabulary/faults.hpp"
#include "checker/vocabulary/network.hpp"
#include "checker/vocabulary/sequence.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

struct Letter {
  int from, to, number;
};
struct Receipt {
  int from, to;
};

// s1 sends the letters 1..letters, each once, in order; s2 notes what it gets, in order, and
// answers the first.
template <class Mode>
struct Courier : Machine<Mode> {
  using Machine<Mode>::Machine;

  const int letters = this->parameter("letters");
  const int notes = this->parameter("notes");
  const Domain Server = interchangeable("server", "s", 2);
  const Domain Number = integers("number", 1, letters);

  Scalar<Mode> sent{*this, "sent", integers("number", 0, letters)};
  Sequence<Mode> log{*this, "log", {}, fields("number", {Number}), notes};
  Scalar<Mode> receipts{*this, "receipts", integers("times", 0, 1)};
  Network<Mode, Letter, Receipt> msgs{
      *this,
      "msgs",
      {message("Letter", "from to number", {Server, Server, Number}),
       message("Receipt", "from to", {Server, Server})}};

  void Init() {}
  void Send() {
    WHEN(left, sent < letters);
    WITHIN(in_flight, msgs.room_for(1));
    THEN(count, sent = sent + 1);
    THEN(send, msgs.send(Letter{0, 1, sent}));
  }
  void Receive(const Letter& m) {
    WITHIN(notes, log().size() < notes);
    THEN(receive, msgs.receive(m));
    THEN(note, log().append(m.number));
    THEN(answer, if (m.number == 1) msgs.send(Receipt{1, 0}));
  }
  void Acknowledge(const Receipt& m) {
    WHEN(first, receipts == 0);
    THEN(receive, msgs.receive(m));
    THEN(count, receipts = 1);
  }
  void Next() {
    ACTION(Send);
    ACTION(Receive, every<Letter>(msgs));
    ACTION(Acknowledge, every<Receipt>(msgs));
    msgs.faults(*this);
  }
};

const System& courier() {
  static const System system = [] {
    System result;
    result.name = "courier";
    result.parameters = {integer("letters", "", 1, 4, 3), bound("notes", "", 1, 5, 3)};
    for (ParameterSpec& spec : network_parameters(2, true)) result.parameters.push_back(spec);
    return define<Courier>(result, claims(always("NotesAreLetters", "",
                                                 [](const auto& s) {
                                                   for (int i = 1; i <= s.log().size(); ++i)
                                                     if (s.log().at(i) > s.sent) return false;
                                                   return true;
                                                 }),
                                          proper_end("", [](const auto&) { return true; })));
  }();
  return system;
}

// The same courier over standard containers: a letter is its number, the receipt 0.

struct Plain {
  int sent = 0;
  int receipts = 0;
  std::vector<int> log;
  std::vector<int> msgs;  ///< in the order of sending
  auto operator<=>(const Plain&) const = default;
};

struct Kind {
  std::string name;
  bool loses, repeats, forgets, copies;
};
const std::vector<Kind> kinds = {{"lossy", true, false, false, false},
                                 {"duplicating", true, true, false, false},
                                 {"short_lived", true, false, true, false},
                                 {"reliable", false, false, false, true}};

struct PlainCourier {
  Kind kind;
  int letters;
  int notes;
  std::size_t in_flight;
  std::map<std::string, std::uint64_t> cuts = {};

  bool has(const Plain& s, int message) const {
    return std::find(s.msgs.begin(), s.msgs.end(), message) != s.msgs.end();
  }
  void send(Plain& s, int message) {
    if (!kind.copies && has(s, message)) return;
    if (s.msgs.size() == in_flight) {
      ++cuts["in_flight"];
      if (!kind.forgets) return;
      s.msgs.erase(s.msgs.begin());
    }
    s.msgs.push_back(message);
    if (!kind.forgets) std::sort(s.msgs.begin(), s.msgs.end());
  }
  static void take(Plain& s, int message) {
    s.msgs.erase(std::find(s.msgs.begin(), s.msgs.end(), message));
  }

  std::vector<Plain> successors(const Plain& s) {
    std::vector<Plain> result;
    if (s.sent < letters) {
      if (kind.forgets || s.msgs.size() < in_flight) {
        Plain next = s;
        send(next, ++next.sent);
        result.push_back(next);
      } else {
        ++cuts["in_flight"];
      }
    }
    for (const int message : std::set<int>(s.msgs.begin(), s.msgs.end())) {
      Plain next = s;
      if (!kind.repeats) take(next, message);
      if (message == 0) {
        if (s.receipts == 0) {
          next.receipts = 1;
          result.push_back(next);
        }
      } else if (s.log.size() == static_cast<std::size_t>(notes)) {
        ++cuts["notes"];
      } else {
        next.log.push_back(message);
        if (message == 1) send(next, 0);
        result.push_back(next);
      }
      if (kind.loses) {
        Plain lost = s;
        take(lost, message);
        result.push_back(lost);
      }
    }
    return result;
  }
};

struct Count {
  std::uint64_t distinct = 0;
  std::uint64_t generated = 1;
  std::uint64_t depth = 0;
};

Count explore(PlainCourier& courier) {
  Count count;
  std::set<Plain> seen{{}};
  std::vector<Plain> level{{}};
  while (!level.empty()) {
    ++count.depth;
    std::vector<Plain> next_level;
    for (const Plain& s : level) {
      for (Plain& next : courier.successors(s)) {
        ++count.generated;
        if (seen.insert(next).second) next_level.push_back(std::move(next));
      }
    }
    level = std::move(next_level);
  }
  count.distinct = seen.size();
  return count;
}

Parameters courier_parameters(const Kind& kind, int letters, int notes, int in_flight) {
  return resolve_parameters(courier(), {{"letters", std::to_string(letters)},
                                        {"notes", std::to_string(notes)},
                                        {"network", kind.name},
                                        {"in_flight", std::to_string(in_flight)}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(networks)

BOOST_AUTO_TEST_CASE(each_kind_does_what_it_says) {
  for (const Kind& kind : kinds) {
    for (int in_flight = 1; in_flight <= 4; ++in_flight) {
      for (const int notes : {1, 2, 4}) {
        BOOST_TEST_CONTEXT(kind.name << " in_flight=" << in_flight << " notes=" << notes) {
          PlainCourier plain{kind, 3, notes, static_cast<std::size_t>(in_flight)};
          const Count expected = explore(plain);
          const auto model =
              courier().instantiate(courier_parameters(kind, 3, notes, in_flight), {});
          for (const std::size_t threads : {1, 2, 3}) {
            SearchOptions options;
            options.threads = threads;
            const SearchResult found = search(*model, options);
            BOOST_TEST(found.distinct == expected.distinct);
            BOOST_TEST(found.generated == expected.generated);
            BOOST_TEST(found.depth == expected.depth);
            std::map<std::string, std::uint64_t> cuts;
            for (const Cut& cut : found.cuts) cuts[cut.bound] = cut.steps;
            BOOST_TEST((cuts == plain.cuts));
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_search_agrees_with_the_reference) {
  for (const Kind& kind : kinds) {
    const auto model = courier().instantiate(courier_parameters(kind, 3, 2, 2), {});
    const std::string differs = disagreement(*model);
    BOOST_CHECK_MESSAGE(differs.empty(), kind.name << differs);
  }
}

BOOST_AUTO_TEST_CASE(an_action_is_named_by_its_message) {
  const auto observer =
      courier().instantiate(courier_parameters(kinds[0], 3, 3, 3), {})->observer();
  Cells state = observer->initial().front();
  const auto take = [&](const std::string& step) {
    const std::uint32_t label = parse_step(*observer, state, step);
    const auto attempt = observer->attempt(state, label);
    BOOST_REQUIRE(attempt.enabled);
    const std::string name = step_text(*observer, state, label);
    state = attempt.after;
    return name;
  };
  take("Send");
  take("Send");
  BOOST_TEST(take("Receive(Letter(s1 -> s2, number 2))") == "Receive(Letter(s1 -> s2, number 2))");
  BOOST_TEST(take("Receive(Letter(s1...") == "Receive(Letter(s1 -> s2, number 1))");
  BOOST_CHECK_THROW(parse_step(*observer, state, "Receive(Letter(s1 -> s2, number 1))"),
                    InputError);
  BOOST_CHECK_THROW(parse_step(*observer, state, "Receive..."), InputError);
  const auto lines = state_lines(observer->variables(), state);
  BOOST_TEST(lines == (std::vector<std::string>{"sent = 2", "log = <2, 1>", "receipts = 0",
                                                "msgs = {Receipt(s2 -> s1)}"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(random_states_go_through_a_trace_file) {
  const Parameters parameters = courier_parameters(kinds[0], 4, 4, 4);
  const auto observer = courier().instantiate(parameters, {})->observer();
  std::mt19937_64 random(1);
  Trace trace;
  trace.protocol = "courier";
  trace.parameters = write_parameters(courier(), parameters, true);
  trace.property = "NotesAreLetters";
  for (int i = 0; i < 500; ++i) {
    trace.states.push_back(random_cells(observer->variables(), random));
    if (i > 0) trace.actions.emplace_back("Send");
  }
  const LoadedTrace loaded =
      read_itf(write_itf(trace, observer->variables()), "trace", {courier()});
  BOOST_TEST((loaded.trace.states == trace.states));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(sequences)

namespace {

struct Entry {
  int term;
  int value;
  bool operator==(const Entry&) const = default;
};

/// Two logs of at most three entries, not at the start of a word.
template <class Mode>
struct Logs : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Server = interchangeable("server", "s", 2);
  Scalar<Mode> before{*this, "before", integers("n", 0, 4)};
  Sequence<Mode, Entry> log{*this,
                            "log",
                            {Server},
                            fields("term value", {integers("term", -1, 5), integers("v", 0, 2)}),
                            3};
};

template <class Mode>
void compare_with_vectors(int seed) {
  Logs<Mode> logs(Parameters{}, {});
  std::array<std::vector<Entry>, 2> expected;
  std::mt19937 random(static_cast<unsigned>(seed));
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int step = 0; step < 2000; ++step) {
    const int i = below(2);
    std::vector<Entry>& list = expected[static_cast<std::size_t>(i)];
    const int size = static_cast<int>(list.size());
    const Entry entry{below(8) - 1, below(4)};
    const int position = below(5);
    switch (below(4)) {
      case 0:
        if (size == 3 || entry.term > 5 || entry.value > 2) {
          BOOST_CHECK_THROW(logs.log(i).append(entry), RangeError);
        } else {
          logs.log(i).append(entry);
          list.push_back(entry);
        }
        break;
      case 1:
        if (position > size) {
          BOOST_CHECK_THROW(logs.log(i).truncate(position), RangeError);
        } else {
          logs.log(i).truncate(position);
          list.resize(static_cast<std::size_t>(position));
        }
        break;
      case 2:
        if (position < 1 || position > size) {
          BOOST_CHECK_THROW(logs.log(i).remove(position), RangeError);
        } else {
          logs.log(i).remove(position);
          list.erase(list.begin() + position - 1);
        }
        break;
      default:
        logs.log(i) = std::as_const(logs).log(1 - i);
        list = expected[static_cast<std::size_t>(1 - i)];
    }
    for (int s = 0; s < 2; ++s) {
      const auto found = std::as_const(logs).log(s);
      const std::vector<Entry>& wanted = expected[static_cast<std::size_t>(s)];
      BOOST_REQUIRE(found.size() == static_cast<int>(wanted.size()));
      for (int k = 1; k <= found.size(); ++k)
        BOOST_REQUIRE((found.at(k) == wanted[static_cast<std::size_t>(k - 1)]));
      BOOST_CHECK_THROW(found.at(found.size() + 1), RangeError);
      BOOST_CHECK_THROW(found.at(0), RangeError);
      for (int length = 0; length <= 4; ++length) {
        BOOST_REQUIRE(found.first(length).size() == std::min(length, found.size()));
        BOOST_REQUIRE(found.starts_with(found.first(length)));
      }
    }
    const bool prefix = expected[1].size() <= expected[0].size() &&
                        std::equal(expected[1].begin(), expected[1].end(), expected[0].begin());
    BOOST_REQUIRE(std::as_const(logs).log(0).starts_with(std::as_const(logs).log(1)) == prefix);
    BOOST_REQUIRE((std::as_const(logs).log(0) == std::as_const(logs).log(1)) ==
                  (expected[0] == expected[1]));
    BOOST_REQUIRE(logs.before == 0);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(they_are_like_vectors) {
  for (int seed = 0; seed < 20; ++seed) {
    compare_with_vectors<Search>(seed);
    compare_with_vectors<Observe>(seed);
  }
}

BOOST_AUTO_TEST_CASE(records_have_as_many_fields_as_their_struct) {
  struct Wrong : Machine<Search> {
    using Machine<Search>::Machine;
    Sequence<Search, Entry> log{*this, "log", {}, fields("term", {integers("term", 0, 1)}), 3};
  };
  BOOST_CHECK_THROW(Wrong(Parameters{}), VocabularyError);
  BOOST_CHECK_THROW(fields("a b", {boolean()}), ModelError);
  BOOST_CHECK_THROW(fields("a", {boolean(), boolean()}), ModelError);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(crashes)

namespace {

// Two processes count to 2, in memory and on disk.
template <class Mode>
struct Counters : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Process = interchangeable("process", "p", 2);
  Map<Mode> cache{*this, "cache", Process, integers("n", 0, 2)};
  Map<Mode> disk{*this, "disk", Process, integers("n", 0, 2)};
  Crashes<Mode> faults{*this, Process};

  void Init() {}
  void Add(int p) {
    WHEN(up, faults.up(p));
    WHEN(below, cache[p] < 2 && disk[p] < 2);
    THEN(add, cache[p] = cache[p] + 1; disk[p] = disk[p] + 1);
  }
  void Next() {
    ACTION(Add, Process);
    faults.actions(*this, [this](int p) { cache[p] = 0; });
  }
};

std::set<std::string> reachable_states(const std::string& crash, bool counted, int crashes) {
  System system;
  system.name = "counters";
  system.parameters = {crash_parameter()};
  if (counted) system.parameters.push_back(crashes_bound(crashes));
  system = define<Counters>(system, claims(proper_end("", [](const auto&) { return true; })));
  const auto model = system.instantiate(resolve_parameters(system, {{"crash", crash}}), {});
  const std::string differs = disagreement(*model);
  BOOST_CHECK_MESSAGE(differs.empty(), differs);
  const auto observer = model->observer();
  std::set<Cells> seen;
  std::vector<Cells> queue = observer->initial();
  while (!queue.empty()) {
    const Cells state = queue.back();
    queue.pop_back();
    if (!seen.insert(state).second) continue;
    for (auto& next : observer->successors(state, nullptr)) queue.push_back(next.state);
  }
  std::set<std::string> texts;
  for (const Cells& state : seen) {
    std::string text;
    for (const std::string& line : state_lines(observer->variables(), state)) text += line + "\n";
    texts.insert(text);
  }
  return texts;
}

bool some_has(const std::set<std::string>& states, const std::string& part) {
  return std::any_of(states.begin(), states.end(), [&](const std::string& state) {
    return state.find(part) != std::string::npos;
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_volatile_is_lost_and_what_is_durable_is_not) {
  const auto never = reachable_states("no", false, 0);
  BOOST_TEST(!some_has(never, "cache = [p1: 0, p2: 0]\ndisk = [p1: 1"));
  const auto recovering = reachable_states("recovery", false, 0);
  BOOST_TEST(some_has(recovering, "cache = [p1: 0, p2: 0]\ndisk = [p1: 1, p2: 0]\ndown = {}"));
  BOOST_TEST(some_has(recovering, "cache = [p1: 1, p2: 0]\ndisk = [p1: 2, p2: 0]\ndown = {}"));
  const auto stopping = reachable_states("stop", false, 0);
  BOOST_TEST(!some_has(stopping, "cache = [p1: 0, p2: 0]\ndisk = [p1: 1, p2: 0]\ndown = {}"));
  BOOST_TEST(some_has(stopping, "cache = [p1: 0, p2: 0]\ndisk = [p1: 1, p2: 0]\ndown = {p1}"));
  BOOST_TEST(some_has(stopping, "down = {p1, p2}"));
}

BOOST_AUTO_TEST_CASE(crashes_are_counted) {
  BOOST_TEST(!some_has(reachable_states("stop", true, 1), "down = {p1, p2}"));
  BOOST_TEST(some_has(reachable_states("stop", true, 2), "down = {p1, p2}"));
  BOOST_TEST(!some_has(reachable_states("recovery", true, 0), "down = {p1"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
