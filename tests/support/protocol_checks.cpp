#include "tests/support/protocol_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checker/cli/spec_record.hpp"
#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

/// Larger instances add time and nothing else to a search for what a conjunct is needed for.
constexpr std::uint64_t most_states = 150'000;

RunRequest make_request(const System& system, const Assignments& parameters,
                        std::vector<Drop> drops = {}) {
  RunRequest request;
  request.system = &system;
  request.parameters = resolve_parameters(system, parameters);
  request.drops = std::move(drops);
  return request;
}

Drop parse_part(const std::string& part) { return without(part).drops.front(); }

/// The quick instances that are searched with a part left out.
std::vector<Instance> small_instances(const System& system) {
  std::vector<Instance> instances;
  for (const Instance& instance : system.instances)
    if (instance.tier == Tier::quick && instance.expected.distinct <= most_states)
      instances.push_back(instance);
  return instances;
}

/// Every conjunct of the actions that apply in some instance.
std::vector<Drop> conjuncts(const System& system, const std::vector<Instance>& instances) {
  std::vector<Drop> all;
  for (const Instance& instance : instances)
    for (const NamedDrop& part : all_drops(system, parameters_of(system, instance.parameters)))
      if (part.is_conjunct && std::find(all.begin(), all.end(), part.drop) == all.end())
        all.push_back(part.drop);
  return all;
}

bool has_part(const System& system, const Parameters& parameters, const Drop& drop) {
  const auto parts = all_drops(system, parameters);
  return std::any_of(parts.begin(), parts.end(),
                     [&](const NamedDrop& part) { return part.drop == drop; });
}

std::string refuted_text(const RunReport& report) {
  return report.trace
             ? fmt::format("{} in {} states", report.trace->property, report.trace->states.size())
             : verdict_name(report.verdict);
}

/// Where and how the system without a part is refuted first.
std::string first_refutation(const System& system, const std::vector<Instance>& instances,
                             const Drop& drop) {
  for (const Instance& instance : instances) {
    const Parameters parameters = parameters_of(system, instance.parameters);
    if (!has_part(system, parameters, drop)) continue;
    const RunReport report = run_check(make_request(system, instance.parameters, {drop}));
    if (report.verdict == Verdict::holds) continue;
    return fmt::format("[{}] {}", instance.name(), refuted_text(report));
  }
  return "in no instance";
}

/// How the system without a part is refuted under the parameters of a mutant of this name, if there
/// is one.
std::optional<std::string> refutation_under_mutant(const System& system, const std::string& name,
                                                   const Drop& drop) {
  for (const Mutant& mutant : system.mutants)
    if (mutant.name == name)
      return fmt::format("[{}] {}", name,
                         refuted_text(run_check(make_request(system, mutant.parameters, {drop}))));
  return std::nullopt;
}

PropertyVerdict verdict_of(const RunReport& report, const std::string& property) {
  return report.result.properties[find_property(report.properties, property)].verdict;
}

/// As far as `most_states` show: with a part left out, a system can be much larger.
bool is_broken(const RunRequest& request, const std::string& property) {
  const auto model = request.system->instantiate(request.parameters, request.drops);
  const auto& infos = model->properties();
  const std::size_t index = find_property(infos, property);
  if (infos[index].kind == PropertyKind::temporal) {
    RunRequest only = request;
    only.properties = {property};
    only.search.max_states = most_states;
    return verdict_of(run_check(only), property) == PropertyVerdict::violated;
  }
  SearchOptions options;
  options.properties = PropertySet{1} << index | PropertySet{1} << find_property(infos, "TypeOK");
  options.max_states = most_states;
  return search(*model, options).properties[index].verdict == PropertyVerdict::violated;
}

std::vector<PropertyInfo> properties_under(const System& system, const Assignments& parameters) {
  return system.instantiate(parameters_of(system, parameters), {})->properties();
}

PropertyInfo property_under(const System& system, const Assignments& parameters,
                            const std::string& name) {
  const std::vector<PropertyInfo> properties = properties_under(system, parameters);
  return properties[find_property(properties, name)];
}

/// Whether a temporal claim is violated in one of these instances without an assumption, or with
/// another in its place.
bool fails_with(const System& system, const std::vector<Assignments>& instances,
                const PropertyInfo& claim, const std::string& assumption,
                const std::string& replacement) {
  return std::any_of(instances.begin(), instances.end(), [&](const Assignments& parameters) {
    RunRequest request = make_request(system, parameters);
    if (replacement.empty()) {
      request.properties = {claim.name};
      request.unfair = {assumption};
      return verdict_of(run_check(request), claim.name) == PropertyVerdict::violated;
    }
    request.ltl = claim.formula;
    request.fairness = claim.fairness;
    std::replace(request.fairness.begin(), request.fairness.end(), assumption, replacement);
    return run_check(request).verdict == Verdict::violated;
  });
}

}  // namespace

