#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "checker/cli/commands.hpp"
#include "checker/cli/profile.hpp"
#include "checker/cli/progress.hpp"
#include "checker/cli/runs.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/cli/trace_text.hpp"
#include "checker/cli/valence_text.hpp"
#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/liveness/temporal.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"
#include "checker/run/scenario.hpp"
#include "checker/search/checkpoint.hpp"
#include "checker/search/sorted_run.hpp"
#include "checker/search/state_bits.hpp"
#include "checker/search/state_keys.hpp"
#include "checker/symmetry/canonical_form.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

std::atomic<bool> interrupted{false};

/// The first Ctrl-C ends the search with what it has; the second ends the process.
void on_interrupt(int) {
  if (interrupted.exchange(true)) std::_Exit(130);
}

}  // namespace

const std::atomic<bool>* catch_interrupts() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  return &interrupted;
}

namespace {

std::optional<Verdict> parse_verdict(const Option& text) {
  if (!text) return std::nullopt;
  for (const Verdict verdict :
       {Verdict::holds, Verdict::violated, Verdict::vacuous, Verdict::incomplete})
    if (*text == verdict_name(verdict)) return verdict;
  throw InputError("--expect: " + quote(*text) +
                   " is not a verdict; there are holds, violated, vacuous, incomplete");
}

/// Also of files that are not there yet.
bool is_same_file(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  std::error_code error;
  return fs::equivalent(a, b, error) || fs::weakly_canonical(fs::absolute(a, error), error) ==
                                            fs::weakly_canonical(fs::absolute(b, error), error);
}

/// Writes FILE only where nothing is lost by it.
void require_new_checkpoint(const std::string& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(file, error)) return;
  if (looks_like_checkpoint(file))
    throw InputError(fmt::format(
        "--checkpoint: {0} is there already; --resume {0} goes on from it, or remove it", file));
  throw InputError(fmt::format("--checkpoint: {} is another file; give a new name", file));
}

CheckpointOptions checkpoint_options(const CheckArguments& arguments) {
  constexpr std::int64_t longest = 1'000'000;
  CheckpointOptions options;
  options.resume = arguments.resume.value_or("");
  if (arguments.resume && options.resume.empty()) throw InputError("--resume: '' is no file name");
  if (arguments.checkpoint) {
    options.file = *arguments.checkpoint;
    if (options.file.empty()) throw InputError("--checkpoint: '' is no file name");
    require_writable(options.file);
    std::error_code error;
    const std::string states = states_of(options.file);
    if (std::filesystem::exists(states, error) && !std::filesystem::is_directory(states, error))
      throw InputError(fmt::format(
          "--checkpoint: {0} is another file, where the states of {1} go; give a new name", states,
          options.file));
    options.replaces = arguments.resume && is_same_file(options.file, options.resume);
    if (!options.replaces) require_new_checkpoint(options.file);
    try {
      const CheckpointWriter trial(options.file);  // all of it but the place
    } catch (const CheckpointError& error) {
      throw InputError(error.what());
    }
  }
  for (const Option& file : {arguments.checkpoint, arguments.resume})
    if (file && arguments.trace_file && is_same_file(*file, *arguments.trace_file))
      throw InputError(fmt::format("--trace: {} is the checkpoint; give another name", *file));
  if (arguments.checkpoint_every) {
    if (!arguments.checkpoint) throw InputError("--checkpoint-every goes with --checkpoint");
    options.every_seconds = static_cast<double>(
        parse_integer(*arguments.checkpoint_every, 0, longest, "--checkpoint-every"));
  }
  options.warn = [](const std::string& why) {
    clear_progress_line();
    std::fputs(("synod: " + printable(why) + "\n").c_str(), stderr);
  };
  return options;
}

/// Where states go that memory has no room for; empty: nowhere. Only a folder that was asked for is
/// tried out before the search.
std::string disk_folder(const CheckArguments& arguments, Visited visited) {
  if (!keeps_states(visited)) {
    if (arguments.disk && *arguments.disk != "none")
      throw InputError("--disk: only exact states can go there; --visited " +
                       visited_name(visited) + " keeps none");
    return "";
  }
  if (!arguments.disk) {
    const char* const folder = std::getenv("TMPDIR");
    return folder != nullptr && *folder != '\0' ? folder : "/var/tmp";
  }
  if (*arguments.disk == "none") return "";
  if (arguments.disk->empty()) throw InputError("--disk: '' is no folder; give one, or none");
  if (arguments.checkpoint)
    throw InputError(
        "--disk: with --checkpoint FILE, states are in FILE.states; --disk none keeps them in "
        "memory");
  try {
    const StateFile tried(*arguments.disk);
  } catch (const DiskError& error) {
    throw InputError(fmt::format("--disk: {}", error.what()));
  }
  return *arguments.disk;
}

}  // namespace

