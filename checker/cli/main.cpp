// The command line.
#include <CLI/CLI.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <system_error>

#include "checker/cli/commands.hpp"
#include "checker/cli/conflicts.hpp"
#include "checker/cli/progress.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/input/input.hpp"
#include "checker/search/limits.hpp"
#include "checker/search/simulate.hpp"
#include "checker/version.hpp"

namespace synod {
namespace {

constexpr const char* footer =
    "Exit codes: 0 as expected, 1 not as expected, 2 bad usage or input, 3 incomplete (a limit, a\n"
    "bound or Ctrl-C left something open, though that be known, unless --expect incomplete), 4 "
    "set-up\n"
    "failed, 70 internal error.";

constexpr const char* condition_grammar =
    "Conditions, as in --invariant 'commitIndex[s1] <= 2 \\/ role[s1] = Leader', from the "
    "tightest\n"
    "to the loosest:\n"
    "  values      variables as states are printed: x, x[s1], x[s1, s2], log[s1][2].term,\n"
    "              vote[s1].term; numbers, + -, Len(log[s1]), |set|, |msgs|; names of members, "
    "\"in\n"
    "              quotes\" if need be\n"
    "  comparisons = # of anything alike (or == /= !=); < <= > >= of numbers;\n"
    "              s1 in set, role[s1] in {Leader, Candidate}, x in 1..3, notin, \\subseteq;\n"
    "              1b(acc a1, bal 0) in msgs, where fields left out may be anything\n"
    "  joined by   ~ (! not)   /\\ (&& and)   \\/ (|| or)   => (->), to the right   <=> (<->)\n"
    "  for members A p, q in server: CONDITION, E p in server, n in 1..3: CONDITION, as far as it "
    "goes\n"
    "A comparison with what is not there, as log[s1][2] where Len(log[s1]) = 1, is false. In --ltl "
    "a\n"
    "comparison is an atom: []x[s1] = 1 is [](x[s1] = 1).\n"
    "\n";

constexpr const char* formulas =
    "Formulas of --ltl, over the predicates that synod show names:\n"
    "  [] p  always    <> p  eventually    ! p  not    p U q  until    p R q  release    p W q  "
    "until\n"
    "  or for ever    p && q    p || q    p -> q    p <-> q    p ~> q  [](p -> <> q)    true    "
    "false\n"
    "  From the tightest: ! [] <>, then U R W, then &&, then ||, then -> and ~>, then <->. U R W, "
    "->\n"
    "  and ~> join to the right: p -> q -> r is p -> (q -> r), p U q U r is p U (q U r); SPIN "
    "joins\n"
    "  them to the left. -> beside ~> needs parentheses. There is no next.\n\n";

/// CLI11's help, with lines that fit.
class NarrowHelp : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    const std::string name =
        "  " + make_option_name(option, is_positional) + make_option_opts(option);
    const std::size_t column = get_column_width();
    const bool beside = name.size() + 1 < column;
    const std::string text = hanging(make_option_desc(option), column, column);
    if (!beside) return name + "\n" + text;
    return name + text.substr(name.size());
  }
};

void add_progress(CLI::App* verb, Option& form) {
  verb->add_option("--progress", form,
                   "on standard error meanwhile: line, on a terminal, the default; json, an object "
                   "a line, five a second; or none")
      ->type_name("FORM");
}

