#include "tests/support/catalogue_cases.hpp"

#include <fmt/format.h>

#include "model/catalogue.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

/// `unchecked`: claims of this kind are not compared unless one of the searches refutes them.
std::string differences(const ModelInstance& model, const SearchResult& all,
                        const SearchResult& fewer, std::optional<PropertyKind> unchecked) {
  std::string text;
  if (all.stop != fewer.stop) text += " another reason to stop;";
  if (all.dead_actions != fewer.dead_actions) text += " other dead actions;";
  if (fewer.distinct > all.distinct) text += " more states;";
  for (std::size_t i = 0; i < all.properties.size(); ++i) {
    const PropertyResult& one = all.properties[i];
    const PropertyResult& other = fewer.properties[i];
    if (model.properties()[i].kind == unchecked && one.verdict != PropertyVerdict::violated &&
        other.verdict != PropertyVerdict::violated)
      continue;
    if (one.verdict != other.verdict || one.depth != other.depth)
      text += " " + model.properties()[i].name + ";";
  }
  if (all.shown != fewer.shown) text += " another counterexample;";
  if (all.path.states.size() != fewer.path.states.size()) text += " of another length;";
  if (!fewer.path.states.empty()) text += path_faults(model, fewer);
  return text;
}

std::string depths(const SearchResult& all, const SearchResult& fewer) {
  if (all.depth == fewer.depth) return "";
  return fmt::format(" depth {}, {};", all.depth, fewer.depth);
}

}  // namespace

void for_each_case(std::uint64_t most, bool thorough,
                   const std::function<void(const CatalogueCase&)>& visit) {
  const auto add = [&](const System& system, const std::string& name,
                       const Assignments& assignments, const std::vector<Drop>& drops) {
    auto model = system.instantiate(parameters_of(system, assignments), drops);
    SearchOptions options;
    options.properties = without_graph(*model);
    options.max_states = most;
    SearchResult all = search(*model, options);
    if (all.stop == Stop::max_states) return;
    visit({system.name + " " + name, std::move(model), std::move(all)});
  };
  for (const System& system : catalogue()) {
    for (const Instance& instance : system.instances)
      if (thorough || instance.tier == Tier::quick)
        add(system, instance.name(), instance.parameters, {});
    for (const Mutant& mutant : system.mutants)
      add(system, "mutant " + mutant.name, mutant.parameters, mutant.drops);
  }
}

std::string differences_up_to_symmetry(const ModelInstance& model, const SearchResult& all,
                                       const SearchResult& orbits) {
  return differences(model, all, orbits, {}) + depths(all, orbits);
}

std::string differences_by_partial_order(const ModelInstance& model, const SearchResult& all,
                                         const SearchResult& reduced) {
  return differences(model, all, reduced, PropertyKind::type_ok) +
         (all.stop == Stop::violation ? depths(all, reduced) : "");
}

}  // namespace synod::test