SearchOptions search_options(const CheckArguments& arguments) {
  constexpr std::size_t least_compact = StateKeys::least_memory;
  constexpr auto any = std::numeric_limits<std::int64_t>::max();
  SearchOptions options;
  if (arguments.threads)
    options.threads =
        static_cast<std::size_t>(parse_integer(*arguments.threads, 1, 1024, "--threads"));
  if (arguments.max_states)
    options.max_states =
        static_cast<std::uint64_t>(parse_integer(*arguments.max_states, 1, any, "--max-states"));
  if (arguments.max_depth)
    options.max_depth =
        static_cast<std::uint64_t>(parse_integer(*arguments.max_depth, 1, any, "--max-depth"));
  if (arguments.seconds)
    options.seconds = static_cast<double>(parse_integer(*arguments.seconds, 1, any, "--time"));
  if (arguments.memory) {
    options.memory = parse_bytes(*arguments.memory, "--memory");
    constexpr std::size_t least = std::size_t{1} << 20;
    if (*options.memory < least) throw InputError("--memory: at least 1M is needed");
  }
  if (arguments.visited) {
    if (*arguments.visited == "whole")
      options.visited = Visited::whole;
    else if (*arguments.visited == "compact")
      options.visited = Visited::compact;
    else if (*arguments.visited == "tree")
      options.visited = Visited::tree;
    else if (*arguments.visited == "bitstate")
      options.visited = Visited::bitstate;
    else if (*arguments.visited != "exact")
      throw InputError("--visited: " + quote(*arguments.visited) +
                       " is none of exact, whole, tree, compact, bitstate");
  }
  // Its array is all touched, and the states that wait need memory as well.
  const std::size_t most = default_memory_bytes() / 3 * 2;
  if (options.visited == Visited::bitstate && options.memory.value_or(0) > most)
    throw InputError(fmt::format(
        "--memory: --visited bitstate uses all of it; at most {}M can be had here", most >> 20));
  if (options.visited == Visited::compact && options.memory.value_or(least_compact) < least_compact)
    throw InputError(
        fmt::format("--memory: --visited compact needs at least {}M", least_compact >> 20));
  options.profile = arguments.profile;
  if (arguments.seed) {
    if (keeps_states(options.visited))
      throw InputError("--seed goes with --visited compact or bitstate");
    options.seed = static_cast<std::uint64_t>(parse_integer(*arguments.seed, 0, any, "--seed"));
  }
  options.interrupted = &interrupted;
  return options;
}

std::string request_title(const RunRequest& request) {
  std::string text = request.system->name;
  const std::string parameters =
      join_assignments(write_parameters(*request.system, request.parameters, false));
  if (!parameters.empty()) text += " " + parameters;
  std::vector<Drop> own;  // the mutant's own go without saying
  if (!request.mutant.empty()) {
    text += ", mutant " + request.mutant;
    own = find_mutant(*request.system, request.mutant).drops;
  }
  for (const Drop& drop : request.drops)
    if (std::find(own.begin(), own.end(), drop) == own.end()) text += ", without " + drop.text();
  return text;
}

namespace {

/// How many steps a bound cut off; nothing of a bound that is only the size of a set.
std::optional<std::uint64_t> steps_cut(const RunReport& report, const std::string& bound) {
  for (const Cut& cut : report.result.cuts)
    if (cut.bound == bound) return cut.steps;
  return std::nullopt;
}

}  // namespace

std::string bounds_text(const RunReport& report) {
  std::string text;
  for (const ParameterSpec& spec : report.request.system->parameters) {
    if (!spec.bound || !spec.matters(report.request.parameters)) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", spec.name,
                        spec.text(report.request.parameters[spec.name]));
    if (const auto steps = steps_cut(report, spec.name))
      text += fmt::format(" (which cut off {} step{})", grouped(*steps), *steps == 1 ? "" : "s");
  }
  return text;
}

Json drops_json(const std::vector<Drop>& drops) {
  Json texts = Json::array();
  for (const Drop& drop : drops) texts.push_back(drop.text());
  return texts;
}

namespace {

Json bounds_json(const RunReport& report) {
  Json bounds = Json::array();
  for (const ParameterSpec& spec : report.request.system->parameters)
    if (spec.bound && spec.matters(report.request.parameters))
      bounds.push_back({{"name", spec.name},
                        {"value", report.request.parameters[spec.name]},
                        {"steps_cut", steps_cut(report, spec.name).value_or(0)}});
  return bounds;
}

std::string stop_text(Stop stop) {
  switch (stop) {
    case Stop::max_states: return "stopped by --max-states";
    case Stop::max_depth: return "stopped by --max-depth";
    case Stop::memory: return "stopped by the memory limit (--memory)";
    case Stop::disk: return "stopped by the disk (--disk)";
    case Stop::time: return "stopped by --time";
    case Stop::interrupted: return "interrupted";
    case Stop::exhausted:
    case Stop::violation:
    case Stop::partial: break;
  }
  return "stopped";
}

/// What was left undecided, with its kind.
std::vector<std::string> undecided(const RunReport& report) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < report.properties.size(); ++i)
    if (report.result.properties[i].verdict == PropertyVerdict::incomplete)
      names.push_back(
          fmt::format("{} ({})", report.properties[i].name, kind_name(report.properties[i].kind)));
  return names;
}

/// Of a search that found all states: that, and what came after it.
std::string explored_text(const RunReport& report) {
  const std::string bounds = bounds_text(report);
  const std::string what = report.request.partial_order
                               ? "what was checked is decided for every reachable state"
                               : "every reachable state was checked";
  const std::string all =
      report.result.visited == Visited::compact
          ? fmt::format(
                "every state found was checked; one was missed with a probability of at "
                "most {:.1e}",
                report.result.missed_probability)
          : what;
  const std::string checked = all + (bounds.empty() ? "" : fmt::format(", within {}", bounds));
  std::optional<Stop> stop = report.temporal_stop;
  if (report.result.stop != Stop::exhausted) stop = report.result.stop;
  const std::vector<std::string> left = undecided(report);
  if (!stop || left.empty()) return checked;
  return fmt::format("{}; {} before {} {} decided", checked, stop_text(*stop),
                     fmt::join(left, ", "), left.size() == 1 ? "was" : "were");
}

