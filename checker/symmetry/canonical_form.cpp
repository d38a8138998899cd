#include "checker/symmetry/canonical_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace synod {
namespace {

constexpr unsigned most_table_bits = 10;

/// All permutations of so many members, in lexicographic order.
std::vector<std::vector<int>> permutations(std::size_t members) {
  std::vector<int> order(members);
  std::iota(order.begin(), order.end(), 0);
  std::vector<std::vector<int>> all;
  do all.push_back(order);
  while (std::next_permutation(order.begin(), order.end()));
  return all;
}

std::size_t rank(const std::vector<int>& order) {
  std::size_t result = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::size_t smaller = 0;
    for (std::size_t j = i + 1; j < order.size(); ++j) smaller += order[j] < order[i] ? 1 : 0;
    result = result * (order.size() - i) + smaller;
  }
  return result;
}

}  // namespace

void CanonicalForm::Columns::add(std::vector<Bits> bits, unsigned width) {
  if (width == 0) return;
  unsigned used = parts.empty() ? 64 : 0;
  for (const Part& part : parts)
    if (part.key_word + 1 == key_words)
      used =
          std::max(used, part.key_shift + static_cast<unsigned>(std::bit_width(part.bits[0].mask)));
  if (used + width > 64) {
    ++key_words;
    used = 0;
  }
  parts.push_back({key_words - 1, used, std::move(bits)});
}

/// The keys of all members, one after another.
void CanonicalForm::Columns::read(const std::uint64_t* state,
                                  std::vector<std::uint64_t>& keys) const {
  keys.assign(members * key_words, 0);
  for (const Part& part : parts)
    for (std::size_t member = 0; member < members; ++member)
      keys[member * key_words + part.key_word] |= part.bits[member].of(state) << part.key_shift;
}

void CanonicalForm::Columns::write(std::uint64_t* state,
                                   const std::vector<std::uint64_t>& keys) const {
  for (const Part& part : parts)
    for (std::size_t member = 0; member < members; ++member)
      part.bits[member].put(state, keys[member * key_words + part.key_word] >> part.key_shift &
                                       part.bits[member].mask);
}

CanonicalForm::CanonicalForm(const Roles& roles, const ModelInstance& model)
    : roles_(roles), places_(model.places()), cell_bits_(model.cell_bits()), words_(model.words()) {
  choose_inner();
  for (std::size_t role = 0; role < roles_.all().size(); ++role) {
    if (role == inner_role_) continue;
    outer_roles_.push_back(role);
    signatures_.push_back(*columns(role, false));
  }
  compile_renamings();
}

CanonicalForm::Bits CanonicalForm::bits_of(std::size_t cell) const {
  return {places_[cell].word, places_[cell].shift, low_bits(cell_bits_[cell])};
}

/// Whether a cell of the variable may name a member of the role.
bool CanonicalForm::names(const VariableInfo& variable, std::size_t role) const {
  const auto is_of_role = [&](const Field& field) { return roles_.role_of(field.domain) == role; };
  return std::any_of(variable.content.begin(), variable.content.end(), is_of_role) ||
         std::any_of(variable.elements.begin(), variable.elements.end(),
                     [&](const ElementType& type) {
                       return std::any_of(type.fields.begin(), type.fields.end(), is_of_role);
                     });
}