/// How to search and what to print of it.
void add_search(CLI::App* check, CheckArguments& arguments) {
  check->add_option("--threads", arguments.threads, "worker threads; default: all cores")
      ->type_name("N");
  check->add_option("--max-states", arguments.max_states, "stop after the level that exceeds this")
      ->type_name("N");
  check
      ->add_option("--max-depth", arguments.max_depth, "look no further than this many states deep")
      ->type_name("N");
  check
      ->add_option("--memory", arguments.memory,
                   "memory for states, such as 512M or 8G; with --visited bitstate, of its array")
      ->type_name("SIZE");
  check
      ->add_option("--disk", arguments.disk,
                   "a folder for exact states that have no room in --memory; none: the search ends "
                   "there; by default $TMPDIR, or /var/tmp")
      ->type_name("DIR");
  check->add_option("--time", arguments.seconds, "stop after so many seconds")
      ->type_name("SECONDS");
  check->add_flag("--symmetry", arguments.symmetry,
                  "explore one state for all that renaming interchangeable processes and values "
                  "makes of it; for safety only; an audit refuses models that tell them apart");
  check->add_flag("--partial-order", arguments.partial_order,
                  "leave out actions of a state that another order makes up for, by stubborn sets; "
                  "for safety, but TypeOK; an audit refuses facts about what actions read and "
                  "write that are seen to be wrong");
  check
      ->add_option(
          "--visited", arguments.visited,
          "how visited states are remembered: exact, the default; whole, also where exact "
          "keys would do; tree, exactly and in a third of the memory of large states, "
          "words that many share being kept once; compact, by fingerprints of 80 bits "
          "each, for safety only and no proof: the report says how likely a state was "
          "missed; or bitstate, by three bits of an array of --memory, 64M by default, for safety "
          "only and no proof: the report says about how many states were missed")
      ->type_name("HOW");
  check
      ->add_option("--checkpoint", arguments.checkpoint,
                   "keep here what a search has found, so that another can go on from it; removed "
                   "when all is decided")
      ->type_name("FILE");
  check
      ->add_option("--checkpoint-every", arguments.checkpoint_every,
                   "how often; default: 60; 0: after each depth")
      ->type_name("SECONDS");
  check
      ->add_option("--resume", arguments.resume,
                   "go on from this checkpoint of the same run; threads and limits may differ")
      ->type_name("FILE");
  check->add_option("--seed", arguments.seed, "of the hashes of --visited compact and bitstate")
      ->type_name("N");
  check
      ->add_option("--trace", arguments.trace_file,
                   "write the counterexample, the scenario, a witness asked for by --property, or "
                   "else the run of --valence in which nobody ever decides, as ITF JSON")
      ->type_name("FILE");
  check->add_flag("--json", arguments.json, "print one JSON object a run");
  add_progress(check, arguments.progress);
  check->add_flag(
      "--profile", arguments.profile,
      "report where the time went, by action and property, and the states at each depth");
}

/// What may be asked of variables, in words of the command line.
void add_conditions(CLI::App* verb, CheckArguments& arguments) {
  verb->add_option("--invariant", arguments.invariants,
                   "check only that this condition holds in every reachable state; may be repeated")
      ->type_name("CONDITION")
      ->allow_extra_args(false);
  verb->add_option("--reach", arguments.reach,
                   "show a way to a state in which this condition holds; may be repeated")
      ->type_name("CONDITION")
      ->allow_extra_args(false);
  verb->footer(std::string(condition_grammar) + footer);
}

