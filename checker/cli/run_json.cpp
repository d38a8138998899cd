#include "checker/cli/run_json.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "checker/cli/profile.hpp"
#include "checker/cli/run_report.hpp"
#include "checker/cli/run_text.hpp"
#include "checker/cli/valence_text.hpp"
#include "checker/input/input.hpp"

namespace synod {

Json drops_json(const std::vector<Drop>& drops) {
  Json texts = Json::array();
  for (const Drop& drop : drops) texts.push_back(drop.text());
  return texts;
}

namespace {

Json bounds_json(const RunReport& report) {
  Json bounds = Json::array();
  for (const ParameterSpec* const spec : bounds_of(report))
    bounds.push_back({{"name", spec->name},
                      {"value", report.request.parameters[spec->name]},
                      {"steps_cut", steps_cut(report, spec->name).value_or(0)}});
  return bounds;
}

Json disk_json(const RunReport& report) {
  const auto& disk = report.result.on_disk;
  const std::string& error = report.result.disk_error;
  if (!disk && error.empty()) return nullptr;
  return {{"folder", disk ? Json(disk->folder) : Json(nullptr)},
          {"from_states", disk ? Json(disk->moved) : Json(nullptr)},
          {"bytes", disk ? disk->bytes : 0},
          {"error", error.empty() ? Json(nullptr) : Json(error)}};
}

Json visited_json(const RunReport& report) {
  const bool exact = keeps_states(report.result.visited);
  const auto& array = report.result.bit_array;
  return {{"as", visited_text(report)},
          {"exact", exact},
          {"seed", exact ? Json(nullptr) : Json(report.request.search.seed)},
          {"missed_probability", report.result.missed_probability},
          {"table_load", report.result.table_load},
          {"disk", disk_json(report)},
          {"bit_array", array ? Json{{"bits", array->bits},
                                     {"full", array->full},
                                     {"hash_factor", array->per_state},
                                     {"states_omitted", array->omitted}}
                              : Json(nullptr)}};
}

Json constraints_json(const RunReport& report) {
  Json result = Json::array();
  for (const std::string& name : constraints(report))
    result.push_back({{"name", name}, {"steps_cut", steps_cut(report, name).value_or(0)}});
  return result;
}

Json properties_json(const RunReport& report) {
  Json properties = Json::array();
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const PropertyResult& result = report.result.properties[i];
    if (claims_nothing(report.properties[i].kind)) continue;
    Json property{{"name", report.properties[i].name},
                  {"kind", kind_name(report.properties[i].kind)},
                  {"verdict", verdict_name(result.verdict)},
                  {"members", text_or_null(result.members)}};
    property["states"] = result.depth ? Json(*result.depth) : Json(nullptr);
    if (report.properties[i].kind == PropertyKind::temporal) {
      property["formula"] = report.properties[i].formula;
      property["fairness"] = report.properties[i].fairness;
      property["states_cut"] = result.cut;
    }
    if (report.properties[i].kind == PropertyKind::deadlock_free)
      property["states_cut"] = result.cut;
    properties.push_back(std::move(property));
  }
  return properties;
}

/// The claims that normal forms would not serve, and why.
Json not_on_normal_forms_json(const RunReport& report) {
  Json claims = Json::array();
  for (const auto& [property, reason] : report.not_on_normal_forms)
    claims.push_back({{"property", property}, {"reason", reason}});
  return claims;
}

}  // namespace

Json json_of(const char* kind) { return {{"schema", json_version}, {"kind", kind}}; }

Json json_of(const char* kind, const RunRequest& request) {
  Json json = json_of(kind);
  json["protocol"] = request.system->name;
  json["parameters"] = parameters_json(*request.system, request.parameters);
  json["mutant"] = text_or_null(request.mutant);
  json["dropped"] = drops_json(request.drops);
  return json;
}

Json parameters_json(const System& system, const Parameters& parameters) {
  Json json = Json::object();
  for (const ParameterSpec& spec : system.parameters) {
    const int value = parameters[spec.name];
    json[spec.name] = spec.is_number() ? Json(value) : Json(spec.text(value));
  }
  return json;
}

Json parameters_json(const System& system, const Assignments& assignments) {
  const Json all = parameters_json(system, resolve_parameters(system, assignments));
  Json json = Json::object();
  for (const auto& [name, value] : assignments) json[name] = all[name];
  return json;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json trace_json(const Trace& trace, const std::string& file) {
  return {{"property", trace.property},
          {"shows", trace.witness ? "reached" : "violated"},
          {"states", trace.states.size()},
          {"actions", trace.actions},
          {"loop", trace.loop ? Json(*trace.loop) : Json(nullptr)},
          {"loop_action", trace.loop_action ? Json(*trace.loop_action) : Json(nullptr)},
          {"file", text_or_null(file)}};
}

Json report_json(const RunReport& report, const std::string& trace_file) {
  Json actions = Json::array();
  for (std::size_t i = 0; i < report.actions.size(); ++i)
    actions.push_back({{"name", report.actions[i].name},
                       {"applies", report.actions[i].applies},
                       {"fired", report.result.actions[i].fired}});
  Json valence = nullptr;
  if (report.valence) {
    valence = valence_json(*report.valence, *observer_of(report));
    if (report.valence->undecided)
      valence["undecided"]["file"] =
          undecided_run(report) == nullptr || trace_file.empty() ? Json(nullptr) : Json(trace_file);
  }
  Json further = Json::array();
  for (const Trace& trace : report.further)
    further.push_back(trace_json(trace, file_of(trace_file, trace, report)));
  Json json = json_of("check", report.request);
  json.update(Json{
      {"engine", "explicit"},
      {"verdict", verdict_name(report.verdict)},
      {"expected", verdict_name(report.expected.verdict)},
      {"as_expected", report.as_expected},
      {"unexpected", report.unexpected},
      {"coverage", coverage_text(report)},
      {"bounds", bounds_json(report)},
      {"constraints", constraints_json(report)},
      {"looks_for_deadlock", looks_for_deadlock(report.properties)},
      {"properties", properties_json(report)},
      {"actions", actions},
      {"normalised", report.normalised},
      {"not_on_normal_forms", not_on_normal_forms_json(report)},
      {"on_normal_forms", report.on_normal_forms
                              ? Json{{"distinct", report.on_normal_forms->distinct},
                                     {"generated", report.on_normal_forms->generated},
                                     {"depth", report.on_normal_forms->depth}}
                              : Json(nullptr)},
      {"distinct", report.result.distinct},
      {"generated", report.result.generated},
      {"depth", report.result.depth},
      {"levels", report.result.levels},
      {"seconds", report.result.seconds},
      {"threads", report.result.threads},
      {"states_per_second", states_per_second(report)},
      {"bytes_per_state", bytes_per_state(report)},
      {"bits_per_state", report.bits_per_state},
      {"visited", visited_json(report)},
      {"symmetry", report.symmetric},
      {"partial_order", report.request.partial_order},
      {"audited", report.audited},
      {"untried", report.untried},
      {"profile", report.result.profile ? profile_json(report) : Json(nullptr)},
      {"valence", valence},
      {"no_valence",
       report.request.valence && !report.valence ? Json(no_valence_text(report)) : Json(nullptr)},
      {"checkpoint", text_or_null(kept_checkpoint(report))},
      {"trace", report.trace ? trace_json(*report.trace, file_of(trace_file, *report.trace, report))
                             : Json(nullptr)},
      {"further_traces", further}});
  return json;
}

void print_json(const Json& json) {
  fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::fflush(stdout);
}

}  // namespace synod
