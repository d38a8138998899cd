#include "tests/layout/layout.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <regex>
#include <sstream>

namespace synod::layout {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_line = 100;
constexpr std::size_t longest_model = 250;
constexpr std::size_t longest_function = 70;

bool is_cpp(const std::string& file) { return file.ends_with(".cpp") || file.ends_with(".hpp"); }

std::string at(const std::string& file, std::size_t line_index, const std::string& what) {
  return file + ":" + std::to_string(line_index + 1) + ": " + what;
}

/// Bytes that are no continuation of a UTF-8 character.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string first_folder(const std::string& path) { return path.substr(0, path.find('/')); }

/// What a command prints, or nothing when it fails.
std::optional<std::string> output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;)
    text.append(buffer.data(), count);
  if (text.empty()) return std::nullopt;
  return text;
}

struct Include {
  std::size_t line_index;
  std::string path;
  bool quoted;
};

std::vector<Include> includes(const Tree& tree, const std::string& file) {
  static const std::regex pattern("\\s*#\\s*include\\s*([\"<])([^\">]*)[\">].*");
  std::vector<Include> result;
  const auto& lines = tree.lines(file);
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (std::smatch match; std::regex_match(lines[i], match, pattern))
      result.push_back({i, match[2].str(), match[1].str() == "\""});
  return result;
}

/// Why `file` may not include `path`; empty when it may.
std::string forbidden(const std::string& file, const std::string& path) {
  const std::string from = first_folder(file);
  const std::string to = first_folder(path);
  if (from != "tests" && to == "tests") return "the product does not know its tests";
  if (file.starts_with("checker/vocabulary/")) {
    if (path == "checker/search/transition_system.hpp" || path == "checker/search/limits.hpp")
      return "";
    if (to == "checker" && !path.starts_with("checker/vocabulary/"))
      return "the vocabulary knows nothing of the checker but transition_system.hpp, limits.hpp";
  }
  if (from == "checker" && !file.starts_with("checker/cli/") && (to == "model" || to == "impl"))
    return "the checker knows no protocol; only its command line does";
  if (file.starts_with("tests/liveness_reference/") &&
      !file.starts_with("tests/liveness_reference/engine.") &&
      (path.starts_with("checker/liveness/") || path.starts_with("checker/run/") ||
       path.starts_with("checker/search/")))
    return "the reference shares nothing with what it judges; only its engine.cpp asks for that";
  if (from == "impl" && (to == "checker" || to == "model"))
    return "the implementation knows neither checker nor model, or conformance would compare it "
           "with itself";
  if (from == "model" && !file.starts_with("model/catalogue.") &&
      !file.starts_with("model/proofs.")) {
    const std::string own = file.substr(0, file.rfind('/') + 1);
    const bool allowed = path.starts_with("checker/vocabulary/") ||
                         path.starts_with("checker/proof/") || path.starts_with(own) ||
                         path == "model/catalogue.hpp" || path == "model/proofs.hpp";
    if (!allowed && (to == "checker" || to == "model" || to == "impl"))
      return "a model knows the checker's vocabulary and its own folder only";
  } else if (from == "model" && (to == "checker" || to == "impl")) {
    if (!path.starts_with("checker/vocabulary/") && !path.starts_with("checker/proof/"))
      return "the catalogue knows the checker's vocabulary and the models only";
  }
  return "";
}

