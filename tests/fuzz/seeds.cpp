#include "tests/fuzz/seeds.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "checker/input/input.hpp"
#include "checker/report/trace.hpp"
#include "checker/run/run.hpp"
#include "checker/run/scenario.hpp"
#include "model/catalogue.hpp"
#include "tests/support/labels.hpp"

namespace synod::fuzz {
namespace {

using Json = nlohmann::ordered_json;

/// Larger ones are mutated too slowly to be worth it.
constexpr std::size_t largest_seed_bytes = 20'000;

void add_trace(std::vector<std::string>& seeds, RunRequest request) {
  // Enough for a short trace of every system; a long one would be left out anyway.
  request.search.max_states = 20'000;
  request.search.threads = 1;
  const RunReport report = run_check(request);
  if (!report.trace) return;
  const auto observer = request.system->instantiate(request.parameters, request.drops)->observer();
  const std::string text = write_itf(*report.trace, observer->variables());
  if (text.size() <= largest_seed_bytes) seeds.push_back(text);
}

/// All values in a document, itself included, in the order of the text.
void collect(Json& value, std::vector<Json*>& all) {
  all.push_back(&value);
  if (value.is_structured())
    for (Json& part : value) collect(part, all);
}

std::size_t below(std::size_t bound, std::mt19937_64& random) {
  return bound == 0 ? 0 : static_cast<std::size_t>(random() % bound);
}

/// Values that are not what a reader expects, or only just.
Json surprising_value(std::mt19937_64& random) {
  switch (below(16, random)) {
    case 0: return nullptr;
    case 1: return true;
    case 2: return -1;
    case 3: return static_cast<int>(below(10, random));
    case 4: return 18446744073709551615U;
    case 5: return std::int64_t{-9223372036854775807};
    case 6: return 1e300;
    case 7: return "";
    case 8: return "a\nb\x7f";
    case 9: return "a1";
    case 10: return Json::array();
    case 11: return {{"#bigint", "1"}};
    case 12: return {{"#bigint", "-9223372036854775809"}};
    case 13: return {{"#bigint", 1}};
    case 14: return {{"#set", Json::array()}};
    default: return Json::object();
  }
}

void mutate_value(Json& value, const Json& other, std::mt19937_64& random) {
  switch (below(6, random)) {
    case 0: value = surprising_value(random); return;
    case 1: value = Json(other); return;
    case 2:
      if (value.is_number_integer()) {
        // Unsigned, so that the largest number wraps around.
        value = static_cast<std::int64_t>(value.get<std::uint64_t>() + below(5, random) - 2);
      } else if (value.is_string()) {
        value = mutate_bytes(value.get<std::string>(), random);
      }
      return;
    case 3:
      if (value.is_array() && !value.empty()) value.push_back(value[below(value.size(), random)]);
      return;
    case 4:
      if (value.is_array() && !value.empty()) {
        value.erase(below(value.size(), random));
      } else if (value.is_object() && !value.empty()) {
        value.erase(
            std::next(value.begin(), static_cast<std::ptrdiff_t>(below(value.size(), random))));
      }
      return;
    default:
      if (value.is_object()) {
        const char* const keys[] = {"x",    "#meta",   "#set", "#map",
                                    "#tup", "#bigint", "loop", "a\nb"};
        value[keys[below(std::size(keys), random)]] = Json(other);
      }
      return;
  }
}

}  // namespace

std::vector<std::string> trace_seeds() {
  // What fuzzing has found comes first, so that it stays found.
  std::vector<std::string> seeds = {
      "1e1143",  // a number that no double holds
      R"({"#meta": {"format": "ITF", "protocol": "paxos", "mutant": "", "property": "Agreement",)"
      R"( "verdict": "violated", "dropped": [], "parameters": {"a\nb": 3}}})",  // two lines
  };
  for (const System& system : catalogue()) {
    for (const Scenario& scenario : system.scenarios) {
      const Trace trace = play(system, scenario, {}, {}).trace;
      const Parameters parameters = resolve_parameters(system, trace.parameters);
      const auto observer = system.instantiate(parameters, trace.drops)->observer();
      const std::string text = write_itf(trace, observer->variables());
      if (text.size() <= largest_seed_bytes) seeds.push_back(text);
    }
    for (const Mutant& mutant : system.mutants) add_trace(seeds, mutant_request(system, mutant));
    const Parameters parameters = resolve_parameters(system, {});
    const auto model = system.instantiate(parameters, {});
    for (const PropertyInfo& property : model->properties()) {
      const bool shown = property.kind == PropertyKind::reachable || property.refuted;
      if (!shown || !property.applies) continue;
      RunRequest request;
      request.system = &system;
      request.parameters = parameters;
      request.properties = {property.name};
      add_trace(seeds, std::move(request));
    }
  }
  return seeds;
}

std::vector<std::string> names_seeds() {
  std::vector<std::string> seeds = {"512M", "2GiB", "1048576", "-1", "9223372036854775807", ""};
  const auto joined = [](const Assignments& assignments) {
    std::string text;
    for (const auto& [name, value] : assignments)
      text += (text.empty() ? "" : std::string(1, '\0')) + name + "=" + value;
    return text;
  };
  for (const System& system : catalogue()) {
    seeds.push_back(system.name);
    for (const Instance& instance : system.instances) seeds.push_back(joined(instance.parameters));
    for (const Mutant& mutant : system.mutants) {
      seeds.push_back(mutant.name);
      seeds.push_back(joined(mutant.parameters));
    }
    const Parameters parameters = resolve_parameters(system, {});
    seeds.push_back(joined(write_parameters(system, parameters, true)));
    const auto observer = system.instantiate(parameters, {})->observer();
    for (const PropertyInfo& property : observer->properties()) seeds.push_back(property.name);
    for (const NamedPart& named : named_parts(*observer)) seeds.push_back(named.part.text());
    for (const ActionInfo& action : observer->actions())
      if (action.labels != 0) seeds.push_back(test::label_text(*observer, action.first_label));
  }
  return seeds;
}

std::vector<std::string> conditions_seeds() {
  std::vector<std::string> seeds = {
      "A p, q in server: p # q => currentTerm[p] - 1 <= currentTerm[q] + 1",
      "commitIndex[s1] <= 2 \\/ role[s1] = Leader && s2 \\notin votesGranted[s1]",
      "Len(log[s1]) >= 1 => log[s1][1].term in 1..2 /\\ |log[s2]| = 0",
      "E p in {s1}: RequestVote(p -> s2, term 1) in msgs <=> |msgs| > 0",
      "rm1 in tmPrepared || tmPrepared = {rm1, rm2} || tmPrepared \\subseteq {}",
      "[](role[s1] in {Leader, Candidate} -> <>commitIndex[s1] >= 1) U Decided",
      "2b(acc a1, val v1) in msgs /\\ 1a(0) in msgs => maxVal[a1] # None",
      "told[0:1->2] = attack \\/ traitors = \"{2}\"",
      "vote-commit(from p1) in msgs => participant[p1] = participantLog[p1]"};
  for (const System& system : catalogue()) {
    const auto observer = system.instantiate(resolve_parameters(system, {}), {})->observer();
    for (const VariableInfo& variable : observer->variables()) {
      if (variable.holds != Holds::value) continue;
      std::string name = variable.name;
      for (const Field& field : variable.index)
        name += "[" + field.domain.label(field.domain.low) + "]";
      const Domain& domain = variable.content[0].domain;
      seeds.push_back(name + " = " + domain.label(domain.high));
    }
  }
  return seeds;
}

std::string mutate_bytes(std::string text, std::mt19937_64& random) {
  const std::size_t changes = 1 + below(4, random);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = below(text.size() + 1, random);
    const std::size_t length = below(std::min<std::size_t>(text.size() - at, 8) + 1, random);
    switch (below(6, random)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 1:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8, random)));
        break;
      case 2: text.erase(at, length); break;
      case 3: text.insert(at, text.substr(below(text.size() + 1, random), length)); break;
      case 4: text.insert(at, 1, "\0\n\"{}[]=(,.)09-aZ\x7f"[below(19, random)]); break;
      default: text.resize(at); break;
    }
  }
  return text;
}

std::string mutate_json(const std::string& text, std::mt19937_64& random) {
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded() || below(8, random) == 0) return mutate_bytes(text, random);
  const std::size_t changes = 1 + below(3, random);
  for (std::size_t i = 0; i < changes; ++i) {
    std::vector<Json*> all;
    collect(document, all);
    const Json other = *all[below(all.size(), random)];
    mutate_value(*all[below(all.size(), random)], other, random);
  }
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace synod::fuzz
