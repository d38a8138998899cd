#include "checker/proof/prove.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "checker/cli/commands.hpp"
#include "checker/cli/progress.hpp"
#include "checker/cli/run_json.hpp"
#include "checker/cli/search_options.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/input/input.hpp"
#include "checker/programs/program.hpp"
#include "checker/proof/correspondence.hpp"
#include "checker/proof/quorum.hpp"
#include "checker/proof/tally.hpp"
#include "checker/proof/words.hpp"
#include "checker/report/text.hpp"
#include "checker/search/ticker.hpp"
#include "checker/search/transition_system.hpp"
#include "model/catalogue.hpp"
#include "model/proofs.hpp"

namespace synod {
namespace {

using proof::Agreement;
using proof::Obligation;
using proof::ObligationReport;
using proof::Outcome;
using proof::TopicInfo;

constexpr std::int64_t most_seconds = 1'000'000;
constexpr std::uint64_t most_compared_states = 50'000;

Style style_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::proved: return Style::good;
    case Outcome::refuted:
    case Outcome::disputed: return Style::bad;
    case Outcome::unknown:
    case Outcome::vacuous: return Style::warning;
  }
  return Style::plain;
}

const TopicInfo& find_topic(const std::string& name) {
  std::vector<std::string> names;
  for (const TopicInfo& info : proofs()) {
    if (info.name == name) return info;
    names.push_back(info.name);
  }
  throw InputError("no proof of " + quote(name) + suggest(name, names));
}

/// A topic's parameters are read as those of a system.
Parameters parameters_of(const TopicInfo& info, const std::vector<std::string>& assignments) {
  System system;
  system.name = info.name;
  system.parameters = info.parameters;
  return resolve_parameters(system, parse_assignments(assignments));
}

/// Quorums of one's own in place of those of the topic.
TopicInfo own_quorums(const ProveArguments& arguments) {
  TopicInfo info{.name = "quorum", .title = "Quorums of one's own", .make = {}};
  if (arguments.sizes) {
    info.make = [&arguments](const Parameters&) {
      return proof::quorum_of_sizes({*arguments.sizes, arguments.assumptions,
                                     arguments.overlap.value_or("1"), arguments.intersect});
    };
  } else {
    const int faulty = static_cast<int>(
        parse_integer(arguments.faulty.value_or("0"), 0, proof::max_faulty, "--faulty"));
    info.make = [topic = proof::quorum_of_sets(*arguments.sets, faulty, arguments.intersect)](
                    const Parameters&) { return topic; };
  }
  return info;
}

bool has_own_quorums(const ProveArguments& arguments) { return arguments.sizes || arguments.sets; }

void require_folder(const std::string& name) {
  std::error_code error;
  std::filesystem::create_directories(name, error);
  if (!error && !std::filesystem::is_directory(name, error))
    error = std::make_error_code(std::errc::not_a_directory);
  if (error)
    throw InputError(fmt::format("--smt2: {} is no folder: {}", quote(name), error.message()));
}

/// Refuses a folder that cannot be made: before a question is asked, not when it was answered.
void require_place_for(const std::filesystem::path& folder) {
  std::error_code error;
  const bool taken = std::filesystem::exists(std::filesystem::symlink_status(folder, error));
  if (taken && !std::filesystem::is_directory(folder, error))
    throw InputError(fmt::format("--smt2: {} is no folder", quote(folder.string())));
  if (taken && access(folder.c_str(), W_OK | X_OK) != 0)
    throw InputError(fmt::format("--smt2: {} cannot be written to: {}", quote(folder.string()),
                                 std::strerror(errno)));
}

/// What was typed after the topic, in two: NAME=VALUE, and the names of obligations.
struct Words {
  std::vector<std::string> parameters;
  std::vector<std::string> obligations;
};

Words words_of(const std::vector<std::string>& typed) {
  Words words;
  for (const std::string& word : typed)
    (word.find('=') == std::string::npos ? words.obligations : words.parameters).push_back(word);
  return words;
}

/// The obligations that are asked for: those named, or all that are quick.
std::vector<const Obligation*> wanted(const TopicInfo& info, const proof::Topic& topic,
                                      const std::vector<std::string>& named) {
  std::vector<const Obligation*> chosen;
  std::vector<std::string> names;
  for (const Obligation& obligation : topic.obligations) {
    names.push_back(obligation.name);
    if (named.empty() && obligation.quick) chosen.push_back(&obligation);
  }
  for (const std::string& name : named) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      throw InputError(
          fmt::format("{} has no obligation {}{}", info.name, quote(name), suggest(name, names)));
    const Obligation* const obligation =
        &topic.obligations[static_cast<std::size_t>(found - names.begin())];
    if (std::find(chosen.begin(), chosen.end(), obligation) != chosen.end())
      throw InputError(fmt::format("obligation {} is named twice", quote(name)));
    chosen.push_back(obligation);
  }
  return chosen;
}