/// Why there is no valence though it was asked for.
std::string no_valence_text(const RunReport& report) {
  if (!report.valence_stop) return "not all states were explored";
  return stop_text(*report.valence_stop) + " before what each configuration can decide was known";
}

/// How much a search has missed that keeps states as bits.
std::string omissions_text(const BitArray& array) {
  return fmt::format(
      "bitstate search is not exhaustive: about {} states met were taken for known "
      "ones; {:.1f}% of the bits are set, {:.1f} bits a state (hash factor)",
      array.omitted < 10 ? fmt::format("{:.2g}", array.omitted)
                         : grouped(static_cast<std::uint64_t>(array.omitted)),
      100 * array.full, array.per_state);
}

/// What was covered, and what stopped the search.
std::string coverage_text(const RunReport& report) {
  const SearchResult& result = report.result;
  if (result.explored) return explored_text(report);
  // A violation that was traced comes from a search that keeps states.
  if (result.bit_array && (result.stop != Stop::violation || result.untraced)) {
    const std::string bounds = bounds_text(report);
    const std::string ended =
        result.stop == Stop::violation
            ? fmt::format("stopped after depth {}", result.depth)
            : (result.stop == Stop::partial ? "" : stop_text(result.stop) + "; ") +
                  "no violation found" + (bounds.empty() ? "" : ", within " + bounds);
    return ended + "; " + omissions_text(*result.bit_array);
  }
  switch (result.stop) {
    case Stop::violation:
      if (result.level_cut)
        return fmt::format(
            "a limit cut depth {} short, so that another run may show another counterexample",
            result.depth);
      return fmt::format("stopped after depth {}, all of it checked", result.depth);
    case Stop::max_states:
    case Stop::max_depth:
      return fmt::format(
          "{}: every state up to depth {} was checked; {} more were found at the next depth",
          stop_text(result.stop), result.depth, grouped(result.unexpanded));
    case Stop::exhausted:
    case Stop::memory:
    case Stop::disk:
    case Stop::time:
    case Stop::interrupted:
    case Stop::partial: break;
  }
  return fmt::format(
      "{}: every state up to depth {} was found; those at depth {} were not all checked and "
      "expanded",
      stop_text(result.stop), result.depth, result.depth);
}

std::string reduction_text(const RunReport& report) {
  if (report.request.partial_order)
    return fmt::format(" that stubborn sets lead to (as far as {} audits could tell)",
                       grouped(report.audited));
  return report.symmetric.empty()
             ? ""
             : fmt::format(" up to renaming {} (as far as {} audits could tell)",
                           fmt::join(report.symmetric, ", "), grouped(report.audited));
}

std::string untried_text(const RunReport& report) {
  return fmt::format(
      "Not reached, but not tried under all renamings either, which are more than {}: {}.",
      grouped(CanonicalForm::most_renamings), fmt::join(report.untried, ", "));
}

/// How visited states were remembered.
std::string visited_text(const RunReport& report) {
  switch (report.result.visited) {
    case Visited::exact:
    case Visited::keys: return "exact keys of 8 bytes";
    case Visited::whole: return "whole states";
    case Visited::tree: return "trees of numbered words, in keys of 8 bytes";
    case Visited::compact:
      return fmt::format("fingerprints of 80 bits, seed {}", report.request.search.seed);
    case Visited::bitstate:
      return fmt::format("{} bits of an array of {} MiB, seed {}", StateBits::hashes,
                         report.result.bit_array->bits >> 23, report.request.search.seed);
  }
  return "";
}

/// Where they went for want of memory.
std::string disk_text(const RunReport& report) {
  const auto& disk = report.result.on_disk;
  if (!disk) return "";
  constexpr double gib = 1 << 30;
  return fmt::format("; from {} states on in {}, {:.2f} GiB", grouped(disk->moved),
                     printable(disk->folder), static_cast<double>(disk->bytes) / gib);
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

double states_per_second(const RunReport& report) {
  const double seconds = std::max(report.result.seconds, 1e-6);
  return static_cast<double>(report.result.distinct) / seconds;
}

double bytes_per_state(const RunReport& report) {
  if (report.result.distinct == 0) return 0;
  return static_cast<double>(report.peak_bytes) / static_cast<double>(report.result.distinct);
}

std::unique_ptr<Observer> observer_of(const RunReport& report) {
  return report.request.system->instantiate(report.request.parameters, report.request.drops)
      ->observer();
}

/// The undecided run of valence when a run that shows a property does not come first.
const Trace* undecided_run(const RunReport& report) {
  return !report.trace && report.valence && report.valence->undecided ? &*report.valence->undecided
                                                                      : nullptr;
}
const Trace* trace_to_write(const RunReport& report) {
  return report.trace ? &*report.trace : undecided_run(report);
}

Json properties_json(const RunReport& report) {
  Json properties = Json::array();
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const PropertyResult& result = report.result.properties[i];
    if (report.properties[i].kind == PropertyKind::named) continue;
    Json property{{"name", report.properties[i].name},
                  {"kind", kind_name(report.properties[i].kind)},
                  {"verdict", verdict_name(result.verdict)}};
    if (result.depth) property["depth"] = *result.depth;
    if (report.properties[i].kind == PropertyKind::temporal) {
      property["formula"] = report.properties[i].formula;
      property["fairness"] = report.properties[i].fairness;
      property["states_cut"] = result.cut;
    }
    properties.push_back(std::move(property));
  }
  return properties;
}

