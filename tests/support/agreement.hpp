// Comparing the search with the reference checker.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "checker/vocabulary/system.hpp"
#include "tests/support/reference_checker.hpp"

namespace synod::test {

/// How a search differs from the reference in verdicts, counts and counterexample; empty: nowhere.
std::string difference(const ModelInstance& model, const ReferenceResult& expected,
                       const SearchResult& found);

/// Searches with each number of threads, and with visited states kept in each way that serves, and
/// compares with the reference. `options` may set
/// properties, witness, max_states and max_depth.
std::string disagreement(const ModelInstance& model, const SearchOptions& options = {},
                         const std::vector<std::size_t>& threads = {1, 2, 3});

/// How two searches of one system differ in anything but time; empty: nowhere.
std::string difference(const SearchResult& a, const SearchResult& b);

/// What is wrong with the path that a search shows, each step of which has to be one of the model;
/// empty: nothing.
std::string path_faults(const ModelInstance& model, const SearchResult& result);

/// A conjunct or effect of a model.
struct NamedDrop {
  Drop drop;
  bool is_conjunct;
};

/// Every conjunct and effect of the actions that apply, in the order of the source.
std::vector<NamedDrop> all_drops(const System& system, const Parameters& parameters);

/// The parameters that an instance or mutant of the catalogue means.
Parameters parameters_of(const System& system, const Assignments& assignments);

/// A system of the catalogue under these parameters.
std::unique_ptr<ModelInstance> make_model(const std::string& name, const Assignments& assignments,
                                          const std::vector<Drop>& drops = {});

/// All properties but those that are decided on the graph of all states.
PropertySet without_graph(const TransitionSystem& system);

}  // namespace synod::test
