// The rules about files that no compiler enforces: who may include whom, where things are, how
// lines look. Each rule looks at a tree of files and says what in it breaks the rule.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace synod::layout {

/// The files of a project, by their path from its root.
class Tree {
 public:
  /// The files that Git tracks or would track; without Git, all but build folders and hidden ones.
  static Tree of_checkout(const std::filesystem::path& root);
  /// Every file in a folder.
  static Tree of_folder(const std::filesystem::path& root);

  const std::set<std::string>& files() const { return files_; }
  bool contains(const std::string& file) const { return files_.contains(file); }
  /// The text of a file, and the same as lines without their line ends.
  const std::string& text(const std::string& file) const { return texts_.at(file); }
  const std::vector<std::string>& lines(const std::string& file) const { return lines_.at(file); }
  /// Names of the folders directly in a folder.
  std::set<std::string> folders_in(const std::string& folder) const;

 private:
  void add(const std::filesystem::path& root, const std::string& file);

  std::set<std::string> files_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::vector<std::string>> lines_;
};

/// "file:line: what is wrong", or "file: what is wrong".
using Offences = std::vector<std::string>;

Offences include_arrows(const Tree& tree);
Offences includes_exist(const Tree& tree);
Offences headers_begin_well(const Tree& tree);
Offences top_level_entries(const Tree& tree);
Offences protocols_are_complete(const Tree& tree);
Offences lines_are_short(const Tree& tree);
Offences models_are_short(const Tree& tree);
Offences functions_are_short(const Tree& tree);
/// In all that is linked into one program, no two files define different things of one name: of
/// types and inline functions no linker complains, and one of the two is used for both.
Offences definitions_are_unique(const Tree& tree);
Offences text_is_clean(const Tree& tree);
Offences no_paths_of_a_machine(const Tree& tree);

}  // namespace synod::layout