/// The text with comments, strings and characters blanked out, line breaks kept.
std::string code_only(const std::string& text) {
  static const std::regex raw_string("^R\"([^(\\s]*)\\(");
  std::string result = text;
  const auto blank = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < std::min(end, result.size()); ++i)
      if (result[i] != '\n') result[i] = ' ';
  };
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t end = i + 1;
    const char before = i == 0 ? ' ' : text[i - 1];
    std::smatch match;
    if (text.compare(i, 2, "//") == 0) {
      end = std::min(text.find('\n', i), text.size());
      blank(i, end);
    } else if (text.compare(i, 2, "/*") == 0) {
      end = std::min(text.find("*/", i + 2), text.size() - 2) + 2;
      blank(i, end);
    } else if (const std::string head = text.substr(i, 24);
               text[i] == 'R' && std::regex_search(head, match, raw_string)) {
      end = std::min(text.find(")" + match[1].str() + "\"", i), text.size());
      end = std::min(end + match[1].length() + 2, text.size());
      blank(i, end);
    } else if (text[i] == '"' || (text[i] == '\'' && std::isalnum(before) == 0)) {
      while (end < text.size() && text[end] != text[i] && text[end] != '\n')
        end += text[end] == '\\' ? 2U : 1U;
      blank(i, ++end);
    }
    i = end;
  }
  return result;
}

/// Calls `opened` with what stands before each opening brace and the line of it, and `closed` with
/// the line of each closing one.
template <class Opened, class Closed>
void walk_braces(const std::string& code, Opened&& opened, Closed&& closed) {
  std::string head;
  std::size_t line_index = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '\n') ++line_index;
    if (c == '\n' && head.find_first_not_of(" \n#") != std::string::npos &&
        head[head.find_first_not_of(" \n")] == '#' && code[i - 1] != '\\')
      head.clear();  // the end of a preprocessor directive
    if (c != '{' && c != '}' && c != ';') {
      head += c;
      continue;
    }
    if (c == '{') opened(head, line_index);
    if (c == '}') closed(line_index);
    head.clear();
  }
}

enum class Block : std::uint8_t { outer, function, other };

/// What the braces after `head` hold. Outer blocks are those that functions are written in.
Block kind_of_block(const std::string& head) {
  static const std::regex outer(
      "(^|[^\\w])(namespace|extern|class|struct|union|enum)(?=[^\\w])[^()=]*$");
  static const std::regex function("\\)[^=\\]]*$");
  if (std::regex_search(head, outer)) return Block::outer;
  const bool is_lambda = head.find('[') != std::string::npos &&
                         head.find("[[") == std::string::npos &&
                         head.find("operator[") == std::string::npos;
  return std::regex_search(head, function) && !is_lambda ? Block::function : Block::other;
}

/// Without line breaks, and blanks only where words would run together.
std::string squeezed(const std::string& text) {
  static const std::regex blanks("\\s+"), needless(" ?([^\\w]) ?");
  std::string result = std::regex_replace(text, blanks, " ");
  result = std::regex_replace(result, needless, "$1");
  const std::size_t begin = std::min(result.find_first_not_of(' '), result.size());
  return result.substr(begin, result.find_last_not_of(' ') + 1 - begin);
}

/// The types of parameters: without their names and default values.
std::string parameter_types(const std::string& parameters) {
  static const std::regex value("=[^,]*"), named("^(.*[ &*>\\]])([A-Za-z_]\\w*)$");
  std::string types;
  std::string one;
  int depth = 0;
  const auto add = [&] {
    one = std::regex_replace(one, value, "");
    std::smatch match;
    if (std::regex_match(one, match, named)) one = squeezed(match[1].str());
    types += one + ",";
    one.clear();
  };
  for (const char c : parameters) {
    if (std::string_view("(<[").find(c) != std::string_view::npos) ++depth;
    if (std::string_view(")>]").find(c) != std::string_view::npos) --depth;
    if (c == ',' && depth == 0)
      add();
    else
      one += c;
  }
  if (!one.empty()) add();
  return types;
}

