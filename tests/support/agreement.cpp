#include "tests/support/agreement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "checker/search/judged.hpp"
#include "model/catalogue.hpp"

namespace synod::test {
namespace {

std::string stop_name(Stop stop) {
  constexpr const char* names[] = {"exhausted", "violation", "max_states",  "max_depth", "memory",
                                   "disk",      "time",      "interrupted", "partial"};
  return names[static_cast<std::size_t>(stop)];
}

std::string depth_text(const std::optional<std::uint64_t>& depth) {
  return depth ? std::to_string(*depth) : "none";
}

/// Collects one line for each thing that is not as it should be.
class Differences {
 public:
  template <class A, class B>
  void compare(const std::string& what, const A& expected, const B& found) {
    if (expected != found) note(what, fmt::format("{}", expected), fmt::format("{}", found));
  }
  void note(const std::string& what, const std::string& expected, const std::string& found) {
    text_ += fmt::format("\n  {}: expected {}, found {}", what, expected, found);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void compare_properties(Differences& differences, const std::vector<PropertyResult>& expected,
                        const std::vector<PropertyResult>& found,
                        const std::vector<PropertyInfo>& infos) {
  differences.compare("number of properties", expected.size(), found.size());
  for (std::size_t i = 0; i < std::min(expected.size(), found.size()); ++i) {
    const std::string name = i < infos.size() ? infos[i].name : std::to_string(i);
    differences.compare(name, verdict_name(expected[i].verdict), verdict_name(found[i].verdict));
    differences.compare("depth of " + name, depth_text(expected[i].depth),
                        depth_text(found[i].depth));
  }
}

std::string shown_text(const std::optional<std::size_t>& shown) {
  return shown ? std::to_string(*shown) : "none";
}

}  // namespace

std::string path_faults(const ModelInstance& model, const SearchResult& result) {
  const auto observer = model.observer();
  std::vector<Cells> states;
  for (const PackedState& state : result.path.states) states.push_back(model.unpack(state.data()));
  const std::vector<Cells> initial = observer->initial();
  if (std::find(initial.begin(), initial.end(), states[0]) == initial.end())
    return " begins elsewhere";
  for (std::size_t i = 0; i + 1 < states.size(); ++i) {
    const Observer::Attempt step = observer->attempt(states[i], result.path.labels[i]);
    if (!step.enabled || step.after != states[i + 1]) return fmt::format(" step {} is none", i + 1);
  }
  const PropertyInfo& shown = model.properties()[*result.shown];
  const std::size_t last = states.size() - 1;
  if (shown.kind == PropertyKind::always && observer->judge(states[last], *result.shown).holds)
    return " ends where the property holds";
  if (shown.kind == PropertyKind::step &&
      observer->judge_step(states[last - 1], states[last], *result.shown).holds)
    return " ends in a step of which the property holds";
  return "";
}

std::string difference(const ModelInstance& model, const ReferenceResult& expected,
                       const SearchResult& found) {
  Differences differences;
  differences.compare("stop", stop_name(expected.stop), stop_name(found.stop));
  differences.compare("distinct", expected.distinct, found.distinct);
  differences.compare("generated", expected.generated, found.generated);
  differences.compare("depth", expected.depth, found.depth);
  differences.compare("levels", expected.levels, found.levels);
  differences.compare("unexpanded", expected.unexpanded, found.unexpanded);
  std::vector<std::uint64_t> fired;
  for (const ActionResult& action : found.actions) fired.push_back(action.fired);
  differences.compare("fired", expected.fired, fired);
  differences.compare("dead actions", expected.dead_actions, found.dead_actions);
  compare_properties(differences, expected.properties, found.properties, model.properties());
  for (std::size_t i = 0; i < expected.properties.size() && expected.stop == Stop::exhausted; ++i)
    differences.compare("left open", expected.properties[i].cut, found.properties[i].cut);
  differences.compare("shown", shown_text(expected.shown), shown_text(found.shown));
  std::vector<Cells> path;
  for (const PackedState& state : found.path.states) path.push_back(model.unpack(state.data()));
  differences.compare("length of the path", expected.path.size(), path.size());
  differences.compare("states of the path", expected.path, path);
  differences.compare("labels of the path", expected.labels, found.path.labels);
  return differences.text();
}

std::string difference(const SearchResult& a, const SearchResult& b) {
  Differences differences;
  differences.compare("stop", stop_name(a.stop), stop_name(b.stop));
  differences.compare("distinct", a.distinct, b.distinct);
  differences.compare("generated", a.generated, b.generated);
  differences.compare("levels", a.levels, b.levels);
  differences.compare("unexpanded", a.unexpanded, b.unexpanded);
  const auto fired = [](const SearchResult& result) {
    std::vector<std::uint64_t> counts;
    for (const ActionResult& action : result.actions) counts.push_back(action.fired);
    return counts;
  };
  differences.compare("fired", fired(a), fired(b));
  differences.compare("dead actions", a.dead_actions, b.dead_actions);
  compare_properties(differences, a.properties, b.properties, {});
  differences.compare("shown", shown_text(a.shown), shown_text(b.shown));
  differences.compare("states of the path", a.path.states, b.path.states);
  differences.compare("labels of the path", a.path.labels, b.path.labels);
  return differences.text();
}

std::string disagreement(const ModelInstance& model, const SearchOptions& options,
                         const std::vector<std::size_t>& threads) {
  std::string result;
  const auto compare = [&](const ReferenceResult& expected, SearchOptions wanted, std::size_t count,
                           Visited visited) {
    wanted.threads = count;
    wanted.visited = visited;
    const SearchResult found = search(model, wanted);
    const std::string differs = difference(model, expected, found);
    if (!differs.empty())
      result += fmt::format("\n {} threads, {}:{}", count, visited_name(found.visited), differs);
  };
  const ReferenceResult expected = reference_check(model, options);
  for (const std::size_t count : threads) compare(expected, options, count, Visited::exact);

  // What is always possible needs whole states: without it, states may be kept as keys.
  SearchOptions safety = options;
  safety.properties &= without_graph(model);
  const bool same = safety.properties == options.properties;
  const ReferenceResult safe = same ? expected : reference_check(model, safety);
  if (!same) compare(safe, safety, threads.back(), Visited::exact);
  for (const std::size_t count : threads) compare(safe, safety, count, Visited::compact);
  compare(safe, safety, threads.back(), Visited::tree);
  // With next to no memory: on disk, in many runs.
  SearchOptions on_disk = safety;
  on_disk.memory = 8 * safe.distinct;
  on_disk.batch = 2;
  on_disk.disk = std::filesystem::temp_directory_path().string();
  compare(safe, on_disk, threads.front(), Visited::whole);
  if (threads.size() > 1) compare(safe, on_disk, threads.back(), Visited::whole);
  return result;
}

std::vector<NamedDrop> all_drops(const System& system, const Parameters& parameters) {
  const auto observer = system.instantiate(parameters, {})->observer();
  std::vector<NamedDrop> drops;
  for (const NamedPart& part : named_parts(*observer))
    if (part.kind != Part::Kind::bound)
      drops.push_back({part.part, part.kind == Part::Kind::conjunct});
  return drops;
}

Parameters parameters_of(const System& system, const Assignments& assignments) {
  return resolve_parameters(system, assignments);
}

std::unique_ptr<ModelInstance> make_model(const std::string& name, const Assignments& assignments,
                                          const std::vector<Drop>& drops) {
  const System& system = find_system(catalogue(), name);
  return system.instantiate(parameters_of(system, assignments), drops);
}

PropertySet without_graph(const TransitionSystem& system) {
  return ~of_kind(system.properties(), PropertyKind::always_possible);
}

}  // namespace synod::test
