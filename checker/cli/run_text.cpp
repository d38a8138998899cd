#include "checker/cli/run_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checker/cli/profile.hpp"
#include "checker/cli/run_report.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/cli/trace_text.hpp"
#include "checker/cli/valence_text.hpp"
#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/search/state_bits.hpp"
#include "checker/symmetry/canonical_form.hpp"

namespace synod {

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

std::vector<std::string> constraints(const RunReport& report) {
  std::vector<std::string> names;
  for (const PropertyInfo& info : report.properties)
    if (info.kind == PropertyKind::constraint && info.applies) names.push_back(info.name);
  return names;
}

bool looks_for_deadlock(const std::vector<PropertyInfo>& properties) {
  return std::any_of(properties.begin(), properties.end(), [](const PropertyInfo& info) {
    return info.kind == PropertyKind::deadlock_free && info.applies;
  });
}

std::string bounds_text(const RunReport& report) {
  std::string text;
  for (const ParameterSpec* const spec : bounds_of(report)) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", spec->name,
                        spec->text(report.request.parameters[spec->name]));
    if (const auto steps = steps_cut(report, spec->name))
      text += fmt::format(" (which cut off {})", counted(*steps, "step"));
  }
  for (const std::string& name : constraints(report)) {
    const std::uint64_t steps = steps_cut(report, name).value_or(0);
    text += fmt::format("{}the constraint {} (which cut off {})", text.empty() ? "" : ", ", name,
                        counted(steps, "step"));
  }
  return text;
}

namespace {

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
  const std::string all = report.request.partial_order
                              ? "what was checked is decided for every reachable state"
                              : "every reachable state was checked";
  const std::string checked = all + (bounds.empty() ? "" : fmt::format(", within {}", bounds));
  std::optional<Stop> stop = report.temporal_stop;
  if (report.result.stop != Stop::exhausted) stop = report.result.stop;
  const std::vector<std::string> left = undecided(report);
  if (const auto open = left_open(report); !open.empty())
    return fmt::format("{}, which leave{} {} open", checked,
                       report.result.cuts.size() == 1 ? "s" : "", fmt::join(open, ", "));
  if (!stop || left.empty()) return checked;
  return fmt::format("{}; {} before {} {} decided", checked, stop_text(*stop),
                     fmt::join(left, ", "), left.size() == 1 ? "was" : "were");
}

}  // namespace

std::string no_valence_text(const RunReport& report) {
  if (!report.valence_stop) return "not all states were explored";
  return stop_text(*report.valence_stop) + " before what each configuration can decide was known";
}

namespace {

/// How much a search has missed, or may have, in which hashes stand for states.
std::string omissions_text(const SearchResult& result) {
  if (!result.bit_array)
    return fmt::format(
        "fingerprints are not exhaustive: a state was taken for another with a probability of at "
        "most {:.1e}",
        result.missed_probability);
  const BitArray& array = *result.bit_array;
  return fmt::format(
      "bitstate search is not exhaustive: about {} states met were taken for known "
      "ones; {:.1f}% of the bits are set, {:.1f} bits a state (hash factor)",
      array.omitted < 10 ? fmt::format("{:.2g}", array.omitted)
                         : grouped(static_cast<std::uint64_t>(array.omitted)),
      100 * array.full, array.per_state);
}

}  // namespace

