// Search up to symmetry against the search of all states, canonical forms against orbits computed
// by trying every renaming, and models that only claim to be symmetric.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "checker/symmetry/canonical_form.hpp"
#include "checker/symmetry/symmetric_search.hpp"
#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/scratch.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catalogue_cases.hpp"

namespace synod::test {
namespace {

/// Of what is searched, and of what every renaming of every state is compared in.
#ifdef SYNOD_SANITIZED
constexpr std::uint64_t most_states = 3'000;
constexpr std::uint64_t few_states = 1'500;
#else
constexpr std::uint64_t most_states = 30'000;
constexpr std::uint64_t few_states = 6'000;
#endif

SearchOptions safety(const ModelInstance& model) {
  SearchOptions options;
  options.threads = 2;
  options.properties = without_graph(model);
  return options;
}

/// The instances and mutants that have roles and are small.
void for_each_case(std::uint64_t most, const std::function<void(const CatalogueCase&)>& visit) {
  test::for_each_case(most, false, [&](const CatalogueCase& each) {
    if (!symmetric_roles(*each.model).empty()) visit(each);
  });
}

PackedState canonical(const CanonicalForm& form, const PackedState& state) {
  static CanonicalForm::Scratch scratch;
  PackedState result = state;
  form.apply(result.data(), scratch);
  return result;
}

/// The smallest of all that renaming makes of a state.
Cells smallest(const Roles& roles, const std::vector<Renaming>& renamings, const Cells& state) {
  Cells least = state;
  for (const Renaming& to : renamings) least = std::min(least, roles.renamed(state, to));
  return least;
}

/// One of the processes is not like the others: in what it does, in how it begins, in a claim.
template <class Mode>
struct Unequal : Machine<Mode> {
  using Machine<Mode>::Machine;

  const int what = this->parameter("what");
  const int most = what == 5 ? 40 : 2;
  const Domain Process = interchangeable("process", "p", 3);
  Map<Mode> steps{*this, "steps", Process, integers("count", 0, most)};

