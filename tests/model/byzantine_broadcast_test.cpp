// Byzantine reliable broadcast: its tables, and what [B87] says of it.
// [B87] G. Bracha, "Asynchronous Byzantine Agreement Protocols", Information and Computation 75(2),
// 1987.
#include <boost/test/unit_test.hpp>

#include "checker/report/trace.hpp"
#include "model/catalogue.hpp"
#include "tests/support/protocol_checks.hpp"

namespace synod::test {
namespace {

const System& broadcast() {
  static const System system = byzantine_broadcast_system();
  return system;
}

const std::vector<PinnedCount> quick_counts = {
    {"processes=4 t=1", 99, 327, 11},
    {"processes=4 t=1 sender=traitor", 247, 769, 10},
    {"processes=4 t=1 traitors=0", 261, 651, 14},
    {"processes=4 t=1 sender=traitor values=3", 601, 1'891, 10},
    {"processes=5 t=1 sender=traitor", 1'025, 4'929, 13},
    {"processes=7 t=2", 1'339, 6'863, 17},
    {"processes=7 t=2 sender=traitor", 10'047, 50'841, 16},
};
const std::vector<PinnedCount> thorough_counts = {
    {"processes=10 t=3", 19'371, 139'149, 23},
    {"processes=10 t=3 sender=traitor", 443'695, 3'217'439, 22},
};

const std::vector<NeededConjunct> needed = {
    {"SendEcho.moved", "processes=4 t=1", "Validity", 6},
    {"MisledEcho.once", "processes=4 t=1 sender=traitor", "OneValueIsReady", 7},
    {"MisledEcho.moved", "processes=4 t=1", "Validity", 6},
    {"SendReady.moved", "processes=4 t=1", "OneValueIsReady", 6},
    {"MisledReady.moved", "processes=4 t=1", "OneValueIsReady", 6},
    {"Accept.enough", "processes=4 t=1", "Validity", 6},
    {"MisledAccept.enough", "processes=4 t=1", "Validity", 6},
};

const std::vector<Breaker> breakers = {
    {"Agreement", "processes=5 sender=traitor", {"MisledEcho.once"}},
    {"Validity", "", {"MisledEcho.moved"}},
    {"OneValueIsReady", "sender=traitor", {"MisledEcho.once"}},
    {"AcceptedIsSupported", "", {"MisledAccept.enough"}},
    {"Irrevocable", "processes=5 sender=traitor echo_quorum=3", {"MisledAccept.once"}},
    {"FirstValueAccepted", "", {"Broadcast.send"}},
    {"SecondValueAccepted", "", {"Broadcast.send"}},
    {"AcceptedThoughSplit", "sender=traitor", {"MisledEcho.send"}},
    {"Totality", "", {"Accept.accept"}},
    {"EventuallyAccepted", "", {"Broadcast.send"}},
    // Three correct processes that echo three values.
    {"NoDeadlock", "values=3", {"MisledEcho.moved"}},
};

// Every value that an action writes is in the range of its variable, whatever guard is left out.
const std::vector<std::string> unbroken = {"TypeOK"};

}  // namespace

BOOST_AUTO_TEST_SUITE(byzantine_broadcast)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(broadcast(), Tier::quick, quick_counts) == "");
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_tlc) {
  const std::string record = read_file(SYNOD_SOURCE_DIR "/spec/byzantine_broadcast/tlc.txt");
  BOOST_TEST(record_faults(broadcast(), Tier::quick, record) == "");
}

BOOST_AUTO_TEST_CASE(mutants) { BOOST_TEST(mutant_faults(broadcast()) == ""); }

BOOST_AUTO_TEST_CASE(every_conjunct_is_needed_or_excused) {
  BOOST_TEST(conjunct_faults(broadcast(), needed) == "");
}

BOOST_AUTO_TEST_CASE(every_property_can_be_broken) {
  BOOST_TEST(breaker_faults(broadcast(), breakers, unbroken) == "");
}

BOOST_AUTO_TEST_CASE(every_assumption_is_needed) {
  BOOST_TEST(assumption_faults(broadcast()) == "");
}

BOOST_AUTO_TEST_CASE(every_property_has_a_witness) {
  BOOST_TEST(witness_faults(broadcast()) == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(byzantine_broadcast_thorough)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(broadcast(), Tier::thorough, thorough_counts) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