std::string coverage_text(const RunReport& report) {
  const SearchResult& result = report.result;
  if (result.explored) return explored_text(report);
  // A violation that was traced comes from a search that keeps states.
  if (!keeps_states(result.visited) && (result.stop != Stop::violation || result.untraced)) {
    const std::string bounds = bounds_text(report);
    const std::string ended =
        result.stop == Stop::violation
            ? fmt::format("stopped after depth {}", result.depth)
            : (result.stop == Stop::partial ? "" : stop_text(result.stop) + "; ") +
                  "no violation found" + (bounds.empty() ? "" : ", within " + bounds);
    return ended + "; " + omissions_text(result);
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

namespace {

std::string reduction_text(const RunReport& report) {
  if (report.request.partial_order)
    return fmt::format(" that stubborn sets lead to (as far as {} could tell)",
                       counted(report.audited, "audit"));
  return report.symmetric.empty()
             ? ""
             : fmt::format(" up to renaming {} (as far as {} could tell)",
                           fmt::join(report.symmetric, ", "), counted(report.audited, "audit"));
}

std::string untried_text(const RunReport& report) {
  return fmt::format(
      "Not reached, but not tried under all renamings either, which are more than {}: {}.",
      grouped(CanonicalForm::most_renamings), fmt::join(report.untried, ", "));
}

}  // namespace

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

std::string scope_text(const RunReport& report) {
  if (report.verdict == Verdict::violated) return "";
  std::string bounds;
  for (const ParameterSpec* const spec : bounds_of(report))
    bounds += (bounds.empty() ? "within " : ", ") + spec->name;
  for (const std::string& name : constraints(report))
    bounds += (bounds.empty() ? "within " : ", ") + name;
  return bounds.empty() ? "all behaviours" : bounds;
}

namespace {

std::string disk_text(const RunReport& report) {
  const auto& disk = report.result.on_disk;
  if (!disk) return "";
  constexpr double gib = 1 << 30;
  return fmt::format("; from {} on in {}, {:.2f} GiB", counted(disk->moved, "state"),
                     printable(disk->folder), static_cast<double>(disk->bytes) / gib);
}

bool was_judged(const RunReport& report, std::size_t property) {
  const PropertyVerdict verdict = report.result.properties[property].verdict;
  return verdict != PropertyVerdict::not_checked && verdict != PropertyVerdict::not_applicable;
}

/// What a temporal property says, of which behaviours, and what the bounds left open.
std::string temporal_text(const RunReport& report, std::size_t property) {
  const PropertyInfo& info = report.properties[property];
  const PropertyResult& result = report.result.properties[property];
  std::string text = claim_text(info.name, info.formula, info.fairness);
  if (result.cut != 0 && result.verdict == PropertyVerdict::incomplete)
    text += fmt::format(
        "; no behaviour within the bounds violates it, but in {} they cut off steps that might",
        counted(result.cut, "state"));
  return text;
}

void print_properties(const RunReport& report) {
  std::vector<std::vector<Cell>> rows;
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const PropertyResult& result = report.result.properties[i];
    if (result.verdict == PropertyVerdict::not_checked) continue;
    if (claims_nothing(report.properties[i].kind)) continue;
    const PropertyKind kind = report.properties[i].kind;
    std::string note;
    if (result.depth) note = fmt::format("in {}", counted(*result.depth, "state"));
    if (kind == PropertyKind::reachable && result.verdict == PropertyVerdict::violated)
      note = "in no reachable state";
    if (result.verdict == PropertyVerdict::vacuous && kind == PropertyKind::temporal)
      note = "it would hold even if what it promises never happened";
    else if (kind == PropertyKind::deadlock_free && result.cut != 0)
      note = fmt::format("{} state{} left open, of which a bound cut off all that follows",
                         grouped(result.cut), result.cut == 1 ? "" : "s");
    else if (result.verdict == PropertyVerdict::vacuous)
      note = fmt::format("without {}", fmt::join(report.properties[i].witnesses, ", "));
    if (!result.members.empty())
      note += fmt::format("{}for {}", note.empty() ? "" : ", ", result.members);
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

void print_trace(const RunReport& report, const Trace& trace, const std::string& trace_file) {
  auto model = report.request.system->instantiate(report.request.parameters, report.request.drops);
  if (trace.normalised) model = model->normalised();
  const auto observer = model->observer();
  const char* const what = trace.loop        ? "a run without end"
                           : report.coverage ? (trace.witness ? "a way" : "a counterexample")
                           : trace.witness   ? "the shortest way"
                                             : "the shortest counterexample";
  const std::string members = members_of(report, trace);
  fmt::print("\n{} is {}{}; {}, {}, replayed:\n\n", trace.property,
             trace.witness ? "reached" : "violated", members.empty() ? "" : " for " + members, what,
             counted(trace.states.size(), "state"));
  fmt::print("{}", trace_text(trace, *observer, false));
  fmt::print("{}", unrolled_text(*report.request.system, trace));
  if (!report.trace_limitation.empty()) fmt::print("{}.\n", report.trace_limitation);
  if (!trace_file.empty()) fmt::print("\nThe trace is in {}.\n", trace_file);
}

namespace {

/// What this way to search cannot judge, or what takes long, though it was not asked to leave it
/// out.
std::string left_out_text(const RunReport& report) {
  std::vector<std::string> names;
  std::vector<std::string> costly;
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const PropertyInfo& info = report.properties[i];
    const bool asked = info.kind == PropertyKind::type_ok ||
                       (needs_graph(info.kind) && report.request.properties.empty());
    if (asked && info.applies && !info.refuted &&
        report.result.properties[i].verdict == PropertyVerdict::not_checked)
      (info.costly ? costly : names).push_back(info.name);
  }
  std::string text;
  if (!names.empty()) text = fmt::format("Not checked: {}.", fmt::join(names, ", "));
  if (!costly.empty())
    text += fmt::format("{}Costly, and checked when asked for by name: {}.",
                        text.empty() ? "" : " ", fmt::join(costly, ", "));
  return text;
}

}  // namespace

void print_expected(const RunReport& report) {
  if (!report.as_expected) {
    if (report.verdict != Verdict::incomplete)
      fmt::print("\n{}: {}.\n", styled("not as expected", Style::bad), report.unexpected);
    return;
  }
  if (report.expected.verdict == Verdict::holds) return;
  const bool left_out =
      !report.request.drops.empty() && report.request.mutant.empty() && !report.request.expected;
  fmt::print("\nas expected: {}{}.\n", verdict_name(report.verdict),
             left_out ? "; a part that is left out is taken for needed, unless --expect holds says "
                        "otherwise"
                      : "");
}

void print_report(const RunReport& report, const std::string& trace_file) {
  const SearchResult& result = report.result;
  fmt::print("{}\n\n", styled(request_title(report.request), Style::bold));
  print_properties(report);
  fmt::print("\n{}: {}.\n", styled(verdict_name(report.verdict), style_of(report.verdict)),
             coverage_text(report));
  fmt::print("{} distinct {}{}, {} generated, depth {}; {} bits a state, kept as {}{}.\n",
             grouped(result.distinct), result.distinct == 1 ? "state" : "states",
             reduction_text(report), grouped(result.generated), result.depth, report.bits_per_state,
             visited_text(report), disk_text(report));
  if (!result.disk_error.empty()) fmt::print("{}.\n", printable(result.disk_error));
  if (const std::string left_out = left_out_text(report); !left_out.empty())
    fmt::print("{}", wrapped(left_out, 0));
  if (!looks_for_deadlock(report.properties)) fmt::print("{}", no_deadlock_text);
  if (!report.untried.empty()) fmt::print("{}", wrapped(untried_text(report), 0));
  if (report.normalised) fmt::print("{}", normal_form_text(*report.request.system));
  for (const auto& [property, reason] : report.not_on_normal_forms)
    fmt::print("{}", wrapped(fmt::format("{} is judged on states, not on their normal forms: {}.",
                                         property, reason),
                             0));
  if (report.on_normal_forms)
    fmt::print("{}", wrapped(fmt::format("Temporal properties on {}, {} generated, depth {}: "
                                         "{}",
                                         counted(report.on_normal_forms->distinct, "normal form"),
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
  fmt::print("{:.2f} s with {}, {} states/s{}.\n", result.seconds,
             counted(result.threads, "thread"),
             grouped(static_cast<std::uint64_t>(states_per_second(report))), memory);
  if (result.profile) fmt::print("\n{}", profile_text(report));
  if (report.trace) {
    print_trace(report, *report.trace, file_of(trace_file, *report.trace, report));
    for (const Trace& trace : report.further)
      print_trace(report, trace, file_of(trace_file, trace, report));
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
  print_expected(report);
}

}  // namespace synod