/// A checkpoint has served when there is nothing left that another run could find.
bool has_served(const RunReport& report) {
  const bool ended = report.verdict != Verdict::incomplete || report.result.stop == Stop::partial ||
                     (report.result.explored && !report.untried.empty());
  return ended && !report.result.level_cut && !report.result.untraced;
}

/// The checkpoint from which another run can go on; empty: none.
std::string kept_checkpoint(const RunReport& report) {
  const CheckpointOptions& options = report.request.search.checkpoint;
  if (has_served(report)) return "";
  return report.result.checkpointed ? options.file : options.resume;
}

}  // namespace

Json parameters_json(const RunRequest& request) {
  Json parameters = Json::object();
  for (const ParameterSpec& spec : request.system->parameters) {
    const int value = request.parameters[spec.name];
    if (spec.is_number())
      parameters[spec.name] = value;
    else
      parameters[spec.name] = spec.text(value);
  }
  return parameters;
}

Json trace_json(const Trace& trace, const std::string& file) {
  return {{"property", trace.property},
          {"shows", trace.witness ? "reached" : "violated"},
          {"states", trace.states.size()},
          {"actions", trace.actions},
          {"loop", trace.loop ? Json(*trace.loop) : Json(nullptr)},
          {"loop_action", trace.loop_action ? Json(*trace.loop_action) : Json(nullptr)},
          {"file", file.empty() ? Json(nullptr) : Json(file)}};
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
  return {{"protocol", report.request.system->name},
          {"parameters", parameters_json(report.request)},
          {"mutant", report.request.mutant.empty() ? Json(nullptr) : Json(report.request.mutant)},
          {"dropped", drops_json(report.request.drops)},
          {"verdict", verdict_name(report.verdict)},
          {"expected", verdict_name(report.expected.verdict)},
          {"as_expected", report.as_expected},
          {"unexpected", report.unexpected},
          {"coverage", coverage_text(report)},
          {"bounds", bounds_json(report)},
          {"properties", properties_json(report)},
          {"actions", actions},
          {"normalised", report.normalised},
          {"on_normal_forms", report.on_normal_forms
                                  ? Json{{"distinct", report.on_normal_forms->distinct},
                                         {"transitions", report.on_normal_forms->generated},
                                         {"depth", report.on_normal_forms->depth}}
                                  : Json(nullptr)},
          {"distinct", report.result.distinct},
          {"transitions", report.result.generated},
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
          {"no_valence", report.request.valence && !report.valence ? Json(no_valence_text(report))
                                                                   : Json(nullptr)},
          {"checkpoint",
           kept_checkpoint(report).empty() ? Json(nullptr) : Json(kept_checkpoint(report))},
          {"trace", report.trace ? trace_json(*report.trace, trace_file) : Json(nullptr)}};
}

/// One object a line. A file's name need not be UTF-8, JSON has to be.
void print_json(const Json& json) {
  fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::fflush(stdout);
}

namespace {

bool was_judged(const RunReport& report, std::size_t property) {
  const PropertyVerdict verdict = report.result.properties[property].verdict;
  return verdict != PropertyVerdict::not_checked && verdict != PropertyVerdict::not_applicable;
}

/// What a temporal property says, of which behaviours, and what the bounds left open.
std::string temporal_text(const RunReport& report, std::size_t property) {
  const PropertyInfo& info = report.properties[property];
  const PropertyResult& result = report.result.properties[property];
  std::string text = claim_text(info.name, info.formula, info.fairness);
  if (result.cut != 0 && result.verdict != PropertyVerdict::violated)
    text +=
        fmt::format("; {}behaviours that a bound cut short, in {} states, are left open",
                    result.verdict == PropertyVerdict::holds ? "" : "only ", grouped(result.cut));
  return text;
}

void print_properties(const RunReport& report) {
  std::vector<std::vector<Cell>> rows;
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const PropertyResult& result = report.result.properties[i];
    if (result.verdict == PropertyVerdict::not_checked) continue;
    if (report.properties[i].kind == PropertyKind::named) continue;
    const PropertyKind kind = report.properties[i].kind;
    std::string note;
    if (result.depth)
      note = kind == PropertyKind::reachable
                 ? fmt::format("at depth {}", *result.depth)
                 : fmt::format("by {}{} state{}", kind == PropertyKind::temporal ? "a run of " : "",
                               *result.depth, *result.depth == 1 ? "" : "s");
    if (kind == PropertyKind::reachable && result.verdict == PropertyVerdict::violated)
      note = "in no reachable state";
    if (result.verdict == PropertyVerdict::vacuous && kind == PropertyKind::temporal)
      note = "it would hold even if what it promises never happened";
    else if (result.verdict == PropertyVerdict::vacuous)
      note = fmt::format("without {}", fmt::join(report.properties[i].witnesses, ", "));
    rows.push_back({{"  " + report.properties[i].name},
                    {kind_name(kind)},
                    {verdict_name(result.verdict), style_of(result.verdict)},
                    {note, Style::dim}});
  }
  fmt::print("{}", table(rows));
  for (std::size_t i = 0; i < report.properties.size(); ++i)
    if (report.properties[i].kind == PropertyKind::temporal && was_judged(report, i))
      fmt::print("{}", wrapped(temporal_text(report, i), 2));
  for (const std::string& action : report.result.dead_actions)
    fmt::print("  {}\n", styled("action " + action + " never fires", Style::warning));
}

}  // namespace

