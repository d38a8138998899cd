// Sets of processes, however many processes there are: the sizes of the regions of their Venn
// diagram. Sets of n processes have such sizes: whole numbers of at least 0 that add up to n. And
// any such numbers are the sizes for some sets: processes are put into one region after the other.
// So what the sizes say of unions and intersections holds for all sets of any number of processes
// exactly if arithmetic says so, and a model of the sizes is an example with numbered processes.
// The same with weights: that of a region may be any number of at least 0, and an empty region has
// none; its first process may bear all of it.
#pragma once

#include <z3++.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/proof/obligation.hpp"

namespace synod::proof {

/// A number that an example tells.
struct Number {
  std::string name;
  z3::expr value;
};

/// What sets have in common that others do not have: those who are in all of `in`, in none of
/// `out`.
struct Common {
  std::vector<std::size_t> in;
  std::vector<std::size_t> out = {};
};

class Venn {
 public:
  /// At most 6 sets, by their names; `total` is what the number of processes is called, `prefix`
  /// what the names of regions begin with.
  Venn(z3::context& context, std::vector<std::string> sets, bool weighted = false,
       const std::string& total = "n", const std::string& prefix = "in");

  /// How many processes there are.
  const z3::expr& total() const { return total_; }
  z3::expr size(std::size_t set) const { return size(Common{{set}}); }
  z3::expr size(const Common& common) const;

  /// What all processes weigh, a set, what sets have in common.
  z3::expr total_weight() const { return weight(Common{{}}); }
  z3::expr weight(std::size_t set) const { return weight(Common{{set}}); }
  z3::expr weight(const Common& common) const;

  /// That these are the sizes and weights of sets of at least one process.
  std::vector<Assertion> assertions() const;
  /// That weights are whole numbers, which makes examples readable. Nothing is lost: where real
  /// numbers satisfy linear conditions with whole coefficients and no constants, so do whole ones.
  std::vector<Assertion> whole_weights() const;

  /// What has to be small for an example to be unique: the total weight, the sizes, the weights.
  std::vector<z3::expr> small_numbers() const;

  /// The sets in a model as {1, 2}, line by line, and what is in common: "in A and B: {2}".
  std::string example(const z3::model& model, const Common& common) const;

 private:
  struct Region {
    unsigned sets;  ///< bit i: is in set i
    z3::expr size;
    std::optional<z3::expr> weight;
  };
  static bool is_in(const Region& region, const Common& common);

  z3::context& context_;
  std::vector<std::string> names_;
  z3::expr total_;
  std::vector<Region> regions_;  ///< in the order in which examples number their processes
};

/// A model of the assertions, and of what is preferred if there is one, in which the numbers are as
/// small as they can be, the first first. They have to be of at least 0. Where the solver gives up,
/// what it has found stays.
z3::model smallest(const z3::model& model, const std::vector<Assertion>& assertions,
                   const std::vector<z3::expr>& numbers,
                   const std::vector<z3::expr>& preferred = {});

/// The value of a number in a model, as it is written.
std::string value_text(const z3::model& model, const z3::expr& number);

/// The same as an integer, if it is one of at most 10^15.
std::optional<std::int64_t> small_value(const z3::model& model, const z3::expr& number);

/// Process numbers from..from + count - 1 for each of these ranges, as {1, 2, 5..40}.
struct Range {
  std::int64_t from;
  std::int64_t count;
};
std::string set_text(const std::vector<Range>& ranges);

}  // namespace synod::proof