/// Line by line; what is too long for one goes on below its beginning, behind "  1. ".
void indented(const std::string& text, std::size_t indent) {
  constexpr std::size_t longest = 100;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t number = line.find_first_not_of("0123456789", blanks);
    const bool numbered =
        number != blanks && number < line.size() && line.substr(number, 2) == ". ";
    const std::size_t begin = numbered ? number + 2 : blanks;
    std::string whole = std::string(indent, ' ') + line + "\n";
    if (whole.size() > longest + 1) {
      whole = wrapped(line.substr(begin), indent + begin, longest);
      whole.replace(indent, begin, line, 0, begin);
    }
    fmt::print("{}", whole);
  }
}

void print_remarks(const std::string& title, const std::vector<proof::Remark>& remarks,
                   Style style) {
  for (const proof::Remark& remark : remarks) {
    fmt::print("    {}\n", styled(title + remark.question, style));
    indented(remark.text, 6);
  }
}

/// Tells of a proof as long as it lasts.
class Waiting {
 public:
  Waiting(ProgressForm form, const std::string& topic, const std::string& obligation,
          std::size_t questions)
      : tell_(proof_teller(form, topic)),
        progress_{obligation, questions, 0},
        ticker_(std::in_place, interval_seconds,
                tell_ ? [this] { tell(); } : std::function<void()>()) {}
  ~Waiting() {
    ticker_.reset();
    clear_progress_line();
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  static constexpr double interval_seconds = 0.2;

  void tell() {
    progress_.seconds = Stopwatch::since(begin_);
    tell_(progress_);
  }

  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  const std::function<void(const ProofProgress&)> tell_;
  ProofProgress progress_;
  std::optional<Ticker> ticker_;
};

/// Proves obligations and prints them, in full or as rows of a table.
class Proving {
 public:
  Proving(const ProveArguments& arguments, proof::ProveOptions options)
      : arguments_(arguments),
        options_(std::move(options)),
        form_(progress_form(arguments.progress)) {}

  void prove_topic(const TopicInfo& info, const Words& words, bool in_full) {
    const proof::Topic topic = words.parameters.empty() && info.overview
                                   ? info.overview()
                                   : info.make(parameters_of(info, words.parameters));
    const std::vector<const Obligation*> obligations = wanted(info, topic, words.obligations);
    if (in_full && !arguments_.json) {
      print_head(info, topic);
      std::fflush(stdout);
    }
    if (!options_.folder.empty())
      for (const Obligation* const obligation : obligations)
        require_place_for(std::filesystem::path(options_.folder) / info.name / obligation->name);
    for (const Obligation* const obligation : obligations) {
      if (is_interrupted()) return;
      const ObligationReport report = [&] {
        const Waiting waiting(form_, info.name, obligation->name, obligation->queries.size());
        return proof::prove(*topic.context, info.name, *obligation, options_);
      }();
      tally_.add(report);
      interrupted_ = interrupted_ || report.interrupted;
      if (arguments_.json)
        print_json(json(info, *obligation, report));
      else if (in_full)
        print_in_full(*obligation, report);
      else
        print_row(info, *obligation, report);
      std::fflush(stdout);
    }
    if (words.obligations.empty() && info.modelled && !is_interrupted())
      compare_with_model(info, in_full);
  }

  /// Asked where something is left to do.
  bool is_interrupted() {
    interrupted_ = interrupted_ || proof::is_set(options_.interrupted);
    return interrupted_;
  }

  int end(double seconds) const {
    if (!arguments_.json) {
      fmt::print("\n{}, in {:.1f} s.\n", tally_.text(), seconds);
      if (interrupted_) fmt::print("Interrupted: what is not listed was not tried.\n");
    }
    if (interrupted_ && !tally_.failure()) return exit_incomplete;
    return tally_.success() ? exit_as_expected : exit_not_as_expected;
  }

 private:
  static void print_head(const TopicInfo& info, const proof::Topic& topic) {
    fmt::print("{}: {}\n", styled(info.name, Style::bold), info.title);
    for (const std::string& source : info.sources) fmt::print("{}", wrapped(source, 2));
    std::istringstream paragraphs(topic.notes);
    for (std::string paragraph; std::getline(paragraphs, paragraph);)
      fmt::print("{}", wrapped(paragraph, 2));
  }