void print_trace(const RunReport& report, const std::string& trace_file) {
  const Trace& trace = *report.trace;
  auto model = report.request.system->instantiate(report.request.parameters, report.request.drops);
  if (trace.normalised) model = model->normalised();
  const auto observer = model->observer();
  const char* const what = trace.loop        ? "a run without end"
                           : report.coverage ? (trace.witness ? "a way" : "a counterexample")
                           : trace.witness   ? "the shortest way"
                                             : "the shortest counterexample";
  fmt::print("\n{} is {}; {}, {} state{}, replayed:\n\n", trace.property,
             trace.witness ? "reached" : "violated", what, trace.states.size(),
             trace.states.size() == 1 ? "" : "s");
  fmt::print("{}", trace_text(trace, *observer, false));
  fmt::print("{}", unrolled_text(*report.request.system, trace));
  if (!report.trace_limitation.empty()) fmt::print("{}.\n", report.trace_limitation);
  if (!trace_file.empty()) fmt::print("\nThe trace is in {}.\n", trace_file);
}

namespace {

/// What this way to search cannot judge, though it was not asked to leave it out.
std::string left_out_text(const RunReport& report) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const PropertyInfo& info = report.properties[i];
    const bool asked = info.kind == PropertyKind::type_ok ||
                       (needs_graph(info.kind) && report.request.properties.empty());
    if (asked && info.applies && !info.refuted &&
        report.result.properties[i].verdict == PropertyVerdict::not_checked)
      names.push_back(info.name);
  }
  return names.empty() ? "" : fmt::format("Not checked: {}.", fmt::join(names, ", "));
}

void print_report(const RunReport& report, const std::string& trace_file) {
  const SearchResult& result = report.result;
  fmt::print("{}\n\n", styled(request_title(report.request), Style::bold));
  print_properties(report);
  fmt::print("\n{}: {}.\n", styled(verdict_name(report.verdict), style_of(report.verdict)),
             coverage_text(report));
  fmt::print("{} distinct states{}, {} generated, depth {}; {} bits a state, kept as {}{}.\n",
             grouped(result.distinct), reduction_text(report), grouped(result.generated),
             result.depth, report.bits_per_state, visited_text(report), disk_text(report));
  if (!result.disk_error.empty()) fmt::print("{}.\n", printable(result.disk_error));
  if (const std::string left_out = left_out_text(report); !left_out.empty())
    fmt::print("{}", wrapped(left_out, 0));
  if (!report.untried.empty()) fmt::print("{}", wrapped(untried_text(report), 0));
  if (report.normalised) fmt::print("{}", normal_form_text(*report.request.system));
  if (report.on_normal_forms)
    fmt::print(
        "{}", wrapped(fmt::format("Temporal properties on {} normal forms, {} generated, depth {}: "
                                  "{}",
                                  grouped(report.on_normal_forms->distinct),
                                  grouped(report.on_normal_forms->generated),
                                  report.on_normal_forms->depth,
                                  report.request.system->normal_form.forgets),
                      0));
  // In a small search the program itself is most of the memory.
  constexpr std::uint64_t many = 1'000'000;
  const std::string memory = result.distinct < many ? ""
                             : result.on_disk
                                 ? fmt::format(", {:.1f} bytes a state", bytes_per_state(report))
                                 : fmt::format(", {:.1f} bytes a state, the table {:.0f}% full",
                                               bytes_per_state(report), 100 * result.table_load);
  fmt::print("{:.2f} s with {} thread{}, {} states/s{}.\n", result.seconds, result.threads,
             result.threads == 1 ? "" : "s",
             grouped(static_cast<std::uint64_t>(states_per_second(report))), memory);
  if (result.profile) fmt::print("\n{}", profile_text(report));
  if (report.trace) {
    print_trace(report, trace_file);
  } else if (result.untraced) {
    fmt::print("\nThe search for the way to it was {}.\n", stop_text(*result.untraced));
  } else if (!trace_file.empty() && trace_to_write(report) == nullptr) {
    fmt::print("\nThere is no trace to write to {}.\n", trace_file);
  }
  if (report.valence)
    fmt::print("\n{}", valence_text(*report.valence, *observer_of(report)));
  else if (report.request.valence)
    fmt::print("\nNo valence: {}.\n", no_valence_text(report));
  if (!trace_file.empty() && undecided_run(report) != nullptr)
    fmt::print("\nThe run in which nobody ever decides is in {}.\n", trace_file);
  if (const std::string file = kept_checkpoint(report); !file.empty())
    fmt::print("\nAnother run can go on from here: --resume {}\n", printable(file));
  if (!report.as_expected && report.verdict != Verdict::incomplete)
    fmt::print("\n{}: {}.\n", styled("not as expected", Style::bad), report.unexpected);
}

}  // namespace

std::optional<InputError> write_trace(const std::string& file, const Trace* trace,
                                      const RunReport& report) {
  if (file.empty() || trace == nullptr) return std::nullopt;
  try {
    write_file(file, write_itf(*trace, observer_of(report)->variables()));
    return std::nullopt;
  } catch (const InputError& error) {
    return error;
  }
}

