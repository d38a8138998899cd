// Whether each way to explore less, or to keep states elsewhere, changes what is found: every
// instance and mutant of the catalogue that is not too large for a search of all its states by
// partial order, and the others up to symmetry by what is pinned.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "checker/input/input.hpp"
#include "checker/partial_order/reduced_search.hpp"
#include "checker/search/judged.hpp"
#include "checker/symmetry/symmetric_search.hpp"
#include "model/catalogue.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catalogue_cases.hpp"

namespace synod::test {
namespace {

/// All instances but a few of the thorough tier, and all mutants.
constexpr std::uint64_t most_states = 1'500'000;
/// Where each claim is asked for alone, which takes a search for each, and a slow one.
constexpr std::uint64_t most_for_claims = 10'000;

SearchOptions safety(const ModelInstance& model) {
  SearchOptions options;
  options.properties = without_graph(model);
  return options;
}

/// One claim alone, with TypeOK, which every search judges. A model that leaves its ranges need not
/// be seen to do so: what it does then is not compared.
void check_claim_alone(const CatalogueCase& each, const Facts& facts, std::size_t claim) {
  SearchOptions options;
  const PropertySet type_ok = of_kind(each.model->properties(), PropertyKind::type_ok);
  options.properties = bit(claim) | type_ok;
  const SearchResult all = search(*each.model, options);
  if (all.properties.back().verdict == PropertyVerdict::violated) return;
  const SearchResult reduced = search_by_partial_order(*each.model, options, facts, 0).result;
  const std::string differ = differences_by_partial_order(*each.model, all, reduced);
  BOOST_CHECK_MESSAGE(differ.empty(), each.name << ", " << each.model->properties()[claim].name
                                                << " alone:" << differ);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reductions)

BOOST_AUTO_TEST_CASE(symmetry) {
  std::size_t smaller = 0;
  for_each_case(most_states, true, [&](const CatalogueCase& each) {
    if (symmetric_roles(*each.model).empty()) return;
    SymmetricResult symmetric = search_up_to_symmetry(*each.model, safety(*each.model));
    SearchResult& orbits = symmetric.result;
    // A witness with too many renamings is open, and so is what it keeps from being vacuous.
    for (std::size_t i = 0; i < orbits.properties.size() && !symmetric.untried.empty(); ++i)
      if (orbits.properties[i].verdict == PropertyVerdict::incomplete)
        orbits.properties[i] = each.all.properties[i];
    const std::string differ = differences_up_to_symmetry(*each.model, each.all, orbits);
    BOOST_CHECK_MESSAGE(differ.empty(), each.name << ":" << differ);
    smaller += orbits.distinct < each.all.distinct ? 1 : 0;
  });
  BOOST_TEST(smaller > 80U);
}

// Larger ones: it is pinned that it holds, and how deep it is.
BOOST_AUTO_TEST_CASE(symmetry_of_the_largest) {
  for (const System& system : catalogue()) {
    for (const Instance& instance : system.instances) {
      if (instance.expected.distinct <= most_states) continue;
      const auto model = make_model(system.name, instance.parameters);
      if (symmetric_roles(*model).empty()) continue;
      const SearchResult orbits = search_up_to_symmetry(*model, safety(*model)).result;
      BOOST_TEST_CONTEXT(system.name << " " << instance.name()) {
        BOOST_TEST((orbits.stop == Stop::exhausted));
        BOOST_TEST(orbits.depth == instance.expected.depth);
        BOOST_TEST(orbits.distinct < instance.expected.distinct);
        BOOST_TEST(orbits.dead_actions.empty());
        std::size_t judged = 0;
        for (std::size_t i = 0; i < orbits.properties.size(); ++i) {
          const PropertyVerdict verdict = orbits.properties[i].verdict;
          BOOST_TEST(
              (verdict == PropertyVerdict::holds || verdict == PropertyVerdict::not_applicable ||
               verdict == PropertyVerdict::not_checked),
              model->properties()[i].name);
          judged += verdict == PropertyVerdict::holds ? 1 : 0;
        }
        BOOST_TEST(judged > 4U);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(partial_order) {
  std::size_t cases = 0;
  for_each_case(most_states, true, [&](const CatalogueCase& each) {
    ++cases;
    const SearchResult reduced = search_by_partial_order(*each.model, safety(*each.model)).result;
    const std::string differ = differences_by_partial_order(*each.model, each.all, reduced);
    BOOST_CHECK_MESSAGE(differ.empty(), each.name << ":" << differ);
  });
  BOOST_TEST(cases > 130U);
}

BOOST_AUTO_TEST_CASE(partial_order_for_each_claim) {
  for_each_case(most_for_claims, false, [&](const CatalogueCase& each) {
    const Facts facts = find_facts(*each.model);
    for (std::size_t i = 0; i < each.model->properties().size(); ++i) {
      const PropertyKind kind = each.model->properties()[i].kind;
      if (is_searched(kind) && kind != PropertyKind::always_possible &&
          kind != PropertyKind::type_ok)
        check_claim_alone(each, facts, i);
    }
  });
}

// Counts and all.
BOOST_AUTO_TEST_CASE(states_on_disk) {
  for_each_case(most_states, true, [&](const CatalogueCase& each) {
    SearchOptions options = safety(*each.model);
    options.memory = 1;
    options.disk = std::filesystem::temp_directory_path().string();
    const SearchResult found = search(*each.model, options);
    BOOST_TEST(found.on_disk.has_value());
    BOOST_CHECK_MESSAGE(difference(each.all, found) == "",
                        each.name << difference(each.all, found));
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