/// What states say of each member of the role alone. With `all`, nothing where they say more; else
/// only what names no member of any role.
std::optional<CanonicalForm::Columns> CanonicalForm::columns(std::size_t role, bool all) const {
  Columns result;
  result.members = roles_.all()[role].members.size();
  const Renaming identity = roles_.identity();
  for (std::size_t v = 0; v < roles_.variables().size(); ++v) {
    const VariableInfo& variable = roles_.variables()[v];
    // A pair counts as two, and so does a set, which may be of two.
    const auto roles_in = [&](const std::vector<Field>& fields, bool of_this) {
      int count = 0;
      for (const Field& field : fields) {
        const auto its = roles_.role_of(field.domain);
        if (its && (*its == role) == of_this) count += field.domain.made == Made::simple ? 1 : 2;
      }
      return count;
    };
    const auto indices = roles_in(variable.index, true);
    bool names_others = roles_in(variable.index, false) != 0;
    for (std::size_t other = 0; other < roles_.all().size(); ++other)
      names_others = names_others || (other != role && names(variable, other));
    const bool own_set =
        variable.holds == Holds::set && indices == 0 && roles_in(variable.content, true) == 1;
    if ((indices == 0 && !names(variable, role)) || (!all && names_others)) continue;
    if (!own_set && (indices != 1 || names(variable, role))) {
      if (all) return std::nullopt;
      continue;
    }
    // Member by member, the cells or bits with the first member at their place, renamed to it.
    std::size_t field = 0;
    const std::vector<Field>& fields = own_set ? variable.content : variable.index;
    while (roles_.role_of(fields[field].domain) != role) ++field;
    const auto to_member = [&](std::size_t member) {
      Renaming to = identity;
      std::swap(to[role][0], to[role][member]);
      return to;
    };
    const auto add = [&](const std::function<Bits(const Renaming&)>& bits, unsigned width) {
      std::vector<Bits> by_member;
      for (std::size_t member = 0; member < result.members; ++member)
        by_member.push_back(bits(to_member(member)));
      result.add(std::move(by_member), width);
    };
    std::size_t cell = 0;
    for_each_tuple(variable.index, [&](const std::vector<int>& tuple) {
      if (own_set) {
        for (std::size_t bit = 0; bit < variable.members.size(); ++bit)
          if (variable.members[bit][field] == 0)
            add(
                [&](const Renaming& to) {
                  const std::uint64_t there =
                      roles_.renamed_content(v, std::uint64_t{1} << bit, to);
                  Bits bits = bits_of(variable.first_cell + cell);
                  bits.shift += static_cast<unsigned>(std::countr_zero(there));
                  bits.mask = 1;
                  return bits;
                },
                1);
      } else if (tuple[field] == 0) {
        add(
            [&](const Renaming& to) {
              return bits_of(variable.first_cell + roles_.renamed_position(v, cell, to));
            },
            variable.bits);
      }
      ++cell;
    });
  }
  return result;
}

/// Of the roles whose columns say all, the largest.
void CanonicalForm::choose_inner() {
  for (std::size_t role = 0; role < roles_.all().size(); ++role) {
    std::optional<Columns> all = columns(role, true);
    if (!all || (inner_role_ && all->members <= inner_.members)) continue;
    inner_role_ = role;
    inner_ = std::move(*all);
  }
}

void CanonicalForm::compile_renamings() {
  renamings_ = {roles_.identity()};
  for (const std::size_t role : outer_roles_) {
    std::size_t count = renamings_.size();
    for (std::size_t n = 2; n <= roles_.all()[role].members.size() && count <= most_renamings; ++n)
      count *= n;
    if (count > most_renamings)
      throw TooManyRenamings(fmt::format("{} members of {} can be renamed in too many ways",
                                         roles_.all()[role].members.size(),
                                         roles_.all()[role].name));
    orders_of_.push_back(permutations(roles_.all()[role].members.size()));
    std::vector<Renaming> more;
    for (const Renaming& renaming : renamings_)
      for (const std::vector<int>& order : orders_of_.back()) {
        more.push_back(renaming);
        more.back()[role] = order;
      }
    renamings_ = std::move(more);
  }
  for (std::size_t v = 0; v < roles_.variables().size(); ++v) {
    const VariableInfo& variable = roles_.variables()[v];
    if (variable.holds != Holds::message || variable.in_order) continue;
    Bag& bag = bags_.emplace_back();
    for (std::size_t i = 0; i < variable.cells; ++i)
      bag.slots.push_back(bits_of(variable.first_cell + i));
  }
  for (std::size_t r = 0; r < renamings_.size(); ++r) {
    std::vector<CellMove>& moves = moves_.emplace_back();
    for (std::size_t v = 0; v < roles_.variables().size(); ++v) {
      const VariableInfo& variable = roles_.variables()[v];
      contents_.push_back(compile_content(v, r));
      for (std::size_t i = 0; i < variable.cells; ++i)
        moves.push_back(
            {bits_of(variable.first_cell + i),
             bits_of(variable.first_cell + roles_.renamed_position(v, i, renamings_[r])),
             contents_.size() - 1});
    }
  }
}