int exit_code(const RunReport& report) {
  if (report.verdict == Verdict::incomplete && report.expected.verdict != Verdict::incomplete)
    return exit_incomplete;
  return report.as_expected ? exit_as_expected : exit_not_as_expected;
}

namespace {

/// Why there is no graph of states and steps; empty: there is one.
std::string graphless(const CheckArguments& arguments) {
  if (arguments.symmetry) return "--symmetry does not keep who takes a step";
  if (arguments.partial_order) return "--partial-order leaves steps out";
  if (arguments.visited == "compact" || arguments.visited == "bitstate")
    return fmt::format("--visited {} keeps no states", *arguments.visited);
  return "";
}

void add_temporal(const CheckArguments& arguments, const ModelInstance& model,
                  RunRequest& request) {
  if (arguments.ltl) {
    parse_claim(*arguments.ltl, model.properties(),
                judged_on(*request.system, model, request.drops));
    request.ltl = *arguments.ltl;
    // The mutant's own property is not what was asked.
    if (arguments.properties.empty()) request.properties.clear();
  } else if (!arguments.fairness.empty() && !arguments.valence) {
    throw InputError("--fair goes with --ltl or --valence; claims say themselves what they assume");
  }
  if (arguments.symmetry && arguments.partial_order)
    throw InputError("--symmetry and --partial-order do not go together: choose one of them");
  const std::string no_graph = graphless(arguments);
  if (!no_graph.empty() && (arguments.ltl || arguments.valence))
    throw InputError(fmt::format("{}, which --ltl and --valence need", no_graph));
  const bool plain = arguments.properties.empty() && !arguments.ltl && !arguments.mutant;
  request.valence = arguments.valence || (request.system->valence && plain && no_graph.empty());
  for (const std::string& assumption : arguments.fairness)
    if (applicable({assumption}, *model.observer()).empty())
      throw InputError(fmt::format(
          "--fair: no action that {} is about applies under these parameters", quote(assumption)));
  request.fairness = arguments.fairness;
  const std::vector<std::string> declared = assumed(request, model);
  for (const std::string& assumption : arguments.unfair)
    if (std::none_of(declared.begin(), declared.end(),
                     [&](const std::string& known) { return same_assumption(known, assumption); }))
      throw InputError(fmt::format("--unfair: no claim that is judged here assumes {}{}",
                                   quote(assumption), suggest(assumption, declared)));
  request.unfair = arguments.unfair;
}

}  // namespace

/// The one run that the arguments describe.
RunRequest single_request(const CheckArguments& arguments, const System& system) {
  const Assignments assignments = parse_assignments(arguments.parameters);
  RunRequest request;
  if (arguments.mutant) {
    request = mutant_request(system, find_mutant(system, *arguments.mutant), assignments);
  } else {
    request.system = &system;
    request.parameters = resolve_parameters(system, assignments);
  }
  validate(system);
  const auto model = system.instantiate(request.parameters, {});
  for (const Drop& drop : parse_drops(system, request.parameters, arguments.drops))
    request.drops.push_back(drop);
  for (const std::string& name : arguments.properties)
    if (model->properties()[find_property(model->properties(), name)].kind == PropertyKind::named)
      throw InputError(fmt::format("{} is a predicate and claims nothing; see --ltl", name));
  if (!arguments.properties.empty()) request.properties = arguments.properties;
  request.symmetry = arguments.symmetry;
  request.partial_order = arguments.partial_order;
  add_temporal(arguments, *model, request);
  request.expected = parse_verdict(arguments.expect);
  return request;
}