  static std::string questions(std::size_t count) {
    return proof::number_of(count, "question", "questions");
  }

  void print_failures(const Obligation& obligation, const ObligationReport& report) const {
    if (report.interrupted)
      fmt::print("    {}\n", styled(fmt::format("interrupted: {} of {} answered", report.answered,
                                                questions(obligation.queries.size())),
                                    Style::warning));
    print_remarks("", report.wrong, style_of(report.outcome));
    print_remarks("control ", report.idle, Style::bad);
    print_remarks("cvc5: ", report.contradicted, Style::bad);
    if (!report.contradicted.empty() && !arguments_.smt2)
      fmt::print("    --smt2 DIR keeps the questions in files.\n");
    print_remarks("cvc5 cannot decide ", report.undecided, Style::warning);
  }

  static void print_row(std::string_view topic, std::string_view name, std::string_view verdict,
                        Style style, double seconds, std::string_view what) {
    fmt::print("{:<19} {:<33} {} {:>6.2f} s  {}\n", topic, name,
               styled(fmt::format("{:<8}", verdict), style), seconds, what);
  }

  void print_row(const TopicInfo& info, const Obligation& obligation,
                 const ObligationReport& report) const {
    print_row(info.name, obligation.name, outcome_name(report.outcome), style_of(report.outcome),
              report.seconds, questions(obligation.queries.size()));
    print_failures(obligation, report);
  }

  void print_in_full(const Obligation& obligation, const ObligationReport& report) {
    fmt::print("\n{}  {}  {:.2f} s, {}\n", styled(obligation.name, Style::bold),
               styled(outcome_name(report.outcome), style_of(report.outcome)), report.seconds,
               questions(obligation.queries.size()));
    fmt::print("{}", wrapped(obligation.sentence, 4));
    fmt::print("{}", wrapped("Scope: " + obligation.scope + ".", 4));
    print_remarks("", report.explanations, Style::dim);
    print_remarks("control, ", report.models, Style::dim);
    print_failures(obligation, report);
    if (options_.controls && obligation.controls.empty())
      fmt::print("    There are no controls.\n");
    else if (report.controls != 0 && report.idle.empty())
      fmt::print("    {} controls fail, as they must.\n", report.controls);
  }

  Json json(const TopicInfo& info, const Obligation& obligation, const ObligationReport& report) {
    const auto remarks = [](const std::vector<proof::Remark>& all) {
      Json list = Json::array();
      for (const proof::Remark& remark : all)
        list.push_back({{"question", remark.question}, {"text", remark.text}});
      return list;
    };
    Json object = json_of("obligation");
    object.update(Json{{"topic", info.name},
                       {"obligation", obligation.name},
                       {"outcome", outcome_name(report.outcome)},
                       {"interrupted", report.interrupted},
                       {"sentence", obligation.sentence},
                       {"scope", obligation.scope},
                       {"questions", obligation.queries.size()},
                       {"seconds", report.seconds},
                       {"wrong", remarks(report.wrong)},
                       {"explanations", remarks(report.explanations)}});
    if (options_.controls) {
      object["controls"] = report.controls;
      object["idle_controls"] = remarks(report.idle);
    }
    if (options_.cross_check)
      object["cvc5"] = {{"agrees", report.agreed},
                        {"undecided", remarks(report.undecided)},
                        {"contradicts", remarks(report.contradicted)}};
    return object;
  }

  /// With small instances, until all actions were compared; the tests do so with others.
  void compare_with_model(const TopicInfo& info, bool in_full) {
    proof::CorrespondenceOptions options;
    options.interrupted = options_.interrupted;
    auto begin = std::chrono::steady_clock::now();
    std::vector<Agreement> all;
    std::optional<Waiting> waiting(std::in_place, form_, info.name, "model", 0);
    const auto note = [&](const std::string& instance, const proof::Correspondence& found) {
      const auto end = std::chrono::steady_clock::now();
      const std::chrono::duration<double> took = end - begin;
      begin = end;
      interrupted_ = interrupted_ || found.interrupted;
      all.push_back(found.agreement());
      waiting.reset();
      print_comparison(info, instance, found, took.count(), in_full);
      std::fflush(stdout);
      waiting.emplace(form_, info.name, "model", 0);
    };
    try {
      const std::vector<std::string> wanting = proof::compare_all_actions(
          *info.modelled(), find_system(catalogue(), info.name), most_compared_states,
          [&](const Instance& instance, const proof::Correspondence& found) {
            note(instance.name(), found);
          },
          options);
      if (!wanting.empty() && !interrupted_)
        note(
            "all small instances",
            {.faults = {fmt::format("none of them takes a step of {}", fmt::join(wanting, ", "))}});
    } catch (const ModelError& error) {
      // A model that makes no sense is none that was proved, and the other proofs stand.
      note("all small instances", {.faults = {error.what()}});
    }
    tally_.add_comparison(proof::whole(all));
  }