CanonicalForm::Content CanonicalForm::compile_content(std::size_t variable,
                                                      std::size_t renaming) const {
  const VariableInfo& info = roles_.variables()[variable];
  const Renaming& to = renamings_[renaming];
  Content content{Content::Kind::same, {}, variable, renaming};
  const bool named = std::any_of(outer_roles_.begin(), outer_roles_.end(),
                                 [&](std::size_t role) { return names(info, role); });
  if (!named || to == roles_.identity()) return content;
  if (info.holds == Holds::set) {
    content.kind = Content::Kind::bytes;
    for (unsigned shift = 0; shift < info.bits; shift += 8)
      for (std::uint64_t byte = 0; byte < 256; ++byte)
        content.table.push_back(
            roles_.renamed_content(variable, byte << shift & low_bits(info.bits), to));
  } else if (info.holds == Holds::value && info.bits <= most_table_bits) {
    content.kind = Content::Kind::table;
    for (int i = 0; i < info.content[0].domain.size(); ++i)
      content.table.push_back(roles_.renamed_content(variable, static_cast<std::uint64_t>(i), to));
  } else {
    content.kind = Content::Kind::elements;
  }
  return content;
}

std::uint64_t CanonicalForm::map(const Content& content, std::uint64_t cell) const {
  switch (content.kind) {
    case Content::Kind::same: return cell;
    case Content::Kind::table: return content.table[cell];
    case Content::Kind::bytes: {
      std::uint64_t result = 0;
      for (std::size_t byte = 0; cell != 0; ++byte, cell >>= 8)
        result |= content.table[byte * 256 + (cell & 255)];
      return result;
    }
    case Content::Kind::elements:
      return roles_.renamed_content(content.variable, cell, renamings_[content.renaming]);
  }
  return cell;
}

void CanonicalForm::rename(const std::uint64_t* from, std::size_t renaming,
                           std::uint64_t* to) const {
  std::fill(to, to + words_, 0);
  for (const CellMove& move : moves_[renaming])
    to[move.to.word] |= map(contents_[move.content], move.from.of(from)) << move.to.shift;
  for (const Bag& bag : bags_) {
    std::array<std::uint64_t, 64> messages{};
    for (std::size_t i = 0; i < bag.slots.size(); ++i) messages[i] = bag.slots[i].of(to);
    std::sort(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(bag.slots.size()),
              std::greater<>());
    for (std::size_t i = 0; i < bag.slots.size(); ++i) bag.slots[i].put(to, messages[i]);
  }
}

void CanonicalForm::sort_inner(std::uint64_t* state, Scratch& scratch) const {
  inner_.read(state, scratch.keys);
  const std::size_t width = inner_.key_words;
  const auto key = [&](std::size_t member) { return scratch.keys.begin() + member * width; };
  const auto is_less = [&](std::size_t a, std::size_t b) {
    return std::lexicographical_compare(key(a), key(a) + width, key(b), key(b) + width);
  };
  bool sorted = true;
  for (std::size_t i = 1; i < inner_.members; ++i)
    for (std::size_t j = i; j > 0 && is_less(j, j - 1); --j) {
      std::swap_ranges(key(j), key(j) + width, key(j - 1));
      sorted = false;
    }
  if (!sorted) inner_.write(state, scratch.keys);
}

/// How many orders the members of the inner role have; more than `most_renamings` is enough.
std::size_t CanonicalForm::inner_orders() const {
  std::size_t count = 1;
  for (std::size_t n = 2; n <= inner_.members && count <= most_renamings; ++n) count *= n;
  return count;
}

bool CanonicalForm::can_try_all() const {
  return inner_orders() * renamings_.size() <= most_renamings;
}