namespace {

int check_one(const CheckArguments& arguments, const SearchOptions& options) {
  RunRequest request = single_request(arguments, find_system(catalogue(), *arguments.protocol));
  request.search = options;
  request.search.checkpoint = checkpoint_options(arguments);
  const ProgressForm form = progress_form(arguments.progress);
  request.search.progress = progress_teller(form, request_title(request));
  if (arguments.trace_file) require_writable(*arguments.trace_file);
  if (arguments.checkpoint) remove_leftovers(*arguments.checkpoint);
  const RunReport report = run_check(request);
  clear_progress_line();
  const std::string trace_file = arguments.trace_file.value_or("");
  const Trace* const trace = trace_to_write(report);
  const auto unwritten = write_trace(trace_file, trace, report);
  const std::string told = unwritten ? "" : trace_file;
  if (arguments.json)
    print_json(report_json(report, told));
  else
    print_report(report, told);
  const bool printed = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  const CheckpointOptions& checkpoint = request.search.checkpoint;
  if (printed && has_served(report) && (report.result.checkpointed || checkpoint.replaces))
    remove_checkpoint(checkpoint.file);
  if (unwritten) throw InputError(*unwritten);
  return exit_code(report);
}

std::string performance_text(const Performance& performance) {
  if (performance.refusal) {
    const Refusal& refusal = *performance.refusal;
    return fmt::format("step {} refused{}", performance.trace.actions.size() + 1,
                       refusal.conjunct.empty() ? "" : " by " + refusal.conjunct);
  }
  const std::string allowed = fmt::format("allowed, {} steps", performance.trace.actions.size());
  if (performance.trace.property.empty()) return allowed;
  return fmt::format("{}; {}", allowed, shown_text(performance.trace));
}

Json performance_json(const Performance& performance, const std::string& trace_file) {
  Json refusal = nullptr;
  if (performance.refusal)
    refusal = {{"step", performance.refusal->step},
               {"conjunct", performance.refusal->conjunct},
               {"because", performance.refusal->because}};
  const Trace& trace = performance.trace;
  Json parameters = Json::object();
  for (const auto& [name, value] : trace.parameters) parameters[name] = value;
  return {{"protocol", trace.protocol},
          {"parameters", parameters},
          {"scenario", trace.scenario},
          {"dropped", drops_json(trace.drops)},
          {"allowed", !performance.refusal.has_value()},
          {"as_expected", performance.unexpected.empty()},
          {"unexpected", performance.unexpected},
          {"actions", trace.actions},
          {"refusal", refusal},
          {"property", trace.property.empty() ? Json(nullptr) : Json(trace.property)},
          {"file", trace_file.empty() ? Json(nullptr) : Json(trace_file)}};
}

int play_scenario(const CheckArguments& arguments) {
  const System& system = find_system(catalogue(), *arguments.protocol);
  validate(system);
  const Scenario& scenario = find_scenario(system, *arguments.scenario);
  const Assignments assignments = parse_assignments(arguments.parameters);
  const std::vector<Drop> drops =
      parse_drops(system, scenario_parameters(system, scenario, assignments), arguments.drops);
  if (arguments.trace_file) require_writable(*arguments.trace_file);
  const Performance performance = play(system, scenario, assignments, drops);
  const Trace& trace = performance.trace;
  const auto observer =
      system.instantiate(resolve_parameters(system, trace.parameters), trace.drops)->observer();
  const std::string file = arguments.trace_file.value_or("");
  if (arguments.trace_file) write_file(file, write_itf(trace, observer->variables()));
  const int code = performance.unexpected.empty() ? exit_as_expected : exit_not_as_expected;
  if (arguments.json) {
    print_json(performance_json(performance, file));
    return code;
  }
  std::string title =
      fmt::format("{} {}", system.name,
                  join_assignments(write_parameters(
                      system, resolve_parameters(system, trace.parameters), false)));
  for (const Drop& drop : trace.drops) title += ", without " + drop.text();
  fmt::print("{}, scenario {}\n{}\n", styled(title, Style::bold), scenario.name,
             wrapped(scenario.story, 2));
  fmt::print("{}\n", trace_text(trace, *observer, false));
  const bool refused = performance.refusal.has_value();
  fmt::print("{}.\n", styled(performance_text(performance), refused ? Style::bad : Style::good));
  if (refused)
    fmt::print("{} is refused: {}\n", performance.refusal->step, performance.refusal->because);
  if (!file.empty()) fmt::print("The trace is in {}.\n", file);
  if (!performance.unexpected.empty())
    fmt::print("{}: {}.\n", styled("not as expected", Style::bad), performance.unexpected);
  return code;
}

struct NamedRequest {
  std::string name;
  RunRequest request;
};

/// Whether what a mutant violates is decided on the graph of states and steps.
bool mutant_needs_graph(const System& system, const Mutant& mutant) {
  const RunRequest request = mutant_request(system, mutant);
  const auto infos = system.instantiate(request.parameters, request.drops)->properties();
  return needs_graph(infos[find_property(infos, mutant.violates)].kind);
}

/// Every instance of the tier and, with the quick ones, every mutant; but for those mutants, which
/// are listed, that a way to keep states cannot judge.
std::vector<NamedRequest> catalogue_requests(const CheckArguments& arguments,
                                             const SearchOptions& options,
                                             std::vector<std::string>& left_out) {
  const bool thorough = arguments.tier == "thorough";
  std::vector<NamedRequest> requests;
  for (const System& system : catalogue()) {
    if (arguments.protocol && system.name != *arguments.protocol) continue;
    validate(system);
    for (const Instance& instance : system.instances) {
      if (instance.tier == Tier::thorough && !thorough) continue;
      RunRequest request;
      request.system = &system;
      request.parameters = resolve_parameters(system, instance.parameters);
      requests.push_back({instance.name(), std::move(request)});
    }
    for (const Mutant& mutant : system.mutants) {
      if (!keeps_states(options.visited) && mutant_needs_graph(system, mutant))
        left_out.push_back(system.name + " " + mutant.name);
      else
        requests.push_back({"mutant " + mutant.name, mutant_request(system, mutant)});
    }
  }
  return requests;
}

/// What the run looked at: all behaviours, or those within some bounds.
std::string scope_text(const RunReport& report) {
  if (report.verdict == Verdict::violated) return "";
  std::string bounds;
  for (const ParameterSpec& spec : report.request.system->parameters)
    if (spec.bound && spec.matters(report.request.parameters))
      bounds += (bounds.empty() ? "within " : ", ") + spec.name;
  return bounds.empty() ? "all behaviours" : bounds;
}

std::vector<Cell> table_row(const RunReport& report, const std::string& instance) {
  const RunRequest& request = report.request;
  std::string verdict = verdict_name(report.verdict);
  if (report.verdict == Verdict::violated && report.trace)
    verdict = fmt::format("{} violated in {} states", report.trace->property,
                          report.trace->states.size());
  return {{request.system->name},
          {instance},
          {verdict, report.as_expected ? Style::good : style_of(report.verdict)},
          {grouped(report.result.distinct)},
          {std::to_string(report.result.depth)},
          {fmt::format("{:.2f}", report.result.seconds)},
          {scope_text(report)},
          {report.as_expected ? "as expected" : report.unexpected,
           report.as_expected ? Style::plain : Style::bad}};
}

int check_catalogue(const CheckArguments& arguments, const SearchOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  if (arguments.protocol) find_system(catalogue(), *arguments.protocol);
  const ProgressForm form = progress_form(arguments.progress);
  std::vector<std::string> left_out;
  const std::vector<NamedRequest> requests = catalogue_requests(arguments, options, left_out);
  std::vector<std::vector<Cell>> rows{{{"system", Style::bold},
                                       {"instance", Style::bold},
                                       {"verdict", Style::bold},
                                       {"distinct", Style::bold},
                                       {"depth", Style::bold},
                                       {"seconds", Style::bold},
                                       {"scope", Style::bold},
                                       {"", Style::bold}}};
  std::vector<std::vector<Cell>> scenario_rows;
  int worst = exit_as_expected;
  std::size_t expected = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    RunRequest request = requests[i].request;
    request.search = options;
    request.search.progress = progress_teller(
        form, fmt::format("[{}/{}] {}", i + 1, requests.size(), request_title(request)));
    const RunReport report = run_check(request);
    clear_progress_line();
    if (arguments.json) print_json(report_json(report, ""));
    rows.push_back(table_row(report, requests[i].name));
    const int code = exit_code(report);
    expected += report.as_expected ? 1 : 0;
    if (worst != exit_not_as_expected && code != exit_as_expected) worst = code;
    if (interrupted.load()) break;
  }
  if (interrupted.load() && worst == exit_as_expected) worst = exit_incomplete;
  for (const System& system : catalogue()) {
    if (interrupted.load()) break;
    if (arguments.protocol && system.name != *arguments.protocol) continue;
    for (const Scenario& scenario : system.scenarios) {
      const Performance performance = play(system, scenario, {}, {});
      const bool good = performance.unexpected.empty();
      if (arguments.json) print_json(performance_json(performance, ""));
      scenario_rows.push_back(
          {{system.name},
           {"scenario " + scenario.name},
           {performance_text(performance), good ? Style::good : Style::bad},
           {""},
           {""},
           {""},
           {""},
           {good ? "as expected" : performance.unexpected, good ? Style::plain : Style::bad}});
      expected += good ? 1 : 0;
      if (!good) worst = exit_not_as_expected;
    }
  }
  if (arguments.json) return worst;
  const double seconds = Stopwatch::since(began);
  const std::size_t searches = rows.size() - 1;
  const std::size_t runs = searches + scenario_rows.size();
  rows.insert(rows.end(), scenario_rows.begin(), scenario_rows.end());
  fmt::print("{}", table(rows, {false, false, false, true, true, true, false, false}));
  fmt::print("\n{} of {} runs as expected, {:.1f} s.\n", expected, runs, seconds);
  if (searches < requests.size())
    fmt::print("Interrupted: {} more were not run.\n", requests.size() - searches);
  if (!left_out.empty())
    fmt::print("{}",
               wrapped(fmt::format("Not run with --visited {}, which keeps no states: mutants {}.",
                                   *arguments.visited, fmt::join(left_out, ", ")),
                       0));
  return worst;
}

}  // namespace