void add_check(CLI::App& app, CheckArguments& arguments) {
  CLI::App* const check = app.add_subcommand(
      "check", "Check a protocol exhaustively, or every quick instance of the catalogue");
  check->add_option("protocol", arguments.protocol, "which protocol; without one, all of them");
  check->add_option("parameters", arguments.parameters, "NAME=VALUE ...; see synod show PROTOCOL");
  check->add_option("--mutant", arguments.mutant, "check this mutant instead")->type_name("NAME");
  check->add_option("--scenario", arguments.scenario, "play this run and say whether it is allowed")
      ->type_name("NAME");
  check
      ->add_option("--drop", arguments.drops,
                   "leave out a conjunct or an effect, which the claims about safety judge; may be "
                   "repeated. What is left out is taken for needed: \"violated\" is as expected, "
                   "exit code 0, and \"holds\" is not, 1. --expect holds asks the opposite: is it "
                   "redundant?")
      ->type_name("ACTION.PART")
      ->allow_extra_args(false);
  check->add_option("--property", arguments.properties, "check only this; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  add_conditions(check, arguments);
  check->footer(std::string(formulas) + condition_grammar + footer);
  check
      ->add_option("--ltl", arguments.ltl,
                   "check this formula of temporal logic over the protocol's predicates and "
                   "conditions; how it is read, see below")
      ->type_name("FORMULA");
  check
      ->add_option("--fair", arguments.fairness,
                   "assume this of the behaviours that --ltl or --valence is about, such as "
                   "'WF(Action)'; may be "
                   "repeated")
      ->type_name("ASSUMPTION")
      ->allow_extra_args(false);
  check
      ->add_option("--unfair", arguments.unfair,
                   "let the claims do without this assumption of theirs; may be repeated")
      ->type_name("ASSUMPTION")
      ->allow_extra_args(false);
  check->add_flag("--no-normal-form", arguments.no_normal_form,
                  "judge temporal claims on states as they are, though the model has normal forms");
  check->add_flag("--valence", arguments.valence,
                  "report which decisions can still be reached from where");
  check
      ->add_option("--engine", arguments.engine,
                   "explicit, the default, which visits all states; or z3, which judges claims "
                   "about states by induction, where a protocol has a proof for that")
      ->type_name("ENGINE");
  check
      ->add_option("--expect", arguments.expect,
                   "the verdict that counts as success: holds, violated, vacuous, incomplete; by "
                   "default holds, but of mutants, claims known to be false and --drop violated")
      ->type_name("VERDICT");
  check
      ->add_option("--tier", arguments.tier,
                   "all instances of a tier as a table: quick, or thorough for both")
      ->type_name("TIER");
  check->add_flag(
      "--continue", arguments.go_on,
      "after a violation search on, anew without that claim, until each claim is decided; "
      "with --trace FILE.EXT, each counterexample is in FILE.CLAIM.EXT");
  add_search(check, arguments);
}

void add_simulate(CLI::App& app, SimulateArguments& arguments) {
  CLI::App* const simulate = app.add_subcommand(
      "simulate", "Walk through a protocol at random, where it is too large to be checked");
  CheckArguments& run = arguments.run;
  simulate->add_option("protocol", run.protocol, "which protocol")->required();
  simulate->add_option("parameters", run.parameters, "NAME=VALUE ...; see synod show PROTOCOL");
  simulate->add_option("--mutant", run.mutant, "walk through this mutant instead")
      ->type_name("NAME");
  simulate->add_option("--drop", run.drops, "leave out a conjunct or an effect; may be repeated")
      ->type_name("ACTION.PART")
      ->allow_extra_args(false);
  simulate
      ->add_option("--property", run.properties,
                   "judge only this, or show a way to this witness; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  add_conditions(simulate, run);
  simulate
      ->add_option("--expect", run.expect,
                   "the verdict that counts as success: violated, incomplete")
      ->type_name("VERDICT");
  simulate
      ->add_option("--walks", arguments.walks,
                   fmt::format("how many; default: {}, or with --time as many as it allows",
                               WalkOptions::default_walks))
      ->type_name("N");
  simulate
      ->add_option("--depth", arguments.depth,
                   fmt::format("states of a walk before the next begins; default: {}",
                               WalkOptions::default_steps + 1))
      ->type_name("N");
  simulate->add_option("--time", run.seconds, "stop after so many seconds")->type_name("SECONDS");
  simulate
      ->add_option("--seed", arguments.seed,
                   "of the walks; the same one gives the same result; default: 0")
      ->type_name("N");
  simulate->add_option("--threads", run.threads, "worker threads; default: all cores")
      ->type_name("N");
  simulate
      ->add_option("--trace", run.trace_file,
                   "write the counterexample, or the way to a witness asked for by --property, as "
                   "ITF JSON")
      ->type_name("FILE");
  simulate->add_flag("--json", run.json, "print one JSON object");
  add_progress(simulate, run.progress);
}

void add_show(CLI::App& app, ShowArguments& arguments) {
  CLI::App* const show = app.add_subcommand(
      "show", "Describe a protocol: parameters, state, actions, properties, mutants");
  show->add_option("protocol", arguments.protocol, "which protocol")->required();
  show->add_option("parameters", arguments.parameters, "NAME=VALUE ...");
  show->add_flag("--independence", arguments.independence,
                 "show which actions can disturb each other");
  show->add_flag("--json", arguments.json, "print JSON");
}

void add_prove(CLI::App& app, ProveArguments& arguments) {
  CLI::App* const prove =
      app.add_subcommand("prove", "Prove by Z3 what holds for any number of processes");
  prove->footer(
      [] { return "Topics, and which parameters they have:\n" + provable() + "\n" + footer; });
  prove->add_option(
      "topic", arguments.topic,
      "a protocol, or a topic such as quorum; without one, all that is quick to prove");
  prove->add_option("obligations", arguments.words,
                    "which of its obligations, NAME ...; and parameters, NAME=VALUE ...");
  prove
      ->add_option("--smt2", arguments.smt2,
                   "write each question as an SMT-LIB 2 file, with the answer that it must have")
      ->type_name("DIR");
  prove->add_flag("--cross-check", arguments.cross_check,
                  "ask cvc5 the same questions, which has to agree");
  prove->add_flag("--controls", arguments.controls,
                  "leave out what each proof rests on, piece by piece: then it must fail; not of "
                  "quorums of one's own");
  prove
      ->add_option("--timeout", arguments.seconds,
                   "for one question, after which its answer is unknown; default: 60")
      ->type_name("SECONDS");
  add_progress(prove, arguments.progress);
  prove->add_flag("--json", arguments.json, "print one JSON object an obligation");
  prove
      ->add_option("--sizes", arguments.sizes,
                   "of quorum: sets of one's own by their sizes, such as 'phase1 > n/2, phase2 >= "
                   "n - f' of n processes")
      ->type_name("CONDITIONS");
  prove
      ->add_option("--assume", arguments.assumptions,
                   "with --sizes: what is known, such as 'n > 2*f'; may be repeated")
      ->type_name("CONDITIONS")
      ->allow_extra_args(false);
  prove
      ->add_option("--overlap", arguments.overlap,
                   "with --sizes: how many processes the sets have in common, such as 'f + 1', "
                   "never 0; default: 1")
      ->type_name("NUMBER");
  prove
      ->add_option("--sets", arguments.sets,
                   "of quorum: sets of one's own, each a line of this file, its processes by name")
      ->type_name("FILE");
  prove
      ->add_option("--faulty", arguments.faulty,
                   "with --sets: they have more than so many processes in common; default: 0")
      ->type_name("K");
  prove
      ->add_option("--intersect", arguments.intersect,
                   "which families of sets do, such as 'phase1 phase2'; may be repeated; default: "
                   "each two, or the only one with itself")
      ->type_name("NAMES")
      ->allow_extra_args(false);
}

void add_trace(CLI::App& app, TraceArguments& arguments) {
  CLI::App* const trace = app.add_subcommand("trace", "Look at a trace file, or execute it again");
  trace->require_subcommand(1);
  CLI::App* const show = trace->add_subcommand("show", "Print the steps of a trace");
  show->add_option("file", arguments.file, "a trace written by synod check --trace")->required();
  show->add_flag("--full", arguments.full, "print each state whole, not only what changed");
  show->add_flag("--explain", arguments.explain,
                 "say why the property fails at the end; with --explain=ACTION, such as "
                 "--explain=Phase2b or --explain='Phase1a(0)', why the action is enabled or not");
  show->add_flag("--json", arguments.json, "print one JSON object");
  show->add_option("--at", arguments.at, "explain the action in this state; default: the last")
      ->type_name("N");
  CLI::App* const replay =
      trace->add_subcommand("replay", "Execute a trace again, independently of the search");
  replay->add_option("file", arguments.file, "a trace file")->required();
  replay->add_flag("--json", arguments.json, "print one JSON object");
}

void add_spec_check(CLI::App& app, SpecCheckArguments& arguments) {
  CLI::App* const spec = app.add_subcommand(
      "spec-check", "Compare the counts with TLC's on the TLA+ modules (needs Java and TLC)");
  spec->add_option("protocol", arguments.protocol, "which protocol; without one, all of them");
  spec->add_option("--tlc", arguments.tlc, "the TLA+ tools, tla2tools.jar")
      ->type_name("JAR")
      ->required();
  spec->add_option("--java", arguments.java, "the Java program")->type_name("PROGRAM");
  spec->add_option("--specs", arguments.specs, "the folder of the TLA+ modules")
      ->type_name("FOLDER");
  spec->add_option("--tier", arguments.tier, "quick, or thorough for both")->type_name("TIER");
  spec->add_flag("--json", arguments.json, "print one JSON object an instance");
  spec->add_flag("--record", arguments.record, "keep what TLC printed beside the modules");
}

void require_tier(const Option& tier) {
  if (tier && *tier != "quick" && *tier != "thorough")
    throw InputError("--tier: " + quote(*tier) + " is no tier; there are quick and thorough");
}

void add_completion(CLI::App& app, CompletionArguments& arguments) {
  CLI::App* const completion =
      app.add_subcommand("completion", "Print a script: eval \"$(synod completion bash)\"");
  completion->add_option("shell", arguments.shell, "bash");
  completion->add_option("--line", arguments.line)->group("");
}

std::vector<const CLI::App*> all_verbs(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

/// The options of a verb and of those below it, except those that every verb has or that are
/// hidden.
void note_options(const CLI::App& verb, CompletionArguments::Verb& noted) {
  for (const CLI::Option* const option : verb.get_options()) {
    const std::string name = option->get_name();
    if (!name.starts_with("--") || option == verb.get_help_ptr() || option->get_group().empty())
      continue;
    noted.options.push_back(name);
    if (option->get_items_expected_min() > 0) noted.options_with_a_value.push_back(name);
  }
  for (const CLI::App* const below : all_verbs(verb)) note_options(*below, noted);
}

/// What was given to a verb, and to those below it.
Given given_to(const CLI::App& verb) {
  Given given;
  for (const CLI::Option* const option : verb.get_options())
    for (const std::string& value : option->results())
      given.emplace_back(option->get_name(), value);
  return given;
}

/// For the verb that was called, or the one below it.
void require_no_conflict_of(const CLI::App& app) {
  const std::vector<CLI::App*> called = app.get_subcommands();
  if (called.empty()) return;
  const std::vector<CLI::App*> below = called[0]->get_subcommands();
  const CLI::App& verb = below.empty() ? *called[0] : *below[0];
  const std::string name =
      below.empty() ? verb.get_name() : called[0]->get_name() + " " + verb.get_name();
  require_no_conflict(name, given_to(verb));
}

/// What CLI11 would misunderstand, or say less well.
void look_at_words(const CLI::App& app, int argc, char** argv) {
  if (argc > 1 && argv[1][0] != '-') {
    std::vector<std::string> verbs;
    bool known = false;
    for (const CLI::App* verb : all_verbs(app)) {
      verbs.push_back(verb->get_name());
      known = known || verb->get_name() == argv[1];
    }
    if (!known) throw InputError("no command " + quote(argv[1]) + suggest(argv[1], verbs));
  }
  // CLI11 cannot tell a flag without a value from one with an empty value.
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == "--explain=") throw InputError("--explain: '' is no action");
  if (argc > 1 && std::string_view(argv[1]) == "trace") {
    const std::string_view verb = argc > 2 ? argv[2] : "";
    if (!verb.starts_with('-') && verb != "show" && verb != "replay")
      throw InputError("trace: no command " + quote(verb) + suggest(verb, {"show", "replay"}));
  }
}

/// One line on standard error. Not by {fmt}, which throws where it cannot write.
void complain(const std::string& message) {
  clear_progress_line();
  std::fputs(("synod: " + printable(message) + "\n").c_str(), stderr);
}

/// CLI11's message, and the place to look.
int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string message = error.what();
  std::replace(message.begin(), message.end(), '\n', ' ');
  const auto verbs = app.get_subcommands();
  complain(fmt::format("{}; see synod{} --help", message,
                       verbs.empty() ? "" : " " + verbs[0]->get_name()));
  return exit_bad_input;
}

/// A file that is opened must not get the number of a standard stream that is closed: what is
/// printed would go there. Nothing can be written to what is opened in its place.
void hold_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(stream, F_GETFD) == -1) open("/dev/null", O_RDONLY);
}

