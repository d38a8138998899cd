#include "checker/cli/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "checker/cli/run_json.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/input/input.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

bool is_terminal() {
  static const bool is = isatty(STDERR_FILENO) != 0 && understands_escapes();
  return is;
}

/// What fits on one line of the terminal, whose width may change meanwhile.
std::size_t terminal_width() {
  constexpr std::size_t usual = 80;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1) return size.ws_col - 1U;
  return usual - 1;
}

/// A line on standard error, whole; where it cannot be written, the run goes on without it.
void tell(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

void tell_object(const Json& json) {
  tell(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

double states_per_second(const Progress& progress) {
  return progress.seconds > 0 ? static_cast<double>(progress.distinct) / progress.seconds : 0;
}

/// Going on as fast as so far.
double seconds_to_go(const Progress& progress) {
  const double rate = states_per_second(progress);
  return rate > 0 ? static_cast<double>(*progress.expected - progress.distinct) / rate : 0;
}

std::atomic<bool> line_is_shown{false};

void show_line(std::string line) {
  line.resize(std::min(line.size(), terminal_width()));
  line_is_shown = true;
  tell("\r\x1b[K" + line);
}

void tell_line(const std::string& title, const Progress& progress) {
  std::string line = fmt::format("{}: {}{}", title, progress.on_disk ? "about " : "",
                                 counted(progress.distinct, "state"));
  line += fmt::format(", depth {}", progress.depth);
  if (progress.expected)
    line += fmt::format(
        ", about {:.0f}%, {:.0f} s to go",
        100 * static_cast<double>(progress.distinct) / static_cast<double>(*progress.expected),
        seconds_to_go(progress));
  line += fmt::format("; {}/s, queue {}, table {:.0f}% full, {} MiB, {:.0f} s",
                      grouped(static_cast<std::uint64_t>(states_per_second(progress))),
                      grouped(progress.queue), 100 * progress.table_load, progress.bytes >> 20,
                      progress.seconds);
  show_line(std::move(line));
}

void tell_json(const std::string& title, const Progress& progress) {
  const Json json{
      {"schema", json_version},
      {"kind", "progress"},
      {"run", title},
      {"seconds", progress.seconds},
      {"distinct", progress.distinct},
      {"on_disk", progress.on_disk},
      {"generated", progress.generated},
      {"depth", progress.depth},
      {"queue", progress.queue},
      {"states_per_second", states_per_second(progress)},
      {"table_load", progress.table_load},
      {"bytes", progress.bytes},
      {"expected", progress.expected ? Json(*progress.expected) : Json(nullptr)},
      {"seconds_to_go", progress.expected ? Json(seconds_to_go(progress)) : Json(nullptr)}};
  tell_object(json);
}

double steps_per_second(const WalkProgress& progress) {
  return progress.seconds > 0 ? static_cast<double>(progress.steps) / progress.seconds : 0;
}

void tell_line(const std::string& title, const WalkProgress& progress) {
  const auto steps = static_cast<std::uint64_t>(steps_per_second(progress));
  show_line(fmt::format("{}: {}{} walks, {} steps; {}/s, {:.0f} s", title, grouped(progress.walks),
                        progress.of_walks ? " of " + grouped(*progress.of_walks) : "",
                        grouped(progress.steps), grouped(steps), progress.seconds));
}

void tell_json(const std::string& title, const WalkProgress& progress) {
  const Json json{{"schema", json_version},
                  {"kind", "walk progress"},
                  {"run", title},
                  {"seconds", progress.seconds},
                  {"walks", progress.walks},
                  {"of_walks", progress.of_walks ? Json(*progress.of_walks) : Json(nullptr)},
                  {"steps", progress.steps},
                  {"steps_per_second", steps_per_second(progress)}};
  tell_object(json);
}

void tell_line(const std::string& title, const ProofProgress& progress) {
  std::string line = fmt::format("{} {}: ", title, progress.obligation);
  if (progress.questions != 0) line += counted(progress.questions, "question") + ", ";
  show_line(line + fmt::format("{:.0f} s", progress.seconds));
}

void tell_json(const std::string& title, const ProofProgress& progress) {
  const Json json{{"schema", json_version},
                  {"kind", "proof progress"},
                  {"topic", title},
                  {"obligation", progress.obligation},
                  {"questions", progress.questions},
                  {"seconds", progress.seconds}};
  tell_object(json);
}

template <class Told>
std::function<void(const Told&)> teller(ProgressForm form, std::string title) {
  if (form == ProgressForm::none || (form == ProgressForm::line && !is_terminal())) return {};
  return [form, title = std::move(title)](const Told& progress) {
    form == ProgressForm::json ? tell_json(title, progress) : tell_line(title, progress);
  };
}

}  // namespace

ProgressForm progress_form(const Option& text) {
  if (!text || *text == "line") return ProgressForm::line;
  if (*text == "json") return ProgressForm::json;
  if (*text == "none") return ProgressForm::none;
  throw InputError("--progress: " + quote(*text) + " is none of line, json, none");
}

std::function<void(const Progress&)> progress_teller(ProgressForm form, std::string title) {
  return teller<Progress>(form, std::move(title));
}

std::function<void(const WalkProgress&)> walk_teller(ProgressForm form, std::string title) {
  return teller<WalkProgress>(form, std::move(title));
}

std::function<void(const ProofProgress&)> proof_teller(ProgressForm form, std::string title) {
  return teller<ProofProgress>(form, std::move(title));
}

void clear_progress_line() {
  if (!line_is_shown.exchange(false)) return;
  tell("\r\x1b[K");
}

}  // namespace synod
