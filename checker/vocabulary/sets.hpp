// Sets as values, and the two domains that are made of another: its subsets, and its ordered pairs
// of different members. Variables that hold sets, in variables.hpp, are used like the values:
//
//   a | b   a & b   a - b     union, intersection, what is in a and not in b
//   a <= b  a == b  a != b    a is a subset of b; the same members
//   a.contains(p)  a.size()  a.empty()  a.full()
//   a.all(f)  a.any(f)  a.count(f)   for (const int p : a)
//   a.with(p)  a.without(p)          a and p; a but for p
//   set_of(Process)  set_of(Process, f)   all members; those for which f holds
//
// A set with a member outside of its domain is one that no variable can hold.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <limits>
#include <utility>

#include "checker/vocabulary/domain.hpp"

namespace synod {

class MemberSet;

/// What all sets have in common; Self::value() is the set as a MemberSet.
template <class Self>
class SetOperations {
 public:
  int size() const;
  bool empty() const;
  bool full() const;
  auto begin() const;
  auto end() const;

  template <class Predicate>
  bool all(Predicate&& holds) const;
  template <class Predicate>
  bool any(Predicate&& holds) const;
  template <class Predicate>
  int count(Predicate&& holds) const;

  MemberSet with(int member) const;
  MemberSet without(int member) const;

  /// As a member of subsets(domain): what the field of a message holds.
  explicit operator int() const;

 private:
  friend Self;
  SetOperations() = default;
  const Self& self() const { return static_cast<const Self&>(*this); }
};

/// Set, an element of Sets, MemberSet.
template <class T>
concept SetLike = std::derived_from<T, SetOperations<T>>;

/// A set of members of a domain of at most 64.
class MemberSet : public SetOperations<MemberSet> {
 public:
  /// The empty set, of any domain.
  MemberSet() = default;
  MemberSet(std::uint64_t bits, int low, int domain_size)
      : bits_(bits), low_(low), size_(domain_size) {}

  const MemberSet& value() const { return *this; }
  std::uint64_t bits() const { return bits_; }  ///< bit 0 is the lowest member of the domain
  int low() const { return low_; }
  int domain_size() const { return size_; }

  bool contains(int member) const {
    const auto offset = static_cast<unsigned>(member - low_);
    return offset < 64 && (bits_ >> offset & 1) != 0;
  }
  void insert(int member) {
    const auto offset = static_cast<unsigned>(member - low_);
    if (offset < 64)
      bits_ |= std::uint64_t{1} << offset;
    else
      low_ = outside;
  }
  void remove(int member) {
    const auto offset = static_cast<unsigned>(member - low_);
    if (offset < 64) bits_ &= ~(std::uint64_t{1} << offset);
  }

  /// The set with these bits, of the domain that two sets share.
  static MemberSet combined(std::uint64_t bits, const MemberSet& a, const MemberSet& b) {
    if (b.size_ == 0 && b.low_ != outside) return {bits, a.low_, a.size_};
    if ((a.size_ == 0 && a.low_ != outside) || a.low_ == b.low_)
      return {bits, b.low_, std::max(a.size_, b.size_)};
    return {bits, outside, 1};
  }
  bool is_outside() const { return low_ == outside; }

 private:
  /// Where no domain begins: the set is none of any domain.
  static constexpr int outside = std::numeric_limits<int>::min();

  std::uint64_t bits_ = 0;
  int low_ = 0;
  int size_ = 0;
};

/// Members in ascending order.
class MemberIterator {
 public:
  MemberIterator(std::uint64_t left, int low) : left_(left), low_(low) {}
  int operator*() const { return low_ + std::countr_zero(left_); }
  MemberIterator& operator++() {
    left_ &= left_ - 1;
    return *this;
  }
  bool operator==(const MemberIterator& other) const { return left_ == other.left_; }

