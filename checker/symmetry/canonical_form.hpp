// One state for all that renaming makes of it: the canonical form, of packed states, for the
// search.
//
// Of each member of a role, some bits say something about it alone: its elements of maps, its
// places in sets. Where that is all that a state says of a role's members, sorting these columns
// gives the canonical form at once, and one such role, the largest, is treated so. Of the members
// of the other roles, those of the columns' bits that name nobody are a signature: renamings are
// tried that sort signatures, which leaves those that exchange members with the same one; the
// smallest outcome is the canonical form. After C. N. Ip, D. L. Dill, "Better Verification Through
// Symmetry", Formal Methods in System Design 9, 1996, section 5.
#pragma once

#include <functional>
#include <optional>

#include "checker/symmetry/roles.hpp"

namespace synod {

class CanonicalForm {
 public:
  /// Throws TooManyRenamings.
  CanonicalForm(const Roles& roles, const ModelInstance& model);

  struct TooManyRenamings : std::runtime_error {
    using std::runtime_error::runtime_error;
  };

  /// What one thread needs.
  struct Scratch {
    std::vector<std::uint64_t> keys;
    std::vector<std::uint64_t> source;
    std::vector<std::uint64_t> candidate;
    std::vector<std::uint64_t> best;
    std::vector<std::vector<std::size_t>> orders;  ///< by role: renamings that sort its signatures
    std::vector<int> members;
    std::vector<int> to;
  };
  /// Puts it in the place of the state.
  void apply(std::uint64_t* state, Scratch& scratch) const;

  static constexpr std::size_t most_renamings = 5040;
  /// Whether for_each_renaming() tries all there are.
  bool can_try_all() const;
  /// Calls visit(renamed) with what each renaming makes of a state, if they are not too many, until
  /// it returns false.
  void for_each_renaming(const std::uint64_t* state, Scratch& scratch,
                         const std::function<bool(const std::uint64_t*)>& visit) const;

 private:
  struct Bits {
    std::uint32_t word;
    std::uint32_t shift;
    std::uint64_t mask;
    std::uint64_t of(const std::uint64_t* state) const { return state[word] >> shift & mask; }
    void put(std::uint64_t* state, std::uint64_t value) const {
      state[word] = (state[word] & ~(mask << shift)) | value << shift;
    }
  };

  /// What states say of each member: bits of the same meaning at the same place of a key, which is
  /// a few words.
  struct Columns {
    std::size_t members = 0;
    std::size_t key_words = 0;
    struct Part {
      std::size_t key_word;
      unsigned key_shift;
      std::vector<Bits> bits;  ///< by member
    };
    std::vector<Part> parts;

    void add(std::vector<Bits> bits, unsigned width);
    void read(const std::uint64_t* state, std::vector<std::uint64_t>& keys) const;
    void write(std::uint64_t* state, const std::vector<std::uint64_t>& keys) const;
  };

  /// A cell under one renaming: where it goes, and what becomes of it.
  struct CellMove {
    Bits from;
    Bits to;
    std::size_t content;  ///< index into contents_
  };
  /// What becomes of a variable's cells under one renaming: by all values of few bits, or by those
  /// of each byte of a set; for elements by the definition.
  struct Content {
    enum class Kind : std::uint8_t { same, table, bytes, elements };
    Kind kind = Kind::same;
    std::vector<std::uint64_t> table;
    std::size_t variable = 0;
    std::size_t renaming = 0;
  };
  /// Slots of a network that have to be put in order again.
  struct Bag {
    std::vector<Bits> slots;
  };

  bool names(const VariableInfo& variable, std::size_t role) const;
  std::optional<Columns> columns(std::size_t role, bool all) const;
  void choose_inner();
  void compile_renamings();
  Content compile_content(std::size_t variable, std::size_t renaming) const;
  std::uint64_t map(const Content& content, std::uint64_t cell) const;
  void rename(const std::uint64_t* from, std::size_t renaming, std::uint64_t* to) const;
  std::size_t inner_orders() const;
  void sort_inner(std::uint64_t* state, Scratch& scratch) const;
  void find_orders(const std::uint64_t* state, std::size_t outer, Scratch& scratch) const;
  Bits bits_of(std::size_t cell) const;

  const Roles& roles_;
  std::vector<Place> places_;
  std::vector<unsigned> cell_bits_;
  unsigned words_;
  std::optional<std::size_t> inner_role_;
  Columns inner_;
  std::vector<std::size_t> outer_roles_;
  std::vector<Columns> signatures_;                       ///< of outer roles
  std::vector<std::vector<std::vector<int>>> orders_of_;  ///< all permutations of outer roles
  std::vector<Renaming> renamings_;           ///< of outer roles, the last varying fastest
  std::vector<std::vector<CellMove>> moves_;  ///< by renaming
  std::vector<Content> contents_;
  std::vector<Bag> bags_;
};

}  // namespace synod
