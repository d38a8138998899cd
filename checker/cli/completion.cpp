// Completion for bash: a script that asks this program what may come next.
#include <fmt/format.h>

#include <algorithm>

#include "checker/cli/commands.hpp"
#include "checker/input/input.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

// The program is asked with the line up to the cursor. What it answers are whole words; bash takes
// '=' for the end of one, so what is before the last '=' is taken off again.
constexpr const char* bash_script = R"(_synod() {
  local line=${COMP_LINE:0:COMP_POINT} word
  word=${line##*[[:space:]]}
  COMPREPLY=()
  while IFS= read -r candidate; do
    [[ $candidate == "$word"* ]] || continue
    [[ $word == *=* && $COMP_WORDBREAKS == *=* ]] && candidate=${candidate#"${word%=*}="}
    COMPREPLY+=("$candidate")
  done < <("${COMP_WORDS[0]}" completion --line "$line" 2>/dev/null)
  [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
}
complete -o default -F _synod synod ./synod
)";

using Words = std::vector<std::string>;

/// The words of a line; the last is the one to complete, perhaps empty.
Words split(std::string_view line) {
  Words words(1);
  for (const char c : line) {
    if (c == ' ' || c == '\t')
      words.emplace_back();
    else
      words.back() += c;
  }
  Words result;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (!words[i].empty() || i + 1 == words.size()) result.push_back(std::move(words[i]));
  return result;
}

const System* named(const std::string& name) {
  for (const System& system : catalogue())
    if (system.name == name) return &system;
  return nullptr;
}

template <class Things>
Words names_of(const Things& things) {
  Words names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

Words parameters_of(const System& system) {
  Words words;
  for (const ParameterSpec& spec : system.parameters) {
    words.push_back(spec.name + "=");
    for (const std::string& choice : spec.choices) words.push_back(spec.name + "=" + choice);
  }
  return words;
}

bool is_in(const std::string& word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What may follow an option that takes a value; nothing when the option takes none.
std::optional<Words> values_of(const CompletionArguments::Verb& verb, const std::string& option,
                               const System* system) {
  if (!is_in(option, verb.options_with_a_value)) return std::nullopt;
  if (option == "--engine") return Words{"explicit", "z3"};
  if (option == "--tier") return Words{"quick", "thorough"};
  if (option == "--expect" && verb.name == "simulate") return Words{"violated", "incomplete"};
  if (option == "--visited") return Words{"exact", "whole", "tree", "compact", "bitstate"};
  if (option == "--expect") return Words{"holds", "violated", "vacuous", "incomplete"};
  if (system == nullptr) return Words{};
  if (option == "--mutant") return names_of(system->mutants);
  if (option == "--scenario") return names_of(system->scenarios);
  if (option != "--property" && option != "--drop") return Words{};
  const auto model = system->instantiate(resolve_parameters(*system, {}), {});
  if (option == "--property") return names_of(model->properties());
  Words parts;
  for (const NamedPart& part : named_parts(*model->observer()))
    if (part.kind != Part::Kind::bound) parts.push_back(part.part.text());
  return parts;
}

Words candidates(const CompletionArguments& arguments, const Words& words) {
  if (words.size() <= 2) {
    Words verbs = names_of(arguments.verbs);
    verbs.push_back("test");  // the launcher's
    return verbs;
  }
  const std::string& name = words[1];
  const auto verb = std::find_if(arguments.verbs.begin(), arguments.verbs.end(),
                                 [&](const auto& known) { return known.name == name; });
  if (verb == arguments.verbs.end()) return {};
  const System* system = nullptr;
  for (std::size_t i = 2; i + 1 < words.size() && system == nullptr; ++i) system = named(words[i]);
  if (const auto values = values_of(*verb, words[words.size() - 2], system)) return *values;
  if (words.back().starts_with("-")) return verb->options;
  if (name == "trace" && words.size() == 3) return {"replay", "show"};
  if (name == "completion") return {"bash"};
  if (name != "check" && name != "simulate" && name != "show" && name != "spec-check") return {};
  if (system == nullptr) return names_of(catalogue());
  return name == "spec-check" ? Words{} : parameters_of(*system);
}

}  // namespace

int completion(const CompletionArguments& arguments) {
  if (arguments.line) {
    for (const std::string& word : candidates(arguments, split(*arguments.line)))
      fmt::print("{}\n", word);
    return exit_as_expected;
  }
  if (arguments.shell && *arguments.shell != "bash")
    throw InputError("completion: there is none for " + quote(*arguments.shell) + ", only bash");
  fmt::print("{}", bash_script);
  return exit_as_expected;
}

}  // namespace synod
