#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checker/cli/commands.hpp"
#include "checker/cli/run_json.hpp"
#include "checker/cli/run_text.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/liveness/temporal.hpp"
#include "checker/report/independence.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

std::string range_text(const ParameterSpec& spec) {
  if (!spec.choices.empty()) return fmt::format("{}", fmt::join(spec.choices, " | "));
  if (spec.is_set()) {
    std::string text;
    for (const NamedSet& word : spec.words) text += word.name + " | ";
    return text + fmt::format("some of {}", fmt::join(spec.members, ","));
  }
  return spec.low.text + ".." + spec.high.text;
}

std::string default_text(const ParameterSpec& spec) {
  return spec.choices.empty() ? spec.fallback.text : spec.choices[0];
}

std::string expectation_text(const Expectation& expected) {
  std::string text = verdict_name(expected.verdict);
  if (expected.distinct != 0)
    text += fmt::format("; {} distinct, {} generated, depth {}", grouped(expected.distinct),
                        grouped(expected.generated), expected.depth);
  if (!expected.open.empty())
    text += fmt::format("; bounds leave {} open", fmt::join(expected.open, ", "));
  return text;
}

std::string drops_text(const std::vector<Drop>& drops) {
  std::vector<std::string> names;
  for (const Drop& drop : drops) names.push_back(drop.text());
  return fmt::format("{}", fmt::join(names, ", "));
}