 private:
  std::uint64_t left_;
  int low_;
};

template <class Self>
int SetOperations<Self>::size() const {
  return std::popcount(self().value().bits());
}
template <class Self>
bool SetOperations<Self>::empty() const {
  return self().value().bits() == 0;
}
template <class Self>
bool SetOperations<Self>::full() const {
  return size() == self().value().domain_size();
}
template <class Self>
auto SetOperations<Self>::begin() const {
  const MemberSet set = self().value();
  return MemberIterator(set.bits(), set.low());
}
template <class Self>
auto SetOperations<Self>::end() const {
  return MemberIterator(0, 0);
}
template <class Self>
template <class Predicate>
bool SetOperations<Self>::all(Predicate&& holds) const {
  for (const int member : self().value())
    if (!holds(member)) return false;
  return true;
}
template <class Self>
template <class Predicate>
bool SetOperations<Self>::any(Predicate&& holds) const {
  for (const int member : self().value())
    if (holds(member)) return true;
  return false;
}
template <class Self>
template <class Predicate>
int SetOperations<Self>::count(Predicate&& holds) const {
  int number = 0;
  for (const int member : self().value()) number += holds(member) ? 1 : 0;
  return number;
}
template <class Self>
MemberSet SetOperations<Self>::with(int member) const {
  MemberSet result = self().value();
  result.insert(member);
  return result;
}
template <class Self>
MemberSet SetOperations<Self>::without(int member) const {
  MemberSet result = self().value();
  result.remove(member);
  return result;
}

template <class Self>
SetOperations<Self>::operator int() const {
  const MemberSet set = self().value();
  return set.is_outside() ? -1 : static_cast<int>(set.bits());
}

template <SetLike A, SetLike B>
MemberSet operator|(const A& a, const B& b) {
  const MemberSet left = a.value();
  const MemberSet right = b.value();
  return MemberSet::combined(left.bits() | right.bits(), left, right);
}
template <SetLike A, SetLike B>
MemberSet operator&(const A& a, const B& b) {
  const MemberSet left = a.value();
  const MemberSet right = b.value();
  return MemberSet::combined(left.bits() & right.bits(), left, right);
}
template <SetLike A, SetLike B>
MemberSet operator-(const A& a, const B& b) {
  const MemberSet left = a.value();
  const MemberSet right = b.value();
  return MemberSet::combined(left.bits() & ~right.bits(), left, right);
}
template <SetLike A, SetLike B>
bool operator<=(const A& a, const B& b) {
  return (a - b).empty();
}
template <SetLike A, SetLike B>
bool operator==(const A& a, const B& b) {
  const MemberSet left = a.value();
  const MemberSet right = b.value();
  return left.bits() == right.bits() &&
         (left.low() == right.low() ||
          (left.bits() == 0 && !left.is_outside() && !right.is_outside()));
}

/// All members of a domain.
inline MemberSet set_of(const Domain& domain) {
  const int size = domain.size();
  return {size >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << std::max(size, 0)) - 1, domain.low,
          size};
}
/// Those for which it holds.
template <std::predicate<int> Predicate>
MemberSet set_of(const Domain& domain, Predicate&& holds) {
  MemberSet result(0, domain.low, domain.size());
  for (const int member : domain)
    if (holds(member)) result.insert(member);
  return result;
}

/// The subsets of a domain, as the domain of an action's argument or of a message's field.
class SubsetsOf {
 public:
  static constexpr int most_members = 16;

  explicit SubsetsOf(const Domain& domain) : base_(&domain) {}

  int size() const { return 1 << std::clamp(base_->size(), 0, most_members); }
  MemberSet operator[](int member) const {
    return {static_cast<std::uint64_t>(member), base_->low, base_->size()};
  }
  operator Domain() const {
    if (base_->size() > most_members)
      throw ModelError(base_->name + ": too many subsets; " + std::to_string(most_members) +
                       " members have 65536");
    Domain domain = integers(base_->name + " set", 0, size() - 1);
    domain.made = Made::subsets;
    domain.of = std::make_shared<const Domain>(*base_);
    return domain;
  }

 private:
  const Domain* base_;
};

/// The ordered pairs of different members of a domain, as an index or the domain of two arguments.
class PairsOf {
 public:
  explicit PairsOf(const Domain& domain) : base_(&domain) {}

  int size() const { return base_->size() * (base_->size() - 1); }
  std::pair<int, int> operator[](int member) const {
    const int first = member / (base_->size() - 1);
    const int rest = member % (base_->size() - 1);
    return {base_->low + first, base_->low + rest + (rest < first ? 0 : 1)};
  }
  operator Domain() const {
    Domain domain = integers(base_->name + " pair", 0, size() - 1);
    domain.made = Made::pairs;
    domain.of = std::make_shared<const Domain>(*base_);
    return domain;
  }

 private:
  const Domain* base_;
};

/// They refer to the domain, which has to live on.
inline SubsetsOf subsets(const Domain& domain) { return SubsetsOf(domain); }
inline PairsOf pairs(const Domain& domain) { return PairsOf(domain); }
template <std::same_as<Domain> Temporary>
SubsetsOf subsets(Temporary&& domain) {
  static_assert(!std::same_as<Temporary, Domain>,
                "subsets(...) is of a domain that the model declares: const Domain Process = ...");
  return SubsetsOf(domain);
}
template <std::same_as<Domain> Temporary>
PairsOf pairs(Temporary&& domain) {
  static_assert(!std::same_as<Temporary, Domain>,
                "pairs(...) is of a domain that the model declares: const Domain Process = ...");
  return PairsOf(domain);
}

}  // namespace synod
