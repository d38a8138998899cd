// The finite sets that a model's variables, messages and actions range over.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace synod {

/// A mistake in a model or in its use of the vocabulary; never the fault of a user's input.
class ModelError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// The vocabulary used in a way that could silently mean something else; every check looks for it.
class VocabularyError : public ModelError {
 public:
  using ModelError::ModelError;
};

/// What a permutation of the domain's members does to a behaviour.
enum class Symmetry : std::uint8_t {
  ordered,          ///< members differ (ballots, states of a process): no permutation is harmless
  interchangeable,  ///< members differ in name only (process identifiers, proposed values)
};

/// What the members of a domain are: names or numbers, or made of the members of another domain.
enum class Made : std::uint8_t { simple, pairs, subsets };

/// A contiguous range of integers low..high, with the names of its members and its symmetry.
///
/// Models compute with the integers; names are for people, trace files and TLA+. An empty domain
/// has high == low - 1.
struct Domain {
  std::string name;
  int low = 0;
  int high = -1;
  Symmetry symmetry = Symmetry::ordered;
  std::vector<std::string> labels;  ///< one a member, or empty: the member is a plain integer
  bool boolean = false;
  Made made = Made::simple;  ///< pairs and subsets: see sets.hpp
  /// Of pairs, subsets and chosen sets: the domain that they are made of.
  std::shared_ptr<const Domain> of = nullptr;
  /// Of a domain of chosen sets, which begins at 0: of each member which are in it, the first of
  /// `of` as the lowest bit.
  std::vector<std::uint64_t> sets = {};

  int size() const { return high - low + 1; }  // no overflow: see checked()
  bool contains(int member) const { return low <= member && member <= high; }
  bool is_integer() const { return labels.empty() && !boolean && made == Made::simple; }
  /// Of chosen sets. False also for the value that `optional` adds.
  bool is_set(int member) const { return !sets.empty() && member >= 0; }
  bool has(int set, int element) const {
    return (sets[static_cast<std::size_t>(set)] >> (element - of->low) & 1) != 0;
  }

  /// Whether its members, or those that they are made of, differ in name only.
  bool is_interchangeable() const {
    return (made == Made::simple ? symmetry : of->symmetry) == Symmetry::interchangeable;
  }

  /// Of a pair: its two members. Of a subset: all of its members. They are of the domain `of`.
  std::vector<int> parts(int member) const {
    const Domain& base = *of;
    if (made == Made::pairs) {
      const int first = member / (base.size() - 1);
      const int rest = member % (base.size() - 1);
      return {base.low + first, base.low + rest + (rest < first ? 0 : 1)};
    }
    std::vector<int> members;
    for (int i = 0; i < base.size(); ++i)
      if ((member >> i & 1) != 0) members.push_back(base.low + i);
    return members;
  }
  /// Of a pair the two, of any other the member itself: what a proof has in its place.
  std::vector<int> individuals(int member) const {
    if (made == Made::subsets) throw ModelError(name + ": a proof is about members, not sets");
    return made == Made::pairs ? parts(member) : std::vector<int>{member};
  }
  /// The member that is made of these.
  int made_of(const std::vector<int>& parts) const {
    const Domain& base = *of;
    if (made == Made::pairs) {
      const int first = parts[0] - base.low;
      const int second = parts[1] - base.low;
      return first * (base.size() - 1) + second - (second < first ? 0 : 1);
    }
    int member = 0;
    for (const int part : parts) member |= 1 << (part - base.low);
    return member;
  }

  /// Members in order: for (int a : Acceptor).
  class iterator {
   public:
    explicit iterator(int member) : member_(member) {}
    int operator*() const { return member_; }
    iterator& operator++() {
      ++member_;
      return *this;
    }
    bool operator==(const iterator&) const = default;

   private:
    int member_;
  };
  iterator begin() const { return iterator(low); }
  iterator end() const { return iterator(high + 1); }

  template <class Predicate>
  int count(Predicate&& holds) const {
    int number = 0;
    for (const int member : *this) number += holds(member) ? 1 : 0;
    return number;
  }
  template <class Predicate>
  bool all(Predicate&& holds) const {
    for (const int member : *this)
      if (!holds(member)) return false;
    return true;
  }
  template <class Predicate>
  bool any(Predicate&& holds) const {
    for (const int member : *this)
      if (holds(member)) return true;
    return false;
  }