bool one_of(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void section(const std::string& title) { fmt::print("\n{}\n", styled(title, Style::bold)); }

void print_parameters(const System& system) {
  section("Parameters");
  std::vector<std::vector<Cell>> rows;
  for (const ParameterSpec& spec : system.parameters)
    rows.push_back({{"  " + spec.name},
                    {range_text(spec)},
                    {"default " + default_text(spec)},
                    {spec.meaning + (spec.bound ? " (bounds the search)" : "")}});
  fmt::print("{}", narrow_table(rows));
}

/// What a sequence or a network may hold.
std::string elements_text(const std::vector<ElementType>& types) {
  std::vector<std::string> names;
  for (const ElementType& type : types) {
    std::vector<std::string> fields;
    for (const Field& field : type.fields)
      fields.push_back(field.name + " in " + field.domain.text());
    names.push_back(fmt::format("{}({})", type.name, fmt::join(fields, ", ")));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

void print_variables(const ModelInstance& model, const Observer& observer) {
  section(fmt::format("State, {} bits packed into {} word{} of 64", model.bits(), model.words(),
                      model.words() == 1 ? "" : "s"));
  std::vector<std::vector<Cell>> rows;
  for (const VariableInfo& variable : observer.variables()) {
    const std::string name =
        variable.message.empty() ? variable.name : variable.name + "." + variable.message;
    std::vector<std::string> index;
    bool interchangeable = false;
    for (const Field& field : variable.index) {
      index.push_back(field.domain.name);
      interchangeable |= field.domain.is_interchangeable();
    }
    std::vector<std::string> content;
    for (const Field& field : variable.content) {
      content.push_back(field.name + " in " + field.domain.text());
      interchangeable |= field.domain.is_interchangeable();
    }
    std::string range = fmt::format("{}", fmt::join(content, ", "));
    if (variable.holds == Holds::set) range = fmt::format("set of ({})", range);
    if (!variable.elements.empty()) {
      range = fmt::format("{} of {}",
                          variable.holds == Holds::record ? "record"
                          : variable.holds == Holds::sequence
                              ? fmt::format("sequence of at most {}", variable.capacity)
                              : fmt::format("at most {}", variable.cells),
                          elements_text(variable.elements));
      if (variable.holds == Holds::message) index.clear();
    }
    if (!index.empty()) range = fmt::format("for each {}: {}", fmt::join(index, ", "), range);
    if (variable.bits == 0) range = "switched off under these parameters";
    rows.push_back({{"  " + name},
                    {fmt::format("{} bits", variable.bits * variable.cells)},
                    {range},
                    {interchangeable ? "permutable" : "", Style::dim}});
  }
  fmt::print("{}", narrow_table(rows, {false, true}));
}

void print_actions(const System& system, Observer& observer) {
  section("Actions");
  for (const ActionInfo& action : observer.actions()) {
    std::vector<std::string> domains;
    for (const Domain& domain : action.domains) domains.push_back(domain.name);
    fmt::print("  {}{}{}\n", styled(action.name, Style::bold),
               domains.empty() ? "" : fmt::format("({})", fmt::join(domains, ", ")),
               action.applies ? "" : styled("  not applicable under these parameters", Style::dim));
    if (action.labels == 0) continue;
    for (const NamedPart& part : named_parts(observer)) {
      if (part.part.action != action.name) continue;
      std::string note;
      for (const NotNeeded& entry : system.not_needed)
        if (entry.conjunct == part.part) note = "  (not needed for safety)";
      fmt::print("{}", hanging(fmt::format("{} {}: {}{}", part_word(part.kind), part.part.part,
                                           part.text, note),
                               4, 6));
    }
  }
}

void print_properties(const Observer& observer, const std::vector<std::string>& in_formulas) {
  section("Properties");
  std::string family;
  for (const PropertyInfo& info : observer.properties()) {
    // Of those about one member each, the first stands for all.
    if (!info.family.empty() && std::exchange(family, info.family) == info.family) continue;
    std::string note;
    if (!info.applies) note = "  not applicable under these parameters";
    if (one_of(in_formulas, info.name)) note = "  may stand in formulas";
    const std::string name =
        info.family.empty() ? info.name : fmt::format("{}({})", info.family, info.every);
    const std::string every = info.every.empty() ? "" : " for every " + info.every;
    fmt::print("  {}, {}{}{}{}\n", styled(name, Style::bold), kind_name(info.kind), every,
               info.from.empty() ? "" : " from " + info.from, styled(note, Style::dim));
    fmt::print("{}", wrapped(info.because, 4));
    const std::vector<std::string> fairness = assumed_by(info, observer);
    if (info.kind == PropertyKind::temporal)
      fmt::print("{}",
                 wrapped(fmt::format("{}{}", info.formula,
                                     fairness.empty()
                                         ? ""
                                         : fmt::format(", assuming {}", fmt::join(fairness, ", "))),
                         4));
    if (info.refuted)
      fmt::print("    known to be false under these parameters: checked when asked for by name\n");
    if (info.applies && info.costly)
      fmt::print("    costly under these parameters: checked when asked for by name\n");
    if (!info.witnesses.empty())
      fmt::print("    not vacuous, by {}\n", fmt::join(info.witnesses, ", "));
  }
  if (!looks_for_deadlock(observer.properties())) fmt::print("  {}", no_deadlock_text);
}

/// How often instances of an action can disturb those of another.
struct Disturbed {
  const ActionInfo* action;
  std::size_t pairs = 0;
  std::size_t of_all = 0;
};

struct Independence {
  const ActionInfo* action;
  std::vector<std::string> reads;
  std::vector<std::string> writes;
  std::vector<Disturbed> disturbs;  ///< every action that has an instance, but for that itself
};

std::vector<Independence> independence(Observer& observer) {
  const std::vector<Footprint> all = footprints(observer, observer.initial());
  std::vector<const ActionInfo*> actions;
  for (const ActionInfo& action : observer.actions())
    if (action.labels != 0) actions.push_back(&action);
  std::vector<Independence> result;
  for (const ActionInfo* a : actions) {
    Independence& of = result.emplace_back(Independence{a, {}, {}, {}});
    Footprint whole;
    for (std::uint32_t i = 0; i < a->labels; ++i) whole.merge(all[a->first_label + i]);
    of.reads = touched(observer.variables(), whole.reads);
    of.writes = touched(observer.variables(), whole.writes);
    for (const ActionInfo* b : actions) {
      Disturbed& disturbed = of.disturbs.emplace_back(Disturbed{b});
      for (std::uint32_t i = a->first_label; i < a->first_label + a->labels; ++i)
        for (std::uint32_t j = b->first_label; j < b->first_label + b->labels; ++j) {
          if (i == j) continue;
          ++disturbed.of_all;
          disturbed.pairs += dependent(all[i], all[j]) ? 1 : 0;
        }
    }
  }
  return result;
}

void print_independence(Observer& observer) {
  section("Independence: pairs of action instances that can disturb each other, of all pairs");
  const auto names = [](const std::vector<std::string>& all) {
    return all.empty() ? "nothing" : fmt::format("{}", fmt::join(all, ", "));
  };
  for (const Independence& of : independence(observer)) {
    fmt::print("  {}\n", styled(of.action->name, Style::bold));
    fmt::print("{}", hanging("reads " + names(of.reads), 4, 6));
    fmt::print("{}", hanging("writes " + names(of.writes), 4, 6));
    std::vector<std::string> disturbed;
    for (const Disturbed& one : of.disturbs)
      if (one.pairs != 0)
        disturbed.push_back(fmt::format("{} {}/{}", one.action->name, one.pairs, one.of_all));
    fmt::print("{}", hanging("disturbs " + names(disturbed), 4, 6));
  }
}

Json independence_json(Observer& observer) {
  Json json = Json::array();
  for (const Independence& of : independence(observer)) {
    Json disturbs = Json::array();
    for (const Disturbed& one : of.disturbs)
      disturbs.push_back(
          {{"action", one.action->name}, {"dependent", one.pairs}, {"pairs", one.of_all}});
    json.push_back({{"action", of.action->name},
                    {"reads", of.reads},
                    {"writes", of.writes},
                    {"disturbs", disturbs}});
  }
  return json;
}

/// A mutant or scenario by its name, and what it changes.
void print_entry(const std::string& name, const Assignments& parameters,
                 const std::vector<Drop>& drops) {
  std::string text = name;
  if (!parameters.empty()) text += ", " + join_assignments(parameters);
  if (!drops.empty()) text += ", without " + drops_text(drops);
  // The name's bytes are those of the line's beginning, whatever makes them bold.
  const std::string lines = hanging(text, 2, 4);
  fmt::print("  {}{}", styled(name, Style::bold), lines.substr(2 + name.size()));
}

void print_catalogue_entries(const System& system) {
  section("Instances");
  std::vector<std::vector<Cell>> rows;
  for (const Instance& instance : system.instances)
    rows.push_back({{"  " + instance.name()},
                    {instance.tier == Tier::quick ? "quick" : "thorough"},
                    {expectation_text(instance.expected)}});
  fmt::print("{}", narrow_table(rows));
  section("Mutants");
  for (const Mutant& mutant : system.mutants) {
    print_entry(mutant.name, mutant.parameters, mutant.drops);
    fmt::print("{}", wrapped(mutant.lesson, 4));
    fmt::print("    violates {}\n", mutant.violates);
  }
  if (!system.scenarios.empty()) section("Scenarios");
  for (const Scenario& scenario : system.scenarios) {
    print_entry(scenario.name, scenario.change.parameters, scenario.change.drops);
    fmt::print("{}", wrapped(scenario.story, 4));
    if (!scenario.scales_with.empty())
      fmt::print("    for any {}\n", fmt::join(scenario.scales_with, " and "));
    if (!scenario.start.empty()) fmt::print("    starts in {}\n", scenario.start);
    if (!scenario.refuser.empty()) fmt::print("    refused by {}\n", scenario.refuser);
    if (!scenario.property.empty()) fmt::print("    ends in {}\n", scenario.property);
  }
  if (system.not_needed.empty()) return;
  section("Conjuncts not needed for safety");
  for (const NotNeeded& entry : system.not_needed) {
    fmt::print("  {}.{}\n", entry.conjunct.action, entry.conjunct.part);
    fmt::print("{}", wrapped(entry.because, 4));
  }
}

Json show_json(const System& system, const Parameters& parameters, const ModelInstance& model,
               const Observer& observer, const std::vector<std::string>& in_formulas) {
  Json result = json_of("protocol");
  result.update(Json{{"name", system.name},
                     {"title", system.title},
                     {"summary", system.summary},
                     {"faults", system.faults},
                     {"sources", system.sources},
                     {"bits_per_state", model.bits()}});
  for (const char* const list : {"parameters", "properties", "instances", "mutants", "scenarios"})
    result[list] = Json::array();
  const Json values = parameters_json(system, parameters);
  for (const ParameterSpec& spec : system.parameters)
    result["parameters"].push_back({{"name", spec.name},
                                    {"range", range_text(spec)},
                                    {"default", default_text(spec)},
                                    {"value", values[spec.name]},
                                    {"bound", spec.bound},
                                    {"meaning", spec.meaning}});
  for (const PropertyInfo& info : model.properties())
    result["properties"].push_back({{"name", info.name},
                                    {"kind", kind_name(info.kind)},
                                    {"every", text_or_null(info.every)},
                                    {"applies", info.applies},
                                    {"in_formulas", one_of(in_formulas, info.name)},
                                    {"because", info.because},
                                    {"formula", text_or_null(info.formula)},
                                    {"fairness", assumed_by(info, observer)},
                                    {"refuted", info.refuted},
                                    {"costly", info.costly},
                                    {"witnesses", info.witnesses}});
  for (const Instance& instance : system.instances)
    result["instances"].push_back({{"name", instance.name()},
                                   {"parameters", parameters_json(system, instance.parameters)},
                                   {"tier", instance.tier == Tier::quick ? "quick" : "thorough"},
                                   {"verdict", verdict_name(instance.expected.verdict)},
                                   {"distinct", instance.expected.distinct},
                                   {"generated", instance.expected.generated},
                                   {"depth", instance.expected.depth}});
  for (const Mutant& mutant : system.mutants)
    result["mutants"].push_back({{"name", mutant.name},
                                 {"lesson", mutant.lesson},
                                 {"parameters", parameters_json(system, mutant.parameters)},
                                 {"dropped", drops_json(mutant.drops)},
                                 {"violates", mutant.violates}});
  for (const Scenario& scenario : system.scenarios)
    result["scenarios"].push_back(
        {{"name", scenario.name},
         {"story", scenario.story},
         {"parameters", parameters_json(system, scenario.change.parameters)},
         {"dropped", drops_json(scenario.change.drops)},
         {"starts_in", text_or_null(scenario.start)},
         {"scales_with", scenario.scales_with},
         {"steps", scenario.steps(resolve_parameters(system, scenario.change.parameters))},
         {"refused_by", text_or_null(scenario.refuser)},
         {"ends_in", text_or_null(scenario.property)}});
  return result;
}

}  // namespace

int list(bool json) {
  if (json) {
    Json systems = Json::array();
    for (const System& system : catalogue())
      systems.push_back({{"name", system.name},
                         {"title", system.title},
                         {"instances", system.instances.size()},
                         {"mutants", system.mutants.size()}});
    Json json = json_of("list");
    json["protocols"] = systems;
    print_json(json);
    return exit_as_expected;
  }
  std::vector<std::vector<Cell>> rows{{{"protocol", Style::bold},
                                       {"instances", Style::bold},
                                       {"mutants", Style::bold},
                                       {"", Style::bold}}};
  for (const System& system : catalogue())
    rows.push_back({{system.name},
                    {std::to_string(system.instances.size())},
                    {std::to_string(system.mutants.size())},
                    {system.title}});
  fmt::print("{}", table(rows, {false, true, true, false}));
  return exit_as_expected;
}

int show(const ShowArguments& arguments) {
  const System& system = find_system(catalogue(), arguments.protocol);
  const Parameters parameters = resolve_parameters(system, parse_assignments(arguments.parameters));
  const auto model = system.instantiate(parameters, {});
  const auto observer = model->observer();
  const std::vector<std::string> in_formulas = formula_names(model->properties(), nullptr);
  if (arguments.json) {
    Json json = show_json(system, parameters, *model, *observer, in_formulas);
    json["independence"] = arguments.independence ? independence_json(*observer) : Json(nullptr);
    print_json(json);
    return exit_as_expected;
  }
  fmt::print("{}: {}\n\n", styled(system.name, Style::bold), system.title);
  fmt::print("{}", wrapped(system.summary, 2));
  section("Faults");
  fmt::print("{}", wrapped(system.faults, 2));
  print_parameters(system);
  fmt::print("\n{}", hanging(fmt::format("Under {}:", join_assignments(write_parameters(
                                                          system, parameters, true))),
                             0, 2));
  print_variables(*model, *observer);
  print_actions(system, *observer);
  if (arguments.independence) print_independence(*observer);
  print_properties(*observer, in_formulas);
  print_catalogue_entries(system);
  section("Sources");
  for (const std::string& source : system.sources) fmt::print("{}", hanging(source, 2, 4));
  return exit_as_expected;
}

}  // namespace synod