/// What the braces after `head` define, to tell it from others: "struct" and its name, or the name
/// of a function and the types of its parameters. Empty: nothing that others could define as well.
std::string defined_by(const std::string& head) {
  static const std::regex type(
      "(?:^|[^\\w])(?:class|struct|union|enum(?: class| struct)?) (?:\\[\\[[^\\]]*\\]\\] ?)?"
      "((?:\\w|::)+(?:<.*>)?)(?: final)?(?::[^:].*)?$");
  static const std::regex function("([\\w:~]+|operator[^\\w(]+|operator\\(\\))\\((.*)\\)[^()]*$");
  static const std::regex internal("(^|[^\\w])static[^\\w]");
  const std::string text = squeezed(head);
  std::smatch match;
  switch (kind_of_block(head)) {
    case Block::outer: return std::regex_search(text, match, type) ? match[1].str() : "";
    case Block::function:
      if (std::regex_search(text, internal) || !std::regex_search(text, match, function)) return "";
      // Each program has a main of its own, each test suite a namespace.
      if (match[1] == "main" || match[1].str().starts_with("BOOST_")) return "";
      return match[1].str() + "(" + parameter_types(match[2].str()) + ")";
    case Block::other: break;
  }
  return "";
}

struct Definition {
  std::string name;  ///< with those of what it is in
  std::size_t line_index;
};

/// What a file defines that other files see: not within functions or unnamed namespaces.
std::vector<Definition> definitions(const std::string& code) {
  static const std::regex space("(?:^|[^\\w])namespace ?([\\w:]*)$");
  std::vector<Definition> found;
  // Of each open block, what names in it begin with; none: nobody else sees them.
  std::vector<std::optional<std::string>> open;
  walk_braces(
      code,
      [&](const std::string& head, std::size_t line_index) {
        const std::optional<std::string> outer = open.empty() ? "" : open.back();
        open.emplace_back(std::nullopt);
        const std::string text = squeezed(head);
        std::smatch match;
        if (!outer) return;
        if (std::regex_search(text, match, space)) {
          if (match[1].length() != 0) open.back() = *outer + match[1].str() + "::";
          return;
        }
        const std::string name = defined_by(head);
        if (name.empty()) return;
        found.push_back({*outer + name, line_index});
        if (kind_of_block(head) == Block::outer) open.back() = *outer + name + "::";
      },
      [&](std::size_t) {
        if (!open.empty()) open.pop_back();
      });
  return found;
}

/// Whether two files may be in one program.
bool linked(const std::string& one, const std::string& other) {
  const auto group = [](const std::string& file) {
    if (!file.starts_with("tests/")) return std::string();
    const std::string folder = file.substr(0, file.rfind('/'));
    return folder == "tests/support" ? "" : folder;
  };
  return group(one).empty() || group(other).empty() || group(one) == group(other);
}

}  // namespace

void Tree::add(const fs::path& root, const std::string& file) {
  std::ifstream stream(root / file, std::ios::binary);
  if (!stream) return;  // removed, and Git has not been told yet
  std::ostringstream text;
  text << stream.rdbuf();
  files_.insert(file);
  std::istringstream input(text.str());
  std::vector<std::string>& lines = lines_[file];
  for (std::string line; std::getline(input, line);) lines.push_back(line);
  texts_[file] = text.str();
}

Tree Tree::of_checkout(const fs::path& root) {
  const auto listed = output_of("git -C '" + root.string() +
                                "' ls-files -z --cached --others --exclude-standard 2>&-");
  if (!listed) return of_folder(root);
  Tree tree;
  std::istringstream names(*listed);
  for (std::string name; std::getline(names, name, '\0');) tree.add(root, name);
  return tree;
}

Tree Tree::of_folder(const fs::path& root) {
  Tree tree;
  auto entry = fs::recursive_directory_iterator(root);
  for (; entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string path = entry->path().lexically_relative(root).generic_string();
    if (entry->is_directory() && entry.depth() == 0 &&
        (path.starts_with('.') || path.starts_with("build")))
      entry.disable_recursion_pending();
    if (entry->is_regular_file()) tree.add(root, path);
  }
  return tree;
}

std::set<std::string> Tree::folders_in(const std::string& folder) const {
  std::set<std::string> names;
  for (const std::string& file : files_) {
    if (!file.starts_with(folder + "/")) continue;
    const std::string rest = file.substr(folder.size() + 1);
    if (rest.find('/') != std::string::npos) names.insert(first_folder(rest));
  }
  return names;
}

