#include "checker/cli/search_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>

#include "checker/cli/progress.hpp"
#include "checker/condition/conditioned_model.hpp"
#include "checker/files/place.hpp"
#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/liveness/temporal.hpp"
#include "checker/report/trace.hpp"
#include "checker/search/checkpoint.hpp"
#include "checker/search/sorted_run.hpp"
#include "checker/search/state_keys.hpp"

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

bool is_interrupted() { return interrupted.load(); }

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
  const auto place = [&](const std::string& name) {
    return fs::weakly_canonical(fs::absolute(behind_links(name), error), error);
  };
  return fs::equivalent(a, b, error) || place(a) == place(b);
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
}  // namespace

CheckpointOptions checkpoint_options(const CheckArguments& arguments) {
  constexpr std::int64_t longest = 1'000'000;
  CheckpointOptions options;
  // States on the disk lie beside the file itself, not beside a link to it.
  options.resume = behind_links(arguments.resume.value_or(""));
  if (arguments.resume && options.resume.empty()) throw InputError("--resume: '' is no file name");
  if (arguments.checkpoint) {
    options.file = *arguments.checkpoint;
    if (options.file.empty()) throw InputError("--checkpoint: '' is no file name");
    require_writable(options.file);
    options.file = behind_links(options.file);
    std::error_code error;
    const std::string states = states_of(options.file);
    if (std::filesystem::exists(std::filesystem::symlink_status(states, error)) &&
        !std::filesystem::is_directory(states, error))
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
    options.every_seconds = static_cast<double>(
        parse_integer(*arguments.checkpoint_every, 0, longest, "--checkpoint-every"));
  }
  options.warn = [](const std::string& why) {
    clear_progress_line();
    std::fputs(("synod: " + printable(why) + "\n").c_str(), stderr);
  };
  return options;
}
std::string disk_folder(const CheckArguments& arguments, Visited visited) {
  if (!keeps_states(visited)) return "";
  if (!arguments.disk) {
    const char* const folder = std::getenv("TMPDIR");
    return folder != nullptr && *folder != '\0' ? folder : "/var/tmp";
  }
  if (*arguments.disk == "none") return "";
  if (arguments.disk->empty()) throw InputError("--disk: '' is no folder; give one, or none");
  try {
    const StateFile tried(*arguments.disk);
  } catch (const DiskError& error) {
    throw InputError(fmt::format("--disk: {}", error.what()));
  }
  return *arguments.disk;
}

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
  if (arguments.seed)
    options.seed = static_cast<std::uint64_t>(parse_integer(*arguments.seed, 0, any, "--seed"));
  options.interrupted = &interrupted;
  return options;
}

namespace {

void add_temporal(const CheckArguments& arguments, const ModelInstance& model,
                  RunRequest& request) {
  if (arguments.ltl) {
    parse_claim(*arguments.ltl, *model.observer(), nullptr);
    request.ltl = *arguments.ltl;
  }
  const bool no_graph = arguments.symmetry || arguments.partial_order ||
                        arguments.visited == "compact" || arguments.visited == "bitstate";
  const bool plain = request.properties.empty() && !arguments.ltl && !arguments.mutant;
  request.valence = arguments.valence || (request.system->valence && plain && !no_graph);
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
  request.normal_forms = !arguments.no_normal_form;
}

}  // namespace

RunRequest single_request(const CheckArguments& arguments, const System& system) {
  // Looking at every action instance may take long by itself.
  const SearchOptions options = search_options(arguments);
  const auto began = std::chrono::steady_clock::now();
  const WorkLimits limits({[&] { return reason_to_stop(options, began); }});
  const Assignments assignments = parse_assignments(arguments.parameters);
  RunRequest request;
  if (arguments.mutant) {
    const Mutant& mutant = find_mutant(system, *arguments.mutant);
    validate(system, mutant);
    request = mutant_request(system, mutant, assignments);
  } else {
    request.system = &system;
    request.parameters = resolve_parameters(system, assignments);
  }
  validate(system);
  request.invariants = arguments.invariants;
  request.reach = arguments.reach;
  const auto model =
      with_conditions(system.instantiate(request.parameters, {}),
                      {request.invariants, request.reach, arguments.ltl.value_or("")});
  for (const Drop& drop : parse_drops(system, request.parameters, arguments.drops)) {
    if (std::find(request.drops.begin(), request.drops.end(), drop) != request.drops.end())
      throw InputError(
          fmt::format("--drop {}: mutant {} leaves it out itself", drop.text(), request.mutant));
    request.drops.push_back(drop);
  }
  // A mutant's own property is not what was asked if something else was.
  std::vector<std::string> asked;
  for (const std::string& called : arguments.properties)
    for (const std::string& name : properties_called(model->properties(), called)) {
      const PropertyKind kind = model->properties()[find_property(model->properties(), name)].kind;
      if (claims_nothing(kind))
        throw InputError(fmt::format("{} is a {} and claims nothing{}", name, kind_name(kind),
                                     kind == PropertyKind::named ? "; see --ltl" : ""));
      asked.push_back(name);
    }
  asked.insert(asked.end(), arguments.invariants.begin(), arguments.invariants.end());
  asked.insert(asked.end(), arguments.reach.begin(), arguments.reach.end());
  if (!asked.empty() || arguments.ltl) request.properties = asked;
  request.symmetry = arguments.symmetry;
  if (request.symmetry)
    if (const std::string named = naming_members(*model->observer(), request.invariants);
        !named.empty())
      throw InputError(fmt::format(
          "--symmetry: {}, which renaming changes; A and E speak of all members", named));
  if (arguments.no_normal_form && model->normalised() == nullptr)
    throw InputError(fmt::format("--no-normal-form: {} has no normal forms", system.name));
  request.partial_order = arguments.partial_order;
  request.go_on = arguments.go_on;
  add_temporal(arguments, *model, request);
  request.expected = parse_verdict(arguments.expect);
  return request;
}

}  // namespace synod
