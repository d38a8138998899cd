// A network that falls apart: who hears whom, against sets of processes.
#include <boost/test/unit_test.hpp>
#include <set>

#include "checker/input/input.hpp"
#include "checker/vocabulary/define.hpp"
#include "checker/vocabulary/partition.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

// Three processes; p1 knows a rumour, and whoever knows it may tell whom it can reach.
template <class Mode>
struct Rumour : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Process = interchangeable("process", "p", 3);
  Set<Mode> knows{*this, "knows", Process};
  Partition<Mode> partition{*this, Process};

  void Init() { knows.insert(0); }
  void Tell(int p, int q) {
    WHEN(known, knows.contains(p));
    WHEN(connected, partition.joined(p, q));
    THEN(tell, knows.insert(q));
  }
  void Next() {
    ACTION(Tell, Process, Process);
    partition.actions(*this);
  }
};

System rumour() {
  System system;
  system.name = "rumour";
  system.parameters = {partition_parameter()};
  return define<Rumour>(
      system,
      claims(step("OnlyOneSideHears", "",
                  [](const auto& before, const auto& after) {
                    return before.Process.all([&](int q) {
                      return before.knows.contains(q) || !after.knows.contains(q) ||
                             before.Process.any([&](int p) {
                               return before.knows.contains(p) && before.partition.joined(p, q);
                             });
                    });
                  }),
             reachable("Alone", "",
                       [](const auto& s) {
                         return s.Process.any([&](int p) { return s.partition.side_of(p) == 1; });
                       })
                 .if_parameters([](const Parameters& p) { return p["partition"] != 0; }),
             always_possible("AllCanKnow", "", [](const auto& s) { return s.knows.full(); }),
             proper_end("", [](const auto&) { return true; })));
}

/// States and steps by hand: who knows, who is cut off, both as bit masks.
struct Count {
  std::uint64_t distinct = 0;
  std::uint64_t generated = 1;
};
Count explore(bool may_fall_apart) {
  Count count;
  std::set<std::pair<int, int>> seen;
  std::vector<std::pair<int, int>> left{{1, 0}};
  while (!left.empty()) {
    const auto [knows, cut_off] = left.back();
    left.pop_back();
    if (!seen.insert({knows, cut_off}).second) continue;
    for (int p = 0; p < 3; ++p) {
      for (int q = 0; q < 3; ++q) {
        if ((knows >> p & 1) == 0 || (cut_off >> p & 1) != (cut_off >> q & 1)) continue;
        ++count.generated;
        left.emplace_back(knows | 1 << q, cut_off);
      }
      if (!may_fall_apart) continue;
      ++count.generated;
      left.emplace_back(knows, cut_off ^ 1 << p);
    }
  }
  count.distinct = seen.size();
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(partitions)

BOOST_AUTO_TEST_CASE(messages_stay_on_their_side) {
  for (const std::string partition : {"no", "yes"}) {
    const System system = rumour();
    const auto model =
        system.instantiate(resolve_parameters(system, {{"partition", partition}}), {});
    const SearchResult found = search(*model, {});
    const Count expected = explore(partition == "yes");
    BOOST_TEST(found.distinct == expected.distinct, partition);
    BOOST_TEST(found.generated == expected.generated, partition);
    for (std::size_t i = 0; i < found.properties.size(); ++i)
      BOOST_TEST((found.properties[i].verdict == PropertyVerdict::holds ||
                  found.properties[i].verdict == PropertyVerdict::not_applicable),
                 model->properties()[i].name);
    const std::string differs = disagreement(*model);
    BOOST_CHECK_MESSAGE(differs.empty(), differs);
  }
}

BOOST_AUTO_TEST_CASE(without_the_conjunct_all_hear) {
  const System system = rumour();
  const auto model = system.instantiate(resolve_parameters(system, {{"partition", "yes"}}),
                                        {{"Tell", "connected"}});
  const SearchResult found = search(*model, {});
  BOOST_TEST((found.properties[0].verdict == PropertyVerdict::violated));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