void CanonicalForm::for_each_renaming(
    const std::uint64_t* state, Scratch& scratch,
    const std::function<bool(const std::uint64_t*)>& visit) const {
  if (!can_try_all()) return;
  std::vector<std::uint64_t>& candidate = scratch.candidate;
  candidate.resize(words_);
  const std::size_t width = inner_.key_words;
  std::vector<std::uint64_t> keys;
  for (std::size_t renaming = 0; renaming < renamings_.size(); ++renaming) {
    rename(state, renaming, candidate.data());
    inner_.read(candidate.data(), keys);
    std::vector<int>& order = scratch.members;
    order.resize(inner_.members);
    std::iota(order.begin(), order.end(), 0);
    do {
      scratch.keys.resize(keys.size());
      for (std::size_t i = 0; i < order.size(); ++i)
        std::copy_n(keys.begin() + static_cast<std::ptrdiff_t>(order[i]) * width, width,
                    scratch.keys.begin() + static_cast<std::ptrdiff_t>(i * width));
      inner_.write(candidate.data(), scratch.keys);
      if (!visit(candidate.data())) return;
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

/// The renamings of an outer role that sort the signatures of its members.
void CanonicalForm::find_orders(const std::uint64_t* state, std::size_t outer,
                                Scratch& scratch) const {
  const Columns& signature = signatures_[outer];
  std::vector<std::size_t>& orders = scratch.orders[outer];
  orders.clear();
  signature.read(state, scratch.keys);
  const std::size_t width = signature.key_words;
  const auto compare = [&](int a, int b) {
    const auto first = scratch.keys.begin() + static_cast<std::ptrdiff_t>(a) * width;
    const auto second = scratch.keys.begin() + static_cast<std::ptrdiff_t>(b) * width;
    return std::lexicographical_compare_three_way(first, first + width, second, second + width);
  };
  std::vector<int>& members = scratch.members;
  members.resize(signature.members);
  std::iota(members.begin(), members.end(), 0);
  std::sort(members.begin(), members.end(), [&](int a, int b) {
    const auto order = compare(a, b);
    return order != 0 ? order < 0 : a < b;
  });
  // Every order of members within groups of the same signature: an odometer of permutations.
  std::vector<int>& to = scratch.to;
  to.resize(members.size());
  while (true) {
    for (std::size_t i = 0; i < members.size(); ++i)
      to[static_cast<std::size_t>(members[i])] = static_cast<int>(i);
    orders.push_back(rank(to));
    std::size_t begin = 0;
    for (; begin < members.size();) {
      std::size_t end = begin + 1;
      while (end < members.size() && compare(members[begin], members[end]) == 0) ++end;
      const auto first = members.begin() + static_cast<std::ptrdiff_t>(begin);
      if (std::next_permutation(first, members.begin() + static_cast<std::ptrdiff_t>(end))) break;
      begin = end;
    }
    if (begin >= members.size()) return;
  }
}

void CanonicalForm::apply(std::uint64_t* state, Scratch& scratch) const {
  if (outer_roles_.empty()) {
    sort_inner(state, scratch);
    return;
  }
  scratch.orders.resize(outer_roles_.size());
  std::size_t count = 1;
  for (std::size_t outer = 0; outer < outer_roles_.size(); ++outer) {
    find_orders(state, outer, scratch);
    count *= scratch.orders[outer].size();
  }
  scratch.source.assign(state, state + words_);
  scratch.candidate.resize(words_);
  for (std::size_t which = 0; which < count; ++which) {
    std::size_t rest = which;
    std::size_t renaming = 0;
    for (std::size_t outer = 0; outer < outer_roles_.size(); ++outer) {
      const std::vector<std::size_t>& orders = scratch.orders[outer];
      renaming = renaming * orders_of_[outer].size() + orders[rest % orders.size()];
      rest /= orders.size();
    }
    if (renaming == 0)
      scratch.candidate = scratch.source;
    else
      rename(scratch.source.data(), renaming, scratch.candidate.data());
    if (inner_role_) sort_inner(scratch.candidate.data(), scratch);
    if (which == 0 || scratch.candidate < scratch.best) scratch.best.swap(scratch.candidate);
    scratch.candidate.resize(words_);
  }
  std::copy(scratch.best.begin(), scratch.best.end(), state);
}

}  // namespace synod
