#include "checker/symmetry/roles.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace synod {
namespace {

/// The names of the members that a renaming may exchange: without `none`.
std::vector<std::string> members_of(const Domain& domain) {
  std::vector<std::string> names;
  for (const int member : domain)
    if (member >= 0) names.push_back(domain.label(member));
  return names;
}

template <class Visit>
void for_each_domain(const VariableInfo& variable, Visit&& visit_simple) {
  const auto visit = [&](const Domain& domain) {
    visit_simple(domain.made == Made::simple ? domain : *domain.of);
  };
  for (const Field& field : variable.index) visit(field.domain);
  for (const Field& field : variable.content) visit(field.domain);
  for (const ElementType& type : variable.elements)
    for (const Field& field : type.fields) visit(field.domain);
}

}  // namespace

Roles::Roles(std::vector<VariableInfo> variables) : variables_(std::move(variables)) {
  for (const VariableInfo& variable : variables_)
    for_each_domain(variable, [&](const Domain& domain) {
      if (domain.symmetry != Symmetry::interchangeable || domain.high < 0) return;
      if (domain.low > 0) throw ModelError(domain.name + ": an interchangeable domain begins at 0");
      const std::vector<std::string> members = members_of(domain);
      const auto role = role_of(domain);
      if (!role)
        roles_.push_back({domain.name, members});
      else if (roles_[*role].members != members)
        throw ModelError(domain.name + ": interchangeable domains of one name differ");
    });
}

std::optional<std::size_t> Roles::role_of(const Domain& domain) const {
  if (domain.made != Made::simple) return role_of(*domain.of);
  if (domain.symmetry != Symmetry::interchangeable) return std::nullopt;
  for (std::size_t i = 0; i < roles_.size(); ++i)
    if (roles_[i].name == domain.name) return i;
  return std::nullopt;
}

Renaming Roles::identity() const {
  Renaming to;
  for (const Role& role : roles_) {
    to.emplace_back(role.members.size());
    std::iota(to.back().begin(), to.back().end(), 0);
  }
  return to;
}

std::vector<Renaming> Roles::generators() const {
  std::vector<Renaming> all;
  for (std::size_t role = 0; role < roles_.size(); ++role)
    for (std::size_t member = 1; member < roles_[role].members.size(); ++member) {
      all.push_back(identity());
      std::swap(all.back()[role][member - 1], all.back()[role][member]);
    }
  return all;
}

std::vector<Renaming> Roles::all_renamings(std::size_t most) const {
  std::vector<Renaming> all{identity()};
  for (std::size_t role = 0; role < roles_.size(); ++role) {
    std::vector<Renaming> more;
    for (Renaming to : all) {
      do {
        if (more.size() == most) return {};
        more.push_back(to);
      } while (std::next_permutation(to[role].begin(), to[role].end()));
    }
    all = std::move(more);
  }
  return all;
}

int Roles::renamed(const Domain& domain, int value, const Renaming& to) const {
  const auto role = role_of(domain);
  if (role && domain.made != Made::simple) {
    std::vector<int> parts = domain.parts(value);
    for (int& part : parts) part = renamed(*domain.of, part, to);
    return domain.made_of(parts);
  }
  return role && value >= 0 ? to[*role][static_cast<std::size_t>(value)] : value;
}

std::size_t Roles::renamed_position(std::size_t variable, std::size_t cell,
                                    const Renaming& to) const {
  const std::vector<Field>& index = variables_[variable].index;
  std::size_t position = 0;
  std::size_t step = 1;
  for (std::size_t i = index.size(); i-- > 0;) {
    const Domain& domain = index[i].domain;
    const auto size = static_cast<std::size_t>(domain.size());
    const int value = domain.low + static_cast<int>(cell % size);
    position += static_cast<std::size_t>(renamed(domain, value, to) - domain.low) * step;
    cell /= size;
    step *= size;
  }
  return position;
}

std::uint64_t Roles::renamed_element(const std::vector<ElementType>& types, std::uint64_t element,
                                     const Renaming& to) const {
  DecodedElement decoded = decode(types, element);
  const std::vector<Field>& fields = decoded.type.fields;
  for (std::size_t i = 0; i < fields.size(); ++i)
    decoded.values[i] = renamed(fields[i].domain, decoded.values[i], to);
  const auto type = static_cast<std::size_t>(&decoded.type - types.data());
  return ElementLayout(types).pack(type, decoded.values.data());
}

std::uint64_t Roles::renamed_content(std::size_t variable, std::uint64_t cell,
                                     const Renaming& to) const {
  const VariableInfo& info = variables_[variable];
  switch (info.holds) {
    case Holds::value: {
      const Domain& domain = info.content[0].domain;
      return static_cast<std::uint64_t>(renamed(domain, domain.low + static_cast<int>(cell), to) -
                                        domain.low);
    }
    case Holds::record: return renamed_element(info.elements, cell << 1 | 1, to) >> 1;
    case Holds::set: {
      std::uint64_t result = 0;
      for (std::uint64_t left = cell; left != 0; left &= left - 1) {
        std::vector<int> member = info.members[static_cast<std::size_t>(std::countr_zero(left))];
        for (std::size_t i = 0; i < member.size(); ++i)
          member[i] = renamed(info.content[i].domain, member[i], to);
        const auto found = std::find(info.members.begin(), info.members.end(), member);
        if (found == info.members.end())
          throw ModelError(info.name + ": renaming leads to what it cannot contain");
        result |= std::uint64_t{1} << (found - info.members.begin());
      }
      return result;
    }
    case Holds::sequence: {
      const unsigned width = ElementLayout(info.elements).bits();
      std::uint64_t result = 0;
      unsigned shift = 0;
      for (const std::uint64_t element : elements_of(info.elements, cell)) {
        result |= renamed_element(info.elements, element, to) << shift;
        shift += width;
      }
      return result;
    }
    case Holds::message: return cell == 0 ? 0 : renamed_element(info.elements, cell, to);
  }
  return cell;
}

Cells Roles::renamed(const Cells& state, const Renaming& to) const {
  Cells result(state.size());
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    const VariableInfo& info = variables_[v];
    for (std::size_t i = 0; i < info.cells; ++i)
      result[info.first_cell + renamed_position(v, i, to)] =
          renamed_content(v, state[info.first_cell + i], to);
    const auto first = result.begin() + static_cast<std::ptrdiff_t>(info.first_cell);
    if (info.holds == Holds::message && !info.in_order)
      std::sort(first, first + static_cast<std::ptrdiff_t>(info.cells), std::greater<>());
  }
  return result;
}

}  // namespace synod
