// synod check --engine z3: claims about states, by bounded checking and induction.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "checker/cli/commands.hpp"
#include "checker/cli/run_json.hpp"
#include "checker/cli/run_text.hpp"
#include "checker/cli/search_options.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/cli/trace_text.hpp"
#include "checker/input/input.hpp"
#include "checker/proof/bounded.hpp"
#include "checker/report/text.hpp"
#include "model/catalogue.hpp"
#include "model/proofs.hpp"

namespace synod {
namespace {

using proof::BoundedCheck;
using proof::BoundedResult;

struct Judged {
  std::string claim;
  BoundedResult result;
};

/// All that was asked, and what came of it.
struct SolverRun {
  RunRequest request;
  std::size_t lemmas = 0;
  std::string limitation;  ///< of the proof, if any
  std::vector<Judged> judged;
  std::vector<std::string> others;  ///< claims that are none of this engine's
  Verdict verdict = Verdict::holds;
  Verdict expected = Verdict::holds;

  const Trace* trace() const {
    for (const Judged& each : judged)
      if (each.result.trace) return &*each.result.trace;
    return nullptr;
  }
};

/// The protocol's proof, where its claims can be judged so.
std::shared_ptr<const proof::Modelled> proof_of(const Option& protocol) {
  std::vector<std::string> names;
  for (const proof::TopicInfo& info : proofs()) {
    if (!info.modelled) continue;
    auto modelled = info.modelled();
    if (!modelled->bounded) continue;
    if (protocol == info.name) return modelled;
    names.push_back(info.name);
  }
  throw InputError(fmt::format("--engine z3 {}; it checks {}",
                               protocol ? "cannot check " + quote(*protocol) : "needs a protocol",
                               fmt::join(names, ", ")));
}

SolverRun judge(const CheckArguments& arguments) {
  const auto modelled = proof_of(arguments.protocol);
  SolverRun run;
  run.request = single_request(arguments, find_system(catalogue(), *arguments.protocol));
  const RunRequest& request = run.request;
  proof::BoundedOptions options;
  const SearchOptions limits = search_options(arguments);
  options.interrupted = limits.interrupted;
  if (arguments.seconds) options.seconds = *limits.seconds;
  if (arguments.max_depth) options.most_states = *limits.max_depth;
  BoundedCheck check(*modelled, *request.system, request.parameters, request.drops, options);
  run.lemmas = check.lemmas();
  run.limitation = check.limitation();
  const std::vector<std::string>& known = check.claims();
  if (known.empty()) throw InputError("--engine z3: no claim about states applies here");
  for (const std::string& name : request.properties)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw InputError(fmt::format("--engine z3 cannot judge {}; here it judges {}", name,
                                   fmt::join(known, ", ")));
  const auto model = request.system->instantiate(request.parameters, request.drops);
  for (const PropertyInfo& info : model->properties())
    if (info.applies && !claims_nothing(info.kind) &&
        std::find(known.begin(), known.end(), info.name) == known.end())
      run.others.push_back(info.name);
  const std::vector<std::string>& asked = request.properties.empty() ? known : request.properties;
  std::vector<BoundedResult> results = check.check(asked);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    BoundedResult& result = results[i];
    if (result.trace) result.trace->mutant = request.mutant;
    // Only the whole proof is compared with the model.
    if (result.verdict == Verdict::holds && !request.drops.empty()) {
      std::vector<std::string> dropped;
      for (const Drop& drop : request.drops) dropped.push_back(drop.text());
      result.verdict = Verdict::incomplete;
      result.reason = fmt::format(
          "no counterexample was found; the proof was not compared with the model without {}",
          fmt::join(dropped, ", "));
    }
    if (result.verdict == Verdict::violated || run.verdict == Verdict::holds)
      run.verdict = result.verdict;
    run.judged.push_back({asked[i], std::move(result)});
  }
  run.expected = expectation(request, model->properties()).verdict;
  return run;
}

int exit_code(const SolverRun& run) {
  if (run.verdict == run.expected) return exit_as_expected;
  return run.verdict == Verdict::incomplete ? exit_incomplete : exit_not_as_expected;
}

std::string found_text(const BoundedResult& result) {
  switch (result.verdict) {
    case Verdict::holds:
      return fmt::format("{} good state{} in a row {} followed by a good one", result.k,
                         result.k == 1 ? "" : "s", result.k == 1 ? "is" : "are");
    case Verdict::violated: return counted(result.trace->states.size(), "state");
    default: return result.reason;
  }
}

void print(const SolverRun& run, const std::string& trace_file) {
  const RunRequest& request = run.request;
  fmt::print("{}, by Z3\n", styled(request_title(request), Style::bold));
  std::vector<std::vector<Cell>> rows;
  for (const Judged& each : run.judged)
    rows.push_back({{each.claim},
                    {verdict_name(each.result.verdict), style_of(each.result.verdict)},
                    {fmt::format("{:.2f} s", each.result.seconds)},
                    {found_text(each.result)}});
  fmt::print("{}\n", table(rows, {false, false, true, false}));
  if (const Trace* const trace = run.trace()) {
    const auto observer =
        request.system->instantiate(request.parameters, request.drops)->observer();
    fmt::print("{} is violated; a {}counterexample, {}, which the model replayed:\n\n",
               trace->property, run.limitation.empty() ? "shortest " : "",
               counted(trace->states.size(), "state"));
    fmt::print("{}\n", trace_text(*trace, *observer, false));
    if (!trace_file.empty()) fmt::print("The trace is in {}.\n", trace_file);
  }
  std::string said = fmt::format(
      "Judged on the relations of the proof, of which {} {} inductive here; synod prove "
      "{} compares them with the model. ",
      counted(run.lemmas, "conjunct"), run.lemmas == 1 ? "is" : "are", request.system->name);
  if (!run.others.empty())
    said += fmt::format("Not judged by this engine: {}. ", fmt::join(run.others, ", "));
  said += "Nor whether claims hold vacuously.";
  fmt::print("{}\n", wrapped(said, 0));
  if (run.verdict != run.expected)
    fmt::print("{}: {}, where {} was expected.\n", styled("not as expected", Style::bad),
               verdict_name(run.verdict), verdict_name(run.expected));
  else if (run.expected != Verdict::holds)
    fmt::print("as expected: {}.\n", verdict_name(run.verdict));
}

Json solver_json(const SolverRun& run, const std::string& trace_file) {
  const RunRequest& request = run.request;
  Json properties = Json::array();
  for (const auto& [claim, result] : run.judged) {
    const bool holds = result.verdict == Verdict::holds;
    properties.push_back(
        {{"name", claim},
         {"kind", kind_name(PropertyKind::always)},
         {"verdict", verdict_name(result.verdict)},
         {"k", holds ? Json(result.k) : Json(nullptr)},
         {"reason", result.reason},
         {"seconds", result.seconds},
         {"states", result.trace ? Json(result.trace->states.size()) : Json(nullptr)}});
  }
  const bool as_expected = run.verdict == run.expected;
  Json json = json_of("solver check", request);
  json.update(Json{{"engine", "z3"},
                   {"verdict", verdict_name(run.verdict)},
                   {"expected", verdict_name(run.expected)},
                   {"as_expected", as_expected},
                   {"unexpected", as_expected ? "" : "expected " + verdict_name(run.expected)},
                   {"properties", properties},
                   {"lemmas", run.lemmas},
                   {"not_judged", run.others},
                   {"trace", run.trace() ? trace_json(*run.trace(), trace_file) : Json(nullptr)}});
  return json;
}

}  // namespace

int check_by_solver(const CheckArguments& arguments) {
  if (arguments.trace_file) require_writable(*arguments.trace_file);
  catch_interrupts();
  const SolverRun run = judge(arguments);
  const std::string trace_file = arguments.trace_file.value_or("");
  if (const Trace* const trace = run.trace(); trace && arguments.trace_file) {
    const auto observer =
        run.request.system->instantiate(run.request.parameters, run.request.drops)->observer();
    write_file(trace_file, write_itf(*trace, observer->variables()));
  }
  if (arguments.json)
    print_json(solver_json(run, trace_file));
  else
    print(run, trace_file);
  return exit_code(run);
}

}  // namespace synod