  void print_comparison(const TopicInfo& info, const std::string& instance,
                        const proof::Correspondence& found, double seconds, bool in_full) {
    const Agreement agreement = found.agreement();
    const bool agrees = agreement == Agreement::agrees;
    if (arguments_.json) {
      const bool known = agreement != Agreement::unknown;
      Json object = json_of("comparison");
      object.update(Json{{"topic", info.name},
                         {"model", instance},
                         {"agrees", known ? Json(agrees) : Json(nullptr)},
                         {"interrupted", found.interrupted},
                         {"states", found.states},
                         {"steps", found.steps},
                         {"rejected", found.rejected},
                         {"faults", found.faults},
                         {"seconds", seconds}});
      print_json(object);
      return;
    }
    std::string verdict = "unknown";
    Style style = Style::warning;
    if (agreement != Agreement::unknown) {
      verdict = agrees ? "agrees" : "differs";
      style = agrees ? Style::good : Style::bad;
    }
    const std::string states = fmt::format("{} states of {}", grouped(found.states), instance);
    if (in_full) {
      fmt::print("\n{}  {}  {:.2f} s\n", styled("model", Style::bold), styled(verdict, style),
                 seconds);
      const std::string compared =
          agrees ? fmt::format(
                       "The invariant holds in the {}; the actions of the proof take the "
                       "{} steps of the model that were compared, and none of {} to "
                       "states that were made up.",
                       states, grouped(found.steps), grouped(found.rejected))
                 : fmt::format("Compared in {}.", states);
      fmt::print("{}", wrapped(compared, 4));
    } else {
      print_row(info.name, "model", verdict, style, seconds, states);
    }
    if (found.interrupted) fmt::print("    {}\n", styled("interrupted", Style::warning));
    for (const std::string& fault : found.faults) fmt::print("    {}\n", fault);
    if (!found.complete && !found.interrupted && found.faults.empty())
      fmt::print("    {}\n", styled("it has more states, which were not visited", Style::warning));
    if (agreement == Agreement::differs && in_full)
      fmt::print("    What is proved is not about this model.\n");
  }

  const ProveArguments& arguments_;
  const proof::ProveOptions options_;
  const ProgressForm form_;
  proof::Tally tally_;
  bool interrupted_ = false;
};

}  // namespace

std::string provable() {
  std::string lines;
  for (const TopicInfo& info : proofs()) {
    std::string line = fmt::format("  {:<24}", info.name);
    for (const ParameterSpec& spec : info.parameters)
      line += fmt::format("  {}={}..{}", spec.name, spec.low.text, spec.high.text);
    lines += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return lines;
}

int prove(const ProveArguments& arguments) {
  proof::ProveOptions options;
  options.controls = arguments.controls;
  options.cross_check = arguments.cross_check;
  if (arguments.seconds)
    options.seconds =
        static_cast<double>(parse_integer(*arguments.seconds, 1, most_seconds, "--timeout"));
  std::optional<TopicInfo> topic;
  if (arguments.topic)
    topic = has_own_quorums(arguments) ? own_quorums(arguments) : find_topic(*arguments.topic);
  // A file of quorums may be a terminal: until it has been read, a signal ends the program.
  options.interrupted = catch_interrupts();
  if (arguments.smt2) {
    options.folder = *arguments.smt2;
    require_folder(options.folder);
    require_place_for(options.folder);
    for (const TopicInfo& info : proofs())
      if (!topic || topic->name == info.name)
        require_place_for(std::filesystem::path(options.folder) / info.name);
  }
  if (arguments.cross_check && !proof::has_cvc5(options.interrupted) &&
      !proof::is_set(options.interrupted))
    throw InputError("--cross-check: there is no cvc5 that runs; Debian's package is called cvc5");

  const auto begin = std::chrono::steady_clock::now();
  Proving proving(arguments, options);
  if (topic) {
    proving.prove_topic(*topic, words_of(arguments.words), true);
  } else {
    for (const TopicInfo& info : proofs())
      if (!proving.is_interrupted()) proving.prove_topic(info, {}, false);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return proving.end(took.count());
}

}  // namespace synod