std::string count_faults(const System& system, Tier tier, const std::vector<PinnedCount>& pinned) {
  std::string faults;
  std::set<std::string> known;
  for (const Instance& instance : system.instances) {
    if (instance.tier != tier) continue;
    known.insert(instance.name());
    const auto row = std::find_if(pinned.begin(), pinned.end(), [&](const PinnedCount& count) {
      return count.instance == instance.name();
    });
    const RunReport report = run_check(make_request(system, instance.parameters));
    if (!report.as_expected)
      faults += fmt::format("\n[{}]: {}", instance.name(), report.unexpected);
    const std::string found =
        fmt::format("{} distinct, {} generated, depth {}", report.result.distinct,
                    report.result.generated, report.result.depth);
    const std::string wanted = row == pinned.end()
                                   ? "nothing"
                                   : fmt::format("{} distinct, {} generated, depth {}",
                                                 row->distinct, row->generated, row->depth);
    if (found != wanted)
      faults += fmt::format("\n[{}]: {} pinned, found {}", instance.name(), wanted, found);
  }
  for (const PinnedCount& count : pinned)
    if (!known.contains(count.instance))
      faults += fmt::format("\n[{}]: pinned, but no such instance", count.instance);
  return faults;
}

std::string record_faults(const System& system, Tier tier, const std::string& record) {
  const SpecRecord parsed = SpecRecord::parse(record);
  std::string faults;
  for (const Instance& instance : system.instances) {
    if (instance.tier != tier) continue;
    const auto entry =
        std::find_if(parsed.entries.begin(), parsed.entries.end(),
                     [&](const SpecRecord::Entry& one) { return one.instance == instance.name(); });
    if (entry == parsed.entries.end()) {
      faults += fmt::format("\n[{}]: not in the record", instance.name());
      continue;
    }
    const TlcSummary& tlc = entry->summary;
    if (!tlc.complete() || !tlc.no_error())
      faults += fmt::format("\n[{}]: TLC did not finish without error", instance.name());
    const Expectation& ours = instance.expected;
    if (tlc.distinct() != ours.distinct || tlc.generated() != ours.generated ||
        tlc.depth() != ours.depth)
      faults += fmt::format("\n[{}]: TLC has {} distinct, {} generated, depth {}", instance.name(),
                            tlc.distinct(), tlc.generated(), tlc.depth());
  }
  return faults;
}

std::string mutant_faults(const System& system) {
  std::string faults;
  for (const Mutant& mutant : system.mutants) {
    const RunReport report = run_check(mutant_request(system, mutant));
    if (!report.as_expected) faults += fmt::format("\n{}: {}", mutant.name, report.unexpected);
    if (!report.trace || report.trace->property != mutant.violates ||
        report.trace->states.size() != mutant.length)
      faults += fmt::format("\n{}: found {}", mutant.name, refuted_text(report));
    for (const Drop& drop : mutant.drops)
      if (!has_part(system, parameters_of(system, mutant.parameters), drop))
        faults += fmt::format("\n{}: no part {}", mutant.name, drop.text());
  }
  return faults;
}

std::string conjunct_faults(const System& system, const std::vector<NeededConjunct>& needed) {
  const std::vector<Instance> instances = small_instances(system);
  const std::vector<Drop> all = conjuncts(system, instances);
  std::string faults;
  for (const Drop& drop : all) {
    const bool excused =
        std::any_of(system.not_needed.begin(), system.not_needed.end(),
                    [&](const NotNeeded& entry) { return entry.conjunct == drop; });
    const auto row = std::find_if(needed.begin(), needed.end(), [&](const NeededConjunct& one) {
      return one.part == drop.text();
    });
    std::string wanted = "nothing";
    if (excused) wanted = "in no instance";
    if (row != needed.end())
      wanted = fmt::format("[{}] {} in {} states", row->instance, row->property, row->length);
    std::string found = first_refutation(system, instances, drop);
    if (row != needed.end() && found == "in no instance")
      found = refutation_under_mutant(system, row->instance, drop).value_or(found);
    if (found != wanted)
      faults += fmt::format("\nwithout {}: expected {}, found {}", drop.text(), wanted, found);
    if (excused && row != needed.end())
      faults += fmt::format("\n{}: both needed and not needed", drop.text());
  }
  const auto exists = [&](const Drop& drop) {
    return std::find(all.begin(), all.end(), drop) != all.end();
  };
  for (const NotNeeded& entry : system.not_needed) {
    if (!exists(entry.conjunct))
      faults += fmt::format("\n{}: not needed, and no conjunct", entry.conjunct.text());
    if (entry.because.empty())
      faults += fmt::format("\n{}: not needed, without a reason", entry.conjunct.text());
  }
  for (const NeededConjunct& row : needed)
    if (!exists(parse_part(row.part))) faults += fmt::format("\n{}: no conjunct", row.part);
  return faults;
}

