// Distributed snapshots: their tables, and what [CL85] and the lecture say of them.
// [CL85] K. M. Chandy, L. Lamport, "Distributed Snapshots: Determining Global States of Distributed
// Systems", ACM TOCS 3(1), 1985.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <set>

#include "checker/input/input.hpp"
#include "checker/report/trace.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "model/chandy_lamport/underlying.hpp"
#include "tests/support/labels.hpp"
#include "tests/support/protocol_checks.hpp"
#include "tests/support/state_space.hpp"

namespace synod::test {
namespace {

using synod::chandy_lamport::Underlying;

const System& snapshots() {
  static const System system = chandy_lamport_system();
  return system;
}

const std::string two = "processes=2";
const std::string two_one_by_one = "processes=2 markers=one_by_one";
const std::string one_way = "processes=3 topology=12,13,23 initiators=1,2 restart=yes";
const std::string unreached =
    "processes=3 topology=12,21,32 spread=dealt initiators=1 done=reached";

const std::vector<PinnedCount> quick_counts = {
    {two, 377, 823, 18},
    {two_one_by_one, 582, 1'313, 20},
    {"processes=3", 2'556, 7'030, 27},
    {one_way, 965, 2'495, 15},
    {"processes=3 topology=star spread=dealt", 9'522, 32'404, 23},
    {unreached, 155, 295, 16},
};
const std::vector<PinnedCount> thorough_counts = {
    {"processes=3 topology=complete", 104'034, 463'891, 25},
    {"processes=3 topology=complete markers=one_by_one", 605'442, 3'033'217, 31},
    {"processes=4 topology=star", 144'154, 664'695, 23},
};

const std::vector<NeededConjunct> needed = {
    {"SendMoney.has_money", two, "TypeOK", 1},
    {"SendMoney.marker_first", two_one_by_one, "ConsistentCut", 4},
    {"ReceiveMoney.arrived", two, "TypeOK", 1},
    {"Initiate.may_initiate", unreached, "OnlyReachedRecord", 2},
    {"Initiate.not_recorded", two, "RecordedOnce", 4},
    {"SendMarker.due", two_one_by_one, "ChannelsExact", 4},
    {"ReceiveFirstMarker.arrived", two, "TypeOK", 1},
    {"ReceiveFirstMarker.first", two, "RecordedOnce", 5},
    {"ReceiveMarker.arrived", two, "TypeOK", 2},
    {"ReceiveMarker.not_first", two, "ConsistentCut", 5},
    {"Restart.complete", one_way, "Undisturbed", 2},
};

const std::vector<Breaker> breakers = {
    {"ConsistentCut", "fifo=no", {}},
    {"ChannelsExact", "", {"Initiate.listen"}},
    {"RecordedOnce", "", {"Initiate.not_recorded"}},
    {"MoneyRecorded", "", {"ReceiveMoney.note"}},
    {"RecordedIsReachable", "", {"ReceiveMoney.note"}},
    {"RecordedLeadsToPresent", "processes=3 topology=line spread=dealt fifo=no", {}},
    {"Undisturbed", "", {"ReceiveMoney.deposit"}},
    {"OnlyReachedRecord", unreached, {"Initiate.may_initiate"}},
    {"CanTerminate", "topology=12", {"ReceiveFirstMarker.record_empty"}},
    {"Terminates", "topology=12 initiators=1", {"ReceiveFirstMarker.record"}},
    {"SnapshotComplete", "topology=12 initiators=1", {"ReceiveFirstMarker.record_empty"}},
    {"ReachedAreDone", "topology=12 initiators=1", {"ReceiveFirstMarker.record_empty"}},
    {"PartlyRecorded", "topology=12 initiators=1", {"Initiate.record", "Initiate.broadcast"}},
    {"SentAfterPs", "", {"SendMoney.send"}},
    {"CoinInChannel", "", {"ReceiveMoney.note"}},
    {"TwoInitiators", "topology=12", {"Initiate.record", "Initiate.broadcast"}},
    {"TypeOK", "", {"SendMoney.has_money"}},
};

// Where nothing can be sent, received or begun, nothing is on its way: a coin or marker can always
// be received, whatever is left out.
const std::vector<std::string> unbroken = {"NoDeadlock"};

enum Message : int { coin, post_coin, marker };  // as they are numbered in `chan`

/// How many coins each process has, and then each channel.
using Application = std::vector<int>;

/// All reachable states and steps under some parameters.
struct Space : StateSpace {
  explicit Space(const std::string& text)
      : StateSpace(snapshots(), text), processes(parameters["processes"]) {
    for (const VariableInfo& variable : observer->variables())
      if (variable.name == "chan")
        for (const std::string& name : variable.index[0].domain.labels)  // "p1->p2"
          channels.emplace_back(name[1] - '1', name[5] - '1');
  }

  int links() const { return static_cast<int>(channels.size()); }

  /// "SendMoney(p1->p2)" as {"SendMoney", 0, ...}: the action and its arguments.
  std::pair<std::string, std::vector<int>> action(std::uint32_t label) const {
    for (const ActionInfo& info : observer->actions())
      if (info.has(label)) return {info.name, info.arguments(label)};
    throw ModelError("no such label");
  }

  /// Calls visit(before, after, arguments) for every step of an action; returns their number.
  template <class Visit>
  std::size_t each_step(const std::string& name, Visit&& visit) const {
    std::size_t steps = 0;
    each_step_of(name, [&](const StateReader& before, const StateReader& after,
                           const std::vector<int>& arguments) {
      ++steps;
      visit(before, after, arguments);
    });
    return steps;
  }

  /// Breadth first from a state, along the steps that are allowed.
  std::vector<std::size_t> search(std::size_t start,
                                  const std::function<bool(const Edge& edge)>& allowed) const {
    std::vector<std::size_t> found{start};
    std::set<std::size_t> seen{start};
    for (std::size_t i = 0; i < found.size(); ++i)
      for (const Edge& edge : graph.edges[found[i]])
        if (allowed(edge) && seen.insert(edge.to).second) found.push_back(edge.to);
    return found;
  }

  bool recorded(const StateReader& s, int p) const { return s.contains("recorded", p); }
  bool complete(const StateReader& s) const {
    for (int p = 0; p < processes; ++p)
      if (!recorded(s, p)) return false;
    for (int c = 0; c < links(); ++c)
      if (s.contains("recording", c)) return false;
    return true;
  }
  bool untouched(const StateReader& s) const {
    for (int p = 0; p < processes; ++p)
      if (recorded(s, p)) return false;
    return true;
  }

  Application present(const StateReader& s) const {
    Application state;
    for (int p = 0; p < processes; ++p) state.push_back(s.value("money", {p}));
    for (int c = 0; c < links(); ++c) {
      const std::vector<int> messages = s.sequence("chan", {c});
      state.push_back(static_cast<int>(
          std::count_if(messages.begin(), messages.end(), [](int m) { return m != marker; })));
    }
    return state;
  }
  Application snapshot(const StateReader& s) const {
    Application state;
    for (int p = 0; p < processes; ++p) state.push_back(s.value("recordedMoney", {p}));
    for (int c = 0; c < links(); ++c)
      state.push_back(static_cast<int>(s.sequence("recordedChan", {c}).size()));
    return state;
  }

  /// What the application alone can do from a state: a search of its own.
  const std::set<Application>& future(const Application& start) const {
    std::set<Application>& found = futures[start];
    if (!found.empty()) return found;
    std::vector<Application> left{start};
    found.insert(start);
    while (!left.empty()) {
      const Application state = left.back();
      left.pop_back();
      for (int c = 0; c < links(); ++c) {
        const auto in_channel = static_cast<std::size_t>(processes + c);
        const auto from = static_cast<std::size_t>(channels[static_cast<std::size_t>(c)].first);
        const auto to = static_cast<std::size_t>(channels[static_cast<std::size_t>(c)].second);
        for (const auto& [source, target] : {std::pair(from, in_channel), {in_channel, to}}) {
          if (state[source] == 0) continue;
          Application next = state;
          --next[source];
          ++next[target];
          if (found.insert(next).second) left.push_back(next);
        }
      }
    }
    return found;
  }

  Underlying::State packed(const Application& state) const {
    Underlying::State result = 0;
    for (std::size_t place = 0; place < state.size(); ++place)
      result += Underlying::coins(static_cast<int>(place), state[place]);
    return result;
  }

  int processes;
  std::vector<std::pair<int, int>> channels;
  mutable std::map<Application, std::set<Application>> futures;
};

const Space& space() {
  static const Space ring("processes=3");
  return ring;
}
const Space& space_one_way() {
  static const Space space(one_way);
  return space;
}

/// The state after these actions, each of which has to be enabled.
Cells play(Observer& observer, const std::vector<std::string>& actions) {
  Cells state = observer.initial().front();
  for (const std::string& action : actions) {
    const Observer::Attempt attempt = observer.attempt(state, parse_label(observer, action));
    BOOST_REQUIRE_MESSAGE(attempt.enabled, action);
    state = attempt.after;
  }
  return state;
}

RunReport check(const std::string& parameters, const std::vector<std::string>& properties = {}) {
  RunRequest request;
  request.properties = properties;
  request.system = &snapshots();
  request.parameters = resolve_parameters(snapshots(), assignments(parameters));
  return run_check(request);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chandy_lamport)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(snapshots(), Tier::quick, quick_counts) == "");
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_tlc) {
  const std::string record = read_file(SYNOD_SOURCE_DIR "/spec/chandy_lamport/tlc.txt");
  BOOST_TEST(record_faults(snapshots(), Tier::quick, record) == "");
}

BOOST_AUTO_TEST_CASE(mutants) { BOOST_TEST(mutant_faults(snapshots()) == ""); }

BOOST_AUTO_TEST_CASE(every_conjunct_is_needed_or_excused) {
  BOOST_TEST(conjunct_faults(snapshots(), needed) == "");
}

BOOST_AUTO_TEST_CASE(every_property_can_be_broken) {
  BOOST_TEST(breaker_faults(snapshots(), breakers, unbroken, one_way) == "");
}

BOOST_AUTO_TEST_CASE(every_assumption_is_needed) {
  BOOST_TEST(assumption_faults(snapshots()) == "");
}

BOOST_AUTO_TEST_CASE(every_property_has_a_witness) {
  BOOST_TEST(witness_faults(snapshots()) == "");
}

BOOST_AUTO_TEST_CASE(topologies_have_names) {
  struct Row {
    std::string word, processes, channels;
  };
  for (const Row& row : {
           Row{"ring", "2", "12,21"},
           Row{"ring", "3", "12,23,31"},
           Row{"ring", "4", "12,23,34,41"},
           Row{"line", "2", "12"},
           Row{"line", "4", "12,23,34"},
           Row{"star", "2", "12,21"},
           Row{"star", "4", "12,13,14,21,31,41"},
           Row{"complete", "3", "12,13,21,23,31,32"},
           Row{"complete", "4", "12,13,14,21,23,24,31,32,34,41,42,43"},
       }) {
    const auto value = [&](const std::string& text) {
      return resolve_parameters(snapshots(),
                                {{"processes", row.processes}, {"topology", text}})["topology"];
    };
    BOOST_TEST(value(row.word) == value(row.channels), row.word << " " << row.processes);
    BOOST_TEST(snapshots().parameters[1].text(value(row.word)) == row.channels);
  }
  for (const std::string bad : {"11", "13", "1-2", "12 21", "12;21", "12,"}) {
    BOOST_CHECK_THROW(resolve_parameters(snapshots(), {{"topology", bad}}), InputError);
  }
}

// The lecture: "Record own state and broadcast marker. Start recording all messages received on all
// incoming channels."
BOOST_AUTO_TEST_CASE(an_initiator_records_broadcasts_and_listens) {
  const std::size_t steps = space().each_step(
      "Initiate", [](const StateReader& before, const StateReader& after, const auto& arguments) {
        const int p = arguments[0];
        BOOST_REQUIRE(!space().recorded(before, p));
        BOOST_REQUIRE(space().recorded(after, p));
        BOOST_REQUIRE(after.value("recordedMoney", {p}) == before.value("money", {p}));
        for (int c = 0; c < space().links(); ++c) {
          std::vector<int> expected = before.sequence("chan", {c});
          const auto [from, to] = space().channels[static_cast<std::size_t>(c)];
          if (from == p) expected.push_back(marker);
          BOOST_REQUIRE(after.sequence("chan", {c}) == expected);
          if (to == p) BOOST_REQUIRE(after.contains("recording", c));
        }
      });
  BOOST_TEST(steps > 0U);
}

// [CL85] section 3.2, the marker-receiving rule: "if q has not recorded its state then begin q
// records its state; q records the state of c as the empty sequence end else q records the state of
// c as the sequence of messages received along c after q's state was recorded and before q received
// the marker along c".
BOOST_AUTO_TEST_CASE(a_marker_ends_the_recording_of_its_channel) {
  const Space& ring = space();
  const std::size_t first = ring.each_step(
      "ReceiveFirstMarker",
      [&](const StateReader& before, const StateReader& after, const auto& arguments) {
        const int c = arguments[0];
        const int q = ring.channels[static_cast<std::size_t>(c)].second;
        BOOST_REQUIRE(before.sequence("chan", {c}).front() == marker);
        BOOST_REQUIRE(!ring.recorded(before, q));
        BOOST_REQUIRE(after.value("recordedMoney", {q}) == before.value("money", {q}));
        BOOST_REQUIRE(after.sequence("recordedChan", {c}).empty());
        for (int other = 0; other < ring.links(); ++other)
          if (ring.channels[static_cast<std::size_t>(other)].second == q)
            BOOST_REQUIRE(after.contains("recording", other) == (other != c));
      });
  const std::size_t second = ring.each_step(
      "ReceiveMarker",
      [&](const StateReader& before, const StateReader& after, const auto& arguments) {
        const int c = arguments[0];
        BOOST_REQUIRE(before.contains("recording", c));
        BOOST_REQUIRE(!after.contains("recording", c));
        BOOST_REQUIRE(after.sequence("recordedChan", {c}) == before.sequence("recordedChan", {c}));
      });
  BOOST_TEST(first > 0U);
  BOOST_TEST(second > 0U);
}

// The lecture: "Can there be a message sent after Ps and received before Qs?" It can be sent, and
// wait in the queue; it is not received. The name of a coin says truly when it was sent.
BOOST_AUTO_TEST_CASE(sent_after_ps_is_not_received_before_qs) {
  for (const Space* each : {&space(), &space_one_way()}) {
    const std::size_t sent = each->each_step(
        "SendMoney",
        [&](const StateReader& before, const StateReader& after, const auto& arguments) {
          const int c = arguments[0];
          const int p = each->channels[static_cast<std::size_t>(c)].first;
          BOOST_REQUIRE(after.sequence("chan", {c}).back() ==
                        (each->recorded(before, p) ? post_coin : coin));
        });
    std::size_t after_ps = 0;
    each->each_step(
        "ReceiveMoney", [&](const StateReader& before, const StateReader&, const auto& arguments) {
          const auto [c, message] = std::pair(arguments[0], arguments[1]);
          BOOST_REQUIRE(before.sequence("chan", {c}).front() == message);
          if (message != post_coin) return;
          ++after_ps;
          BOOST_REQUIRE(each->recorded(before, each->channels[static_cast<std::size_t>(c)].second));
        });
    BOOST_TEST(sent > 0U);
    BOOST_TEST(after_ps > 0U);
  }
}

// The lecture's figure: P takes Ps and sends a message, which waits in the queue behind the marker
// until Qs is taken. Without order it is received at once, and the cut is inconsistent.
BOOST_AUTO_TEST_CASE(the_figure_of_ps_and_qs) {
  const std::string receive = "ReceiveMoney(p1->p2, post_coin)";
  std::vector<std::string> figure{"Initiate(p1)", "SendMoney(p1->p2)"};
  const Space fifo("processes=2");
  const Cells waiting = play(*fifo.observer, figure);
  const Observer::Attempt early =
      fifo.observer->attempt(waiting, parse_label(*fifo.observer, receive));
  BOOST_TEST(!early.enabled);
  BOOST_TEST(early.parts.back().name == "arrived");
  figure.insert(figure.end(), {"ReceiveFirstMarker(p1->p2)", receive, "ReceiveMarker(p2->p1)"});
  const Cells last = play(*fifo.observer, figure);
  const StateReader end(fifo.observer->variables(), last);
  BOOST_TEST((fifo.snapshot(end) == Application{2, 0, 0, 0}));
  BOOST_TEST((fifo.present(end) == Application{1, 1, 0, 0}));

  const auto any_order = snapshots().instantiate(
      resolve_parameters(snapshots(), assignments("processes=2 fifo=no")), {});
  play(*any_order->observer(), {"Initiate(p1)", "SendMoney(p1->p2)", receive});
}

// A coin on its way from p2 is in the state of its channel, and in that of neither process.
BOOST_AUTO_TEST_CASE(a_coin_is_caught_in_a_channel) {
  const Space dealt("processes=2 spread=dealt");
  const Cells last =
      play(*dealt.observer, {"SendMoney(p2->p1)", "Initiate(p1)", "ReceiveMoney(p2->p1, coin)",
                             "ReceiveFirstMarker(p1->p2)", "ReceiveMarker(p2->p1)"});
  const StateReader end(dealt.observer->variables(), last);
  BOOST_TEST(dealt.complete(end));
  BOOST_TEST((dealt.snapshot(end) == Application{1, 0, 0, 1}));
  BOOST_TEST((end.sequence("recordedChan", {1}) == std::vector<int>{coin}));
}

// The lecture: "When does it terminate?" [CL85] section 3.3: if every process records its state,
// which it does if a path leads to it from one that does so by itself. In every graph of three
// processes.
BOOST_AUTO_TEST_CASE(it_terminates_where_a_path_leads_to_every_process) {
  const std::vector<std::string> links{"12", "13", "21", "23", "31", "32"};
  std::size_t terminating = 0;
  std::size_t graphs = 0;
  for (unsigned mask = 1; mask < 64; ++mask) {
    std::vector<std::string> chosen;
    for (std::size_t i = 0; i < links.size(); ++i)
      if ((mask >> i & 1) != 0) chosen.push_back(links[i]);
    for (const std::string initiators : {"1", "3", "2,3", "1,2,3"}) {
      std::set<char> reached(initiators.begin(), initiators.end());
      reached.erase(',');
      for (int round = 0; round < 3; ++round)
        for (const std::string& link : chosen)
          if (reached.contains(link[0])) reached.insert(link[1]);
      const std::string parameters =
          fmt::format("processes=3 topology={} money=1 spread=dealt initiators={}",
                      fmt::join(chosen, ","), initiators);
      const RunReport report = check(parameters);
      const bool all = reached.size() == 3;
      BOOST_TEST(verdict_name(report.verdict) == (all ? "holds" : "violated"), parameters);
      BOOST_TEST((all || report.trace->property == "CanTerminate"), parameters);
      const RunReport fair = check(parameters, {"Terminates"});
      BOOST_TEST(verdict_name(fair.verdict) == (all ? "holds" : "violated"), parameters);
      ++graphs;
      terminating += all ? 1 : 0;
    }
  }
  BOOST_TEST(terminating > 0U);
  BOOST_TEST(terminating < graphs);
}

// The system without snapshots that the claims search is the model, as long as nobody initiates.
BOOST_AUTO_TEST_CASE(the_underlying_system_is_the_model_without_snapshots) {
  for (const Space* each : {&space(), &space_one_way()}) {
    const auto plain = [&](const Edge& edge) {
      const std::string name = each->action(edge.label).first;
      return name == "SendMoney" || name == "ReceiveMoney";
    };
    const std::vector<std::size_t> states = each->search(0, plain);
    const auto present = [&](std::size_t state) { return each->present(each->at(state)); };
    const auto& underlying =
        Underlying::of(each->processes, each->parameters["topology"], each->packed(present(0)));
    BOOST_TEST(underlying.size() == states.size());
    std::set<Application> different;
    std::size_t one_way_pairs = 0;
    for (const std::size_t from : states) {
      BOOST_REQUIRE(each->untouched(each->at(from)));
      different.insert(present(from));
      BOOST_REQUIRE(underlying.reachable(each->packed(present(from))));
      std::set<Application> future;
      for (const std::size_t to : each->search(from, plain)) future.insert(present(to));
      BOOST_REQUIRE((future == each->future(present(from))));
      for (const std::size_t to : states) {
        const bool leads = underlying.leads(each->packed(present(from)), each->packed(present(to)));
        BOOST_REQUIRE(leads == future.contains(present(to)));
        one_way_pairs += leads ? 0 : 1;
      }
    }
    BOOST_TEST(different.size() == states.size());
    // In a ring money can come back to where it was; here it cannot.
    BOOST_TEST((one_way_pairs > 0) == (each == &space_one_way()));
  }
}

// [CL85] section 4, Theorem 1: the recorded state is reachable from the state in which the
// algorithm is initiated, and the state in which it terminates is reachable from it.
BOOST_AUTO_TEST_CASE(theorem_1) {
  for (const Space* each : {&space(), &space_one_way()}) {
    std::size_t snapshots_taken = 0;
    for (std::size_t start = 0; start < each->size(); ++start) {
      if (!each->untouched(each->at(start))) continue;
      const Application initiated = each->present(each->at(start));
      for (const Edge& edge : each->graph.edges[start]) {
        if (each->action(edge.label).first != "Initiate") continue;
        for (const std::size_t end : each->search(edge.to, [](const Edge&) { return true; })) {
          const StateReader state = each->at(end);
          if (!each->complete(state)) continue;
          ++snapshots_taken;
          const Application recorded = each->snapshot(state);
          BOOST_REQUIRE(each->future(initiated).contains(recorded));
          BOOST_REQUIRE(each->future(recorded).contains(each->present(state)));
        }
      }
    }
    BOOST_TEST(snapshots_taken > 0U);
  }
}

// [CL85] section 4: the recorded state may be none of the global states that occurred. Here is a
// run that never was in the state that it has recorded.
BOOST_AUTO_TEST_CASE(the_recorded_state_may_never_have_been) {
  const Space dealt("processes=2 spread=dealt");
  const Application never{1, 0, 0, 1};
  std::vector<std::string> actions;
  for (const char* const action :
       {"Initiate(p1)", "SendMoney(p1->p2)", "SendMoney(p2->p1)", "ReceiveFirstMarker(p1->p2)",
        "ReceiveMoney(p2->p1, coin)", "ReceiveMarker(p2->p1)"}) {
    actions.emplace_back(action);
    const Cells state = play(*dealt.observer, actions);
    const StateReader now(dealt.observer->variables(), state);
    BOOST_TEST((dealt.present(now) != never));
    BOOST_TEST(dealt.complete(now) == (actions.size() == 6));
    BOOST_TEST((!dealt.complete(now) || dealt.snapshot(now) == never));
  }

  // It is no rare case: of the states that can be recorded, more than half can be recorded so.
  std::set<Application> recorded;
  for (std::size_t i = 0; i < dealt.size(); ++i)
    if (dealt.complete(dealt.at(i))) recorded.insert(dealt.snapshot(dealt.at(i)));
  std::size_t never_was = 0;
  for (const Application& cut : recorded) {
    if (dealt.present(dealt.at(0)) == cut) continue;
    const auto elsewhere = [&](const Edge& edge) {
      return dealt.present(dealt.at(edge.to)) != cut;
    };
    for (const std::size_t end : dealt.search(0, elsewhere))
      if (dealt.complete(dealt.at(end)) && dealt.snapshot(dealt.at(end)) == cut) {
        ++never_was;
        break;
      }
  }
  BOOST_TEST(recorded.size() == 10U);
  BOOST_TEST(never_was == 6U);
}

// That the money adds up is not enough: over channels without order, one coin can be lost and
// another be recorded twice, and no run leads from the recorded state to the present one.
BOOST_AUTO_TEST_CASE(a_sum_that_is_right_does_not_make_a_global_state) {
  RunRequest request;
  request.system = &snapshots();
  request.parameters = resolve_parameters(
      snapshots(), assignments("processes=3 topology=line spread=dealt fifo=no"));
  request.properties = {"RecordedLeadsToPresent"};
  const auto model = snapshots().instantiate(request.parameters, {});
  const auto observer = model->observer();
  const auto& properties = observer->properties();
  const std::size_t sum = find_property(properties, "MoneyRecorded");
  const std::size_t leads = find_property(properties, "RecordedLeadsToPresent");
  SearchOptions everything;
  everything.properties = 0;
  std::size_t found = 0;
  for (const Cells& state : reference_check(*model, everything).states)
    found += observer->judge(state, sum).holds && !observer->judge(state, leads).holds ? 1 : 0;
  BOOST_TEST(found > 0U);
}

// The lecture: "for checkpointing/restart". The system goes back to what was recorded, whatever has
// happened since.
BOOST_AUTO_TEST_CASE(restart_goes_back_to_the_cut) {
  const Space& each = space_one_way();
  std::size_t changed = 0;
  const std::size_t restarts = each.each_step(
      "Restart", [&](const StateReader& before, const StateReader& after, const auto&) {
        BOOST_REQUIRE(each.complete(before));
        BOOST_REQUIRE((each.present(after) == each.snapshot(before)));
        BOOST_REQUIRE((each.snapshot(after) == each.snapshot(before)));
        changed += each.present(before) != each.present(after) ? 1 : 0;
      });
  BOOST_TEST(restarts > 0U);
  BOOST_TEST(changed > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(chandy_lamport_thorough)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(snapshots(), Tier::thorough, thorough_counts) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