int check(const CheckArguments& arguments) {
  if (arguments.engine && *arguments.engine != "explicit") {
    if (*arguments.engine == "z3") return check_by_solver(arguments);
    throw InputError("--engine: " + quote(*arguments.engine) + " is neither explicit nor z3");
  }
  SearchOptions options = search_options(arguments);
  options.disk = disk_folder(arguments, options.visited);
  catch_interrupts();
  if (arguments.scenario) {
    if (!arguments.protocol) throw InputError("--scenario needs a protocol");
    if (arguments.mutant || arguments.expect || arguments.tier || !arguments.properties.empty() ||
        arguments.ltl || !arguments.fairness.empty() || !arguments.unfair.empty())
      throw InputError(
          "--mutant, --expect, --tier, --property, --ltl, --fair and --unfair cannot go with "
          "--scenario");
    if (arguments.max_states || arguments.max_depth || arguments.memory || arguments.disk ||
        arguments.seconds || arguments.visited || arguments.progress || arguments.profile ||
        arguments.symmetry || arguments.partial_order || arguments.checkpoint ||
        arguments.checkpoint_every || arguments.resume)
      throw InputError(
          "a scenario is no search: limits, --symmetry, --partial-order, --visited, --progress, "
          "--profile, --checkpoint and --resume cannot go with --scenario");
    return play_scenario(arguments);
  }
  const bool single = arguments.protocol && !arguments.tier;
  if (single) return check_one(arguments, options);
  if (arguments.mutant || !arguments.drops.empty() || !arguments.properties.empty() ||
      !arguments.parameters.empty() || arguments.expect || arguments.trace_file || arguments.ltl ||
      !arguments.fairness.empty() || !arguments.unfair.empty() || arguments.valence ||
      arguments.symmetry || arguments.partial_order || arguments.profile || arguments.checkpoint ||
      arguments.checkpoint_every || arguments.resume)
    throw InputError(fmt::format(
        "parameters, --mutant, --drop, --property, --ltl, --fair, --unfair, --valence, "
        "--symmetry, --partial-order, --expect, --trace, --checkpoint, --resume and --profile {}",
        !arguments.protocol ? "need a protocol" : "cannot go with --tier"));
  return check_catalogue(arguments, options);
}

}  // namespace synod