  /// The name of a member as people read it.
  std::string label(int member) const {
    if (!contains(member)) return std::to_string(member) + " (outside " + text() + ")";
    if (boolean) return member != 0 ? "true" : "false";
    if (made == Made::pairs) return "(" + listed(member) + ")";
    if (made == Made::subsets) return "{" + listed(member) + "}";
    return labels.empty() ? std::to_string(member) : labels[static_cast<std::size_t>(member - low)];
  }

  /// As an index or argument, where a pair is two of them.
  std::string argument_label(int member) const {
    return made == Made::pairs && contains(member) ? listed(member) : label(member);
  }

  /// The domain as people read it: {a1, a2, a3} or -1..3.
  std::string text() const {
    if (made != Made::simple)
      return (made == Made::pairs ? "pairs of " : "subsets of ") + of->text();
    if (is_integer()) return std::to_string(low) + ".." + std::to_string(high);
    std::string members = "{";
    for (int member = low; member <= high; ++member) {
      if (member != low) members += ", ";
      members += label(member);
    }
    return members + "}";
  }

 private:
  std::string listed(int member) const {
    std::string text;
    for (const int part : parts(member)) text += (text.empty() ? "" : ", ") + of->label(part);
    return text;
  }
};

/// The domain, if its members and their number are integers that can be counted up from; an end
/// may be before the beginning by one, of a domain that is empty.
inline Domain checked(Domain domain) {
  constexpr std::int64_t most = std::numeric_limits<int>::max() - 1;
  const auto text = [&] {
    return domain.name + ": " + std::to_string(domain.low) + ".." + std::to_string(domain.high);
  };
  if (domain.low < -most || domain.high > most || std::int64_t{domain.high} - domain.low + 1 > most)
    throw ModelError(text() + " is too large; a domain lies in " + std::to_string(-most) + ".." +
                     std::to_string(most) + " and has at most " + std::to_string(most) +
                     " members");
  if (domain.high < domain.low - 1)
    throw ModelError(text() + " ends before it begins; an empty domain ends one before");
  return domain;
}

/// Names prefix1..prefixN, numbered 0..count-1, that no correct protocol can tell apart.
inline Domain interchangeable(std::string name, const std::string& prefix, int count) {
  constexpr int most = 1'000'000;
  if (count < 0 || count > most)
    throw ModelError(name + ": " + std::to_string(count) + " members; there are 0.." +
                     std::to_string(most));
  Domain domain{std::move(name), 0, count - 1, Symmetry::interchangeable, {}, false};
  for (int i = 1; i <= count; ++i) domain.labels.push_back(prefix + std::to_string(i));
  return domain;
}

/// The integers low..high; `name` says what they count.
inline Domain integers(std::string name, int low, int high) {
  return checked({std::move(name), low, high, Symmetry::ordered, {}, false});
}

/// The members of an enum class whose enumerators are 0, 1, ... in the order of `labels`.
inline Domain enumeration(std::string name, std::vector<std::string> labels) {
  const int count = static_cast<int>(labels.size());
  return {std::move(name), 0, count - 1, Symmetry::ordered, std::move(labels), false};
}

inline Domain boolean() { return {"boolean", 0, 1, Symmetry::ordered, {}, true}; }

/// The domain without its members, for what a parameter switches off.
inline Domain emptied(Domain domain) {
  domain.high = domain.low - 1;
  domain.labels.clear();
  return domain;
}

/// The value of a variable over `optional(...)` that holds no member of the domain.
inline constexpr int none = -1;

/// The domain and one value more, `none`; the domain has to begin at 0.
inline Domain optional(Domain domain) {
  if (domain.low != 0) throw ModelError("optional(" + domain.name + "): must begin at 0");
  domain.low = none;
  domain = checked(std::move(domain));
  if (!domain.labels.empty()) domain.labels.insert(domain.labels.begin(), "None");
  return domain;
}

}  // namespace synod