Offences include_arrows(const Tree& tree) {
  Offences offences;
  for (const std::string& file : tree.files()) {
    if (!is_cpp(file)) continue;
    for (const Include& include : includes(tree, file)) {
      const std::string reason = forbidden(file, include.path);
      if (!reason.empty())
        offences.push_back(
            at(file, include.line_index, "includes " + include.path + ": " + reason));
    }
  }
  return offences;
}

Offences includes_exist(const Tree& tree) {
  Offences offences;
  for (const std::string& file : tree.files()) {
    if (!is_cpp(file)) continue;
    for (const Include& include : includes(tree, file)) {
      const bool exists = tree.contains(include.path);
      if (include.quoted && !exists)
        offences.push_back(
            at(file, include.line_index, include.path + " is no file, seen from the root"));
      if (!include.quoted && exists)
        offences.push_back(
            at(file, include.line_index, include.path + " is ours: between quotation marks"));
    }
  }
  return offences;
}

Offences headers_begin_well(const Tree& tree) {
  Offences offences;
  for (const std::string& file : tree.files()) {
    if (!file.ends_with(".hpp")) continue;
    const auto& lines = tree.lines(file);
    std::size_t i = 0;
    while (i < lines.size() && lines[i].starts_with("//")) ++i;
    if (i == 0) offences.push_back(file + ": begins with no comment that says what it is for");
    if (i == lines.size() || lines[i] != "#pragma once")
      offences.push_back(at(file, i, "expected #pragma once here, after the first comment"));
  }
  return offences;
}

Offences top_level_entries(const Tree& tree) {
  static const std::set<std::string> allowed = {"CMakeLists.txt",
                                                "CMakePresets.json",
                                                "README.md",
                                                "LICENSE",
                                                "CITATION.cff",
                                                "CHANGELOG.md",
                                                "CONTRIBUTING.md",
                                                "SECURITY.md",
                                                "synod",
                                                "packages.txt",
                                                "spec",
                                                "model",
                                                "impl",
                                                "checker",
                                                "traces",
                                                "tests"};
  std::set<std::string> found;
  for (const std::string& file : tree.files()) found.insert(first_folder(file));
  Offences offences;
  for (const std::string& entry : found)
    if (!entry.starts_with('.') && !allowed.contains(entry))
      offences.push_back(entry + ": no such entry is allowed at the top");
  return offences;
}

Offences protocols_are_complete(const Tree& tree) {
  Offences offences;
  std::set<std::string> models = tree.folders_in("model");
  // A topic may be proved before there is a model of it.
  std::erase_if(models, [&](const std::string& name) {
    return tree.contains("model/" + name + "/proof.cpp") &&
           !tree.contains("model/" + name + "/claims.cpp");
  });
  for (const std::string& name : models)
    for (const std::string& file :
         {"model/" + name + "/" + name + ".hpp", "model/" + name + "/claims.cpp",
          "spec/" + name + "/" + name + ".tla", "spec/" + name + "/" + name + ".cfg"})
      if (!tree.contains(file)) offences.push_back(file + ": is missing");
  const std::string catalogue = "model/catalogue.cpp";
  if (!tree.contains(catalogue)) {
    if (!models.empty()) offences.push_back(catalogue + ": is missing");
    return offences;
  }
  static const std::regex call("(\\w+)_system\\(\\)");
  const std::string code = code_only(tree.text(catalogue));
  std::vector<std::string> listed;
  for (auto match = std::sregex_iterator(code.begin(), code.end(), call);
       match != std::sregex_iterator(); ++match)
    listed.push_back((*match)[1].str());
  if (!std::is_sorted(listed.begin(), listed.end()))
    offences.push_back(catalogue + ": the systems are not in alphabetical order");
  for (const std::string& name : models)
    if (std::count(listed.begin(), listed.end(), name) != 1)
      offences.push_back(catalogue + ": expected " + name + "_system() once");
  for (const std::string& name : listed)
    if (!models.contains(name))
      offences.push_back(catalogue + ": " + name + "_system() has no folder in model/");
  return offences;
}

