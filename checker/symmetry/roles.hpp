// Who may be renamed: the interchangeable domains of a model, and what a renaming of their members
// does to a state. This is the definition, for one unpacked state at a time; canonical_form.hpp
// compiles it for the search.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod {

/// Processes or values that differ in name only: all interchangeable domains of one name.
struct Role {
  std::string name;
  std::vector<std::string> members;
};

/// For each role, what each of its members becomes.
using Renaming = std::vector<std::vector<int>>;

class Roles {
 public:
  /// Throws ModelError where domains of one name have different members.
  explicit Roles(std::vector<VariableInfo> variables);

  const std::vector<Role>& all() const { return roles_; }
  const std::vector<VariableInfo>& variables() const { return variables_; }
  /// Of pairs and subsets: that of their members.
  std::optional<std::size_t> role_of(const Domain& domain) const;

  Renaming identity() const;
  /// Exchanges each member with the next, one after another: together they make all renamings.
  std::vector<Renaming> generators() const;

  /// All there are; nothing where they are more than `most`.
  std::vector<Renaming> all_renamings(std::size_t most) const;

  /// Where a variable's cell comes to lie, both counted from its first.
  std::size_t renamed_position(std::size_t variable, std::size_t cell, const Renaming& to) const;
  /// The content of a variable's cell. Throws ModelError when a set has no such member.
  std::uint64_t renamed_content(std::size_t variable, std::uint64_t cell, const Renaming& to) const;
  Cells renamed(const Cells& state, const Renaming& to) const;

 private:
  int renamed(const Domain& domain, int value, const Renaming& to) const;
  std::uint64_t renamed_element(const std::vector<ElementType>& types, std::uint64_t element,
                                const Renaming& to) const;

  std::vector<VariableInfo> variables_;
  std::vector<Role> roles_;
};

}  // namespace synod
