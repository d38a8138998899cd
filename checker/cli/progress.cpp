#include "checker/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

bool is_terminal() {
  static const bool is = isatty(STDERR_FILENO) != 0;
  return is;
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

void tell_line(const std::string& title, const Progress& progress) {
  constexpr std::size_t width = 118;
  std::string line = fmt::format("{}: {}{} states", title, progress.on_disk ? "about " : "",
                                 grouped(progress.distinct));
  if (progress.expected)
    line += fmt::format(
        ", about {:.0f}%, {:.0f} s to go",
        100 * static_cast<double>(progress.distinct) / static_cast<double>(*progress.expected),
        seconds_to_go(progress));
  line += fmt::format("; {}/s, depth {}, queue {}, table {:.0f}% full, {} MiB, {:.0f} s",
                      grouped(static_cast<std::uint64_t>(states_per_second(progress))),
                      progress.depth, grouped(progress.queue), 100 * progress.table_load,
                      progress.bytes >> 20, progress.seconds);
  if (line.size() > width) line.resize(width);
  line_is_shown = true;
  std::fputs(("\r\x1b[K" + line).c_str(), stderr);
  std::fflush(stderr);
}

void tell_json(const std::string& title, const Progress& progress) {
  using Json = nlohmann::ordered_json;
  const Json json{
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
  fmt::print(stderr, "{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::fflush(stderr);
}

}  // namespace

ProgressForm progress_form(const Option& text) {
  if (!text || *text == "line") return ProgressForm::line;
  if (*text == "json") return ProgressForm::json;
  if (*text == "none") return ProgressForm::none;
  throw InputError("--progress: " + quote(*text) + " is none of line, json, none");
}

std::function<void(const Progress&)> progress_teller(ProgressForm form, std::string title) {
  if (form == ProgressForm::none || (form == ProgressForm::line && !is_terminal())) return {};
  return [form, title = std::move(title)](const Progress& progress) {
    form == ProgressForm::json ? tell_json(title, progress) : tell_line(title, progress);
  };
}

void clear_progress_line() {
  if (!line_is_shown.exchange(false)) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace synod