Offences lines_are_short(const Tree& tree) {
  Offences offences;
  for (const std::string& file : tree.files()) {
    if (!is_cpp(file)) continue;
    const auto& lines = tree.lines(file);
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (columns(lines[i]) > longest_line)
        offences.push_back(at(file, i, "has more than 100 columns"));
  }
  return offences;
}

Offences models_are_short(const Tree& tree) {
  Offences offences;
  for (const std::string& file : tree.files()) {
    const std::size_t count = tree.lines(file).size();
    if (file.starts_with("model/") && file.ends_with(".hpp") && count > longest_model)
      offences.push_back(file + ": " + std::to_string(count) +
                         " lines are more than a model needs");
  }
  return offences;
}

Offences functions_are_short(const Tree& tree) {
  Offences offences;
  for (const std::string& file : tree.files()) {
    // A list of claims is one function, however many claims there are.
    const bool claims = file.ends_with("/claims.cpp") || file.ends_with("/claims.hpp") ||
                        file.ends_with("/liveness.hpp");
    if (!is_cpp(file) || (file.starts_with("model/") && claims)) continue;
    const std::string code = code_only(tree.text(file));
    struct Open {
      Block kind;
      std::size_t line_index;
    };
    std::vector<Open> open;
    walk_braces(
        code,
        [&](const std::string& head, std::size_t line_index) {
          const bool in_outer = open.empty() || open.back().kind == Block::outer;
          open.push_back({in_outer ? kind_of_block(head) : Block::other, line_index});
        },
        [&](std::size_t line_index) {
          if (open.empty()) return;
          const std::size_t length = line_index - open.back().line_index + 1;
          if (open.back().kind == Block::function && length > longest_function)
            offences.push_back(at(file, open.back().line_index,
                                  "a function of " + std::to_string(length) + " lines"));
          open.pop_back();
        });
  }
  return offences;
}

Offences definitions_are_unique(const Tree& tree) {
  Offences offences;
  std::map<std::string, std::vector<std::pair<std::string, std::size_t>>> known;
  for (const std::string& file : tree.files()) {
    if (!is_cpp(file)) continue;
    for (const Definition& definition : definitions(code_only(tree.text(file)))) {
      std::vector<std::pair<std::string, std::size_t>>& places = known[definition.name];
      for (const auto& [other, line_index] : places)
        if (other != file && linked(file, other))
          offences.push_back(at(file, definition.line_index,
                                definition.name + " is defined in " + other + " as well"));
      places.emplace_back(file, definition.line_index);
    }
  }
  return offences;
}

Offences text_is_clean(const Tree& tree) {
  Offences offences;
  for (const std::string& file : tree.files()) {
    const std::string& text = tree.text(file);
    if (text.empty() || text.find('\0') != std::string::npos) continue;
    if (!text.ends_with('\n')) offences.push_back(file + ": does not end with a line end");
    const auto& lines = tree.lines(file);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].ends_with('\r'))
        offences.push_back(at(file, i, "ends with CR LF"));
      else if (lines[i].ends_with(' ') || lines[i].ends_with('\t'))
        offences.push_back(at(file, i, "ends with blanks"));
    }
  }
  return offences;
}

Offences no_paths_of_a_machine(const Tree& tree) {
  // Relative paths and addresses have a letter, a digit or a dot before the slash.
  static const std::regex path("(^|[^\\w.~/-])/(home|Users|root|tmp|var/tmp)/\\w");
  // A file of a collection that is not here, by its number and checksum.
  static const std::regex numbered("(^|[^\\w])\\d+_[0-9a-f]{12,}\\b");
  Offences offences;
  for (const std::string& file : tree.files()) {
    const auto& lines = tree.lines(file);
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (std::regex_search(lines[i], path) || std::regex_search(lines[i], numbered))
        offences.push_back(at(file, i, "names a path that other machines do not have"));
  }
  return offences;
}

}  // namespace synod::layout