  void Init() {
    if (what == 2) steps[1] = 1;
  }
  void Step(int p) {
    WHEN(may, steps[p] < (what == 1 && p == 2 ? 1 : most));
    WHEN(early, what != 5 || p != 2 || steps[0] + steps[1] + steps[2] < 45);
    THEN(step, steps[p] = steps[p] + 1);
  }
  void Next() { ACTION(Step, Process); }
};

System unequal_system() {
  System system;
  system.name = "unequal";
  system.title = "Three processes, one of them unlike the others";
  system.parameters = {integer("what", "which difference there is", 0, 5, 0)};
  return define<Unequal>(
      std::move(system),
      claims(always("FirstIsNotLast", "",
                    [](const auto& s) { return s.what != 3 || s.steps[0] < 2 || s.steps[1] == 2; }),
             step("FirstByOne", "",
                  [](const auto& before, const auto& after) {
                    return before.what != 4 || after.steps[0] == before.steps[0];
                  }),
             reachable("FirstEnds", "", [](const auto& s) { return s.steps[0] == 2; }),
             reachable("LastEndsAlone", "", [](const auto& s) {
               return s.steps[2] == 2 && s.steps[0] == 0 && s.steps[1] == 0;
             })));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(symmetry)

// Two states have the same canonical form exactly when one is a renaming of the other, and it is a
// renaming of both.
BOOST_AUTO_TEST_CASE(canonical_forms_stand_for_orbits) {
  std::size_t checked = 0;
  for_each_case(few_states, [&](const CatalogueCase& each) {
    const Roles roles(each.model->observer()->variables());
    const std::vector<Renaming> renamings = roles.all_renamings(200);
    if (renamings.empty()) return;
    const CanonicalForm form(roles, *each.model);
    const ReferenceResult reference = reference_check(*each.model, safety(*each.model));
    std::map<Cells, PackedState> forms;
    std::set<PackedState> seen;
    std::size_t wrong = 0;
    for (const Cells& state : reference.states) {
      const PackedState own = canonical(form, each.model->pack(state));
      const Cells least = smallest(roles, renamings, state);
      const auto [at, first] = forms.emplace(least, own);
      if (first == !seen.insert(own).second || at->second != own) ++wrong;
      if (first && smallest(roles, renamings, each.model->unpack(own.data())) != least) ++wrong;
    }
    BOOST_CHECK_MESSAGE(wrong == 0, each.name << ": " << wrong << " canonical forms are wrong");
    checked += forms.size() < reference.states.size() ? 1 : 0;
  });
  BOOST_TEST(checked > 20U);
}

BOOST_AUTO_TEST_CASE(verdicts_are_those_of_the_search_of_all_states) {
  std::size_t violated = 0;
  for_each_case(most_states, [&](const CatalogueCase& each) {
    SearchOptions options = safety(*each.model);
    for (const std::size_t threads : {1, 2}) {
      options.threads = threads;
      const SearchResult orbits = search_up_to_symmetry(*each.model, options).result;
      const std::string differ = differences_up_to_symmetry(*each.model, each.all, orbits);
      BOOST_CHECK_MESSAGE(differ.empty(), each.name << ", " << threads << " threads:" << differ);
      violated += orbits.path.states.empty() ? 0 : 1;
    }
  });
  BOOST_TEST(violated > 20U);
}

// Each witness has the shortest way to it, which ends where it holds.
BOOST_AUTO_TEST_CASE(witnesses_are_met_where_they_are_in_all_states) {
  std::size_t met = 0;
  for_each_case(few_states, [&](const CatalogueCase& each) {
    const SearchResult& all = each.all;
    if (all.stop != Stop::exhausted) return;
    SearchOptions options = safety(*each.model);
    options.threads = 1;
    for (std::size_t i = 0; i < each.model->properties().size(); ++i) {
      if (each.model->properties()[i].kind != PropertyKind::reachable || !all.properties[i].depth)
        continue;
      options.witness = i;
      const SearchResult orbits = search_up_to_symmetry(*each.model, options).result;
      BOOST_TEST_CONTEXT(each.name << " " << each.model->properties()[i].name) {
        BOOST_REQUIRE(orbits.path.states.size() == *all.properties[i].depth);
        const Cells last = each.model->unpack(orbits.path.states.back().data());
        BOOST_TEST(each.model->observer()->judge(last, i).holds);
        BOOST_TEST(path_faults(*each.model, orbits) == "");
      }
      ++met;
    }
  });
  BOOST_TEST(met > 50U);
}

// Three acceptors and two values: six times two renamings. [Ip and Dill] The states of transaction
// commit are counted by how many participants are in which situation.
BOOST_AUTO_TEST_CASE(orbits_are_counted) {
  const auto orbits = [](const std::string& name, const std::string& parameters) {
    const auto model = make_model(name, assignments(parameters));
    return search_up_to_symmetry(*model, safety(*model)).result.distinct;
  };
  BOOST_TEST(orbits("paxos", "acceptors=3 values=2 ballots=2") == 443U);
  BOOST_TEST(orbits("transaction_commit", "participants=9") == 2232U);
}

// Where there is nothing to rename, every state stands for itself.
BOOST_AUTO_TEST_CASE(a_domain_of_one_member_is_a_domain) {
  for (const auto& [name, parameters] : std::vector<std::pair<std::string, std::string>>{
           {"transaction_commit", "participants=1"}, {"paxos", "acceptors=1 values=1 ballots=2"}}) {
    const auto model = make_model(name, assignments(parameters));
    const SearchResult all = search(*model, safety(*model));
    const SearchResult orbits = search_up_to_symmetry(*model, safety(*model)).result;
    BOOST_TEST(orbits.distinct == all.distinct);
    BOOST_TEST(orbits.generated == all.generated);
    BOOST_TEST(orbits.depth == all.depth);
  }
}

// Whatever tells members apart is refused by name; but a witness may name them.
BOOST_AUTO_TEST_CASE(a_wrong_declaration_is_refused) {
  const System system = unequal_system();
  const auto search_with = [&](int what) {
    const auto model =
        system.instantiate(parameters_of(system, {{"what", std::to_string(what)}}), {});
    return search_up_to_symmetry(*model, {}).result;
  };
  const SearchResult good = search_with(0);
  BOOST_TEST(good.distinct == 10U);  // how three processes share out 0, 1 and 2 steps
  for (const PropertyResult& property : good.properties)
    BOOST_TEST((property.verdict == PropertyVerdict::holds));
  const std::vector<std::string> said = {
      "Step tells them apart", "the initial states tell them apart",
      "FirstIsNotLast tells them apart", "FirstByOne tells them apart"};
  for (int what = 1; what <= 4; ++what)
    BOOST_CHECK_EXCEPTION(search_with(what), NotSymmetric, [&](const NotSymmetric& error) {
      return std::string(error.what()).find(said[static_cast<std::size_t>(what - 1)]) !=
             std::string::npos;
    });
}

// Nor does anything go on from what a search found that was refused in the end.
BOOST_AUTO_TEST_CASE(a_refused_search_leaves_no_checkpoint) {
  const System system = unequal_system();
  const auto model = system.instantiate(parameters_of(system, {{"what", "5"}}), {});
  const Scratch scratch;
  SearchOptions options;
  options.checkpoint.file = scratch.file();
  options.checkpoint.every_seconds = 0;
  options.max_depth = 20;
  BOOST_TEST(search_up_to_symmetry(*model, options).result.checkpointed);
  BOOST_TEST(scratch.files() == 1U);
  options.max_depth.reset();
  options.checkpoint.resume = scratch.file();
  BOOST_CHECK_THROW(search_up_to_symmetry(*model, options), NotSymmetric);
  BOOST_TEST(scratch.files() == 0U);
}

// The way to a witness that names a member ends where it holds.
BOOST_AUTO_TEST_CASE(a_witness_may_name_members) {
  const System system = unequal_system();
  const auto model = system.instantiate(parameters_of(system, {}), {});
  for (const std::size_t witness : {std::size_t{2}, std::size_t{3}}) {
    SearchOptions options;
    options.witness = witness;
    const SearchResult result = search_up_to_symmetry(*model, options).result;
    BOOST_REQUIRE(result.path.states.size() == 3U);
    BOOST_TEST(path_faults(*model, result) == "");
    BOOST_TEST(
        model->observer()->judge(model->unpack(result.path.states.back().data()), witness).holds);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