/// Ends as Unix tools do, without a word, where nobody reads standard output any more:
/// `synod show raft | head`.
void end_without_reader() {
  pollfd output{STDOUT_FILENO, 0, 0};
  if (poll(&output, 1, 0) < 1 || (output.revents & POLLERR) == 0) return;
  clear_progress_line();
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
}

int run(int argc, char** argv) {
  CLI::App app{"Checks models of fault-tolerant distributed protocols exhaustively.", "synod"};
  app.set_version_flag("--version", std::string("synod ") + version);
  app.footer(footer);
  const auto narrow = std::make_shared<NarrowHelp>();
  narrow->column_width(28);
  app.formatter(narrow);

  bool list_json = false;
  app.add_subcommand("list", "List the protocols")->add_flag("--json", list_json, "print JSON");
  ShowArguments show_arguments;
  add_show(app, show_arguments);
  CheckArguments check_arguments;
  add_check(app, check_arguments);
  SimulateArguments simulate_arguments;
  add_simulate(app, simulate_arguments);
  ProveArguments prove_arguments;
  add_prove(app, prove_arguments);
  TraceArguments trace_arguments;
  add_trace(app, trace_arguments);
  SpecCheckArguments spec_arguments;
  add_spec_check(app, spec_arguments);

  CompletionArguments completion_arguments;
  add_completion(app, completion_arguments);

  look_at_words(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return exit_as_expected;
  } catch (const CLI::CallForVersion&) {
    fmt::print("synod {}\n", version);
    return exit_as_expected;
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  require_no_conflict_of(app);
  if (*app.get_subcommand("list")) return list(list_json);
  if (*app.get_subcommand("show")) return show(show_arguments);
  if (*app.get_subcommand("completion")) {
    for (const CLI::App* const verb : all_verbs(app)) {
      completion_arguments.verbs.push_back({verb->get_name(), {}, {}});
      note_options(*verb, completion_arguments.verbs.back());
    }
    return completion(completion_arguments);
  }
  if (*app.get_subcommand("check")) {
    require_tier(check_arguments.tier);
    return check(check_arguments);
  }
  if (*app.get_subcommand("simulate")) return simulate(simulate_arguments);
  if (*app.get_subcommand("prove")) return prove(prove_arguments);
  if (*app.get_subcommand("trace")) {
    const CLI::App* const trace = app.get_subcommand("trace");
    return *trace->get_subcommand("show") ? trace_show(trace_arguments)
                                          : trace_replay(trace_arguments);
  }
  if (*app.get_subcommand("spec-check")) {
    require_tier(spec_arguments.tier);
    return spec_check(spec_arguments);
  }
  fmt::print("{}", app.help());
  return argc > 1 ? exit_bad_input : exit_as_expected;
}

}  // namespace
}  // namespace synod