std::string breaker_faults(const System& system, const std::vector<Breaker>& breakers,
                           const std::vector<std::string>& unbroken, const std::string& more) {
  std::string faults;
  std::set<std::string> seen(unbroken.begin(), unbroken.end());
  for (const Breaker& breaker : breakers) {
    std::vector<Drop> drops;
    for (const std::string& part : breaker.without) drops.push_back(parse_part(part));
    const RunRequest request = make_request(system, assignments(breaker.parameters), drops);
    for (const Drop& drop : drops)
      if (!has_part(system, request.parameters, drop))
        faults += fmt::format("\n{}: no part {}", breaker.property, drop.text());
    if (!is_broken(request, breaker.property))
      faults += fmt::format("\n{} is not broken", breaker.property);
    if (!seen.insert(breaker.property).second)
      faults += fmt::format("\n{} is listed twice", breaker.property);
  }
  const auto properties =
      system.instantiate(parameters_of(system, {}), {})->observer()->properties();
  for (const PropertyInfo& property : properties)
    if (property.kind != PropertyKind::named && !seen.contains(property.name))
      faults += fmt::format("\n{}: nothing is said about it", property.name);

  for (const std::string& property : unbroken) {
    for (const Assignments& parameters : {system.instances.front().parameters, assignments(more)}) {
      for (const NamedDrop& part : all_drops(system, parameters_of(system, parameters)))
        if (is_broken(make_request(system, parameters, {part.drop}), property))
          faults += fmt::format("\n{} is broken without {}", property, part.drop.text());
    }
    for (const Mutant& mutant : system.mutants)
      if (is_broken(make_request(system, mutant.parameters, mutant.drops), property))
        faults += fmt::format("\n{} is broken by {}", property, mutant.name);
  }
  return faults;
}

std::string assumption_faults(const System& system) {
  std::string faults;
  std::set<std::string> needed;
  std::vector<std::pair<std::string, std::string>> for_refutation;
  for (const PropertyInfo& claim : properties_under(system, {})) {
    if (claim.kind != PropertyKind::temporal) continue;
    std::vector<Assignments> holding;
    bool refuted = std::any_of(system.mutants.begin(), system.mutants.end(),
                               [&](const Mutant& mutant) { return mutant.violates == claim.name; });
    for (const Instance& instance : system.instances) {
      if (instance.tier != Tier::quick) continue;
      const PropertyInfo here = property_under(system, instance.parameters, claim.name);
      if (!here.applies) continue;
      RunRequest request = make_request(system, instance.parameters);
      request.properties = {claim.name};
      const PropertyVerdict verdict = verdict_of(run_check(request), claim.name);
      const std::vector<std::string>& open = instance.expected.open;
      const bool is_open = std::find(open.begin(), open.end(), claim.name) != open.end();
      if (verdict != (here.refuted ? PropertyVerdict::violated
                      : is_open    ? PropertyVerdict::incomplete
                                   : PropertyVerdict::holds))
        faults += fmt::format("\n[{}] {} {}", instance.name(), claim.name, verdict_name(verdict));
      refuted = refuted || here.refuted;
      if (!here.refuted) holding.push_back(instance.parameters);
    }
    if (holding.empty() && !refuted) faults += fmt::format("\n{} is judged nowhere", claim.name);
    if (holding.empty()) continue;
    for (const std::string& assumption : claim.fairness) {
      if (fails_with(system, holding, claim, assumption, "")) {
        needed.insert(assumption);
      } else if (refuted) {
        // Where the claim is refuted, to assume more is to show more.
        for_refutation.emplace_back(claim.name, assumption);
        continue;
      } else {
        faults += fmt::format("\n{} does not need {}", claim.name, assumption);
      }
      if (assumption.starts_with("SF(") &&
          !fails_with(system, holding, claim, assumption, "W" + assumption.substr(1)))
        faults += fmt::format("\n{} needs {} only weakly", claim.name, assumption);
    }
  }
  for (const auto& [claim, assumption] : for_refutation)
    if (!needed.contains(assumption))
      faults += fmt::format("\n{} assumes {}, which no claim needs", claim, assumption);
  return faults;
}

std::string witness_faults(const System& system) {
  std::string faults;
  for (const Instance& instance : system.instances) {
    const auto observer =
        system.instantiate(parameters_of(system, instance.parameters), {})->observer();
    const auto& properties = observer->properties();
    for (const PropertyInfo& property : properties) {
      if (property.kind != PropertyKind::always && property.kind != PropertyKind::step) continue;
      if (property.witnesses.empty()) faults += fmt::format("\n{} has no witness", property.name);
      for (const std::string& name : property.witnesses) {
        const auto witness = std::find_if(properties.begin(), properties.end(),
                                          [&](const auto& one) { return one.name == name; });
        if (witness == properties.end() || witness->kind != PropertyKind::reachable)
          faults +=
              fmt::format("\n{}: its witness {} is no reachable property", property.name, name);
      }
    }
  }
  return faults;
}

}  // namespace synod::test