int main(int argc, char** argv) {
  using namespace synod;
  hold_standard_streams();
  // What a reader that goes away ends is only what it would have read: neither a search whose
  // progress nobody watches, nor the word with a solver.
  const bool ignored = std::signal(SIGPIPE, SIG_IGN) == SIG_IGN;
  // And so is a file that may not grow further.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    const int code = run(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    if (!ignored) end_without_reader();
    complain("standard output cannot be written");
    return exit_bad_input;
  } catch (const InputError& error) {
    complain(error.what());
    return exit_bad_input;
  } catch (const StateTooLarge& error) {
    complain(std::string(error.what()) + "; give smaller parameters");
    return exit_bad_input;
  } catch (const ModelError& error) {
    complain(std::string("model error: ") + error.what());
    return exit_bad_input;
  } catch (const Stopped& stopped) {
    complain(stopped.why == Stop::interrupted ? "interrupted before the search began"
                                              : "stopped by a limit before the search began");
    return exit_incomplete;
  } catch (const std::filesystem::filesystem_error& error) {
    complain(fmt::format("{}: {}", error.path1().string(), error.code().message()));
    return exit_bad_input;
  } catch (const std::system_error& error) {
    // {fmt} throws one where it cannot write; so does much else, a thread that cannot be started.
    if (std::ferror(stdout) == 0) {
      complain(std::string("the system does not let the run go on: ") + error.what());
      return exit_incomplete;
    }
    if (!ignored) end_without_reader();
    complain("standard output cannot be written: " + error.code().message());
    return exit_bad_input;
  } catch (const std::bad_alloc&) {
    complain("out of memory before the search could end; give --memory SIZE");
    return exit_incomplete;
  } catch (const std::exception& error) {
    complain(std::string("internal error, please report it: ") + error.what());
    return exit_internal_error;
  }
}
