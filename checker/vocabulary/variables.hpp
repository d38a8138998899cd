// The variables of a model. Each is declared once, with its name and the domains that it ranges
// over; packing, trace files, explanation, symmetry and independence all follow from that.
//
//   Scalar   one value                                  tmState
//   Map      one value or record for each index         maxBal[a], log(server, slot)
//   Set      a subset of a domain of at most 64         tmPrepared
//   Sets     one such set for each index                ack[p]
//   Message  the messages of one type ever sent         Phase1b(acc, bal | mbal, mval)
//
// Sequences (logs, FIFO channels) are in sequence.hpp, other networks in network.hpp.
//
// Writing a value outside its range, or using an index outside its domain, throws RangeError, which
// the checker reports as a violation of the property TypeOK.
#pragma once

#include <bit>
#include <exception>
#include <functional>
#include <initializer_list>
#include <utility>

#include "checker/vocabulary/memory.hpp"
#include "checker/vocabulary/records.hpp"
#include "checker/vocabulary/sets.hpp"

namespace synod {

/// What one cell of a variable holds.
enum class Holds : std::uint8_t {
  value,     ///< one value of `content[0]`
  record,    ///< the one of `elements`, without the bit that tells it from none
  set,       ///< a set of `members`
  sequence,  ///< `elements` one after another, 0 after the last
  message,   ///< a slot of a network: one of `elements`, or 0; those of a variable are a bag
};

/// All that is known of a variable; one entry a declaration, in order.
struct VariableInfo {
  std::string name;          ///< as in the paper
  std::string message;       ///< the record's type, when the variable is a set of messages
  std::vector<Field> index;  ///< one cell for each tuple of these, the last varying fastest
  Holds holds = Holds::value;
  std::vector<Field> content;             ///< what a value or a set's member is made of
  std::vector<std::vector<int>> members;  ///< of a set: the member that each bit stands for
  std::vector<ElementType> elements;      ///< of a record, sequence or network: what it may hold
  int capacity = 0;                       ///< of a sequence: how many elements
  bool in_order = false;  ///< of a network: its messages stand in the order of sending
  std::size_t first_cell = 0;
  std::size_t cells = 0;
  unsigned bits = 0;  ///< of each cell
};

/// A variable with one cell for each tuple of these.
inline VariableInfo indexed(std::string name, const std::vector<Domain>& index) {
  VariableInfo info;
  info.name = std::move(name);
  for (const Domain& domain : index) info.index.push_back({domain.name, domain});
  return info;
}

/// What is made of other members stands only where it cannot be taken for a number.
inline void require_simple(const std::string& variable, const Domain& domain) {
  if (domain.made == Made::subsets)
    throw VocabularyError(variable + ": a variable that holds sets is a Set or Sets");
  if (domain.made == Made::pairs)
    throw VocabularyError(variable + ": pairs are an index or two arguments, not a value");
}

/// A value was written, or an index used, that the variable's declaration does not hold.
struct RangeError : std::runtime_error {
  RangeError(std::size_t which, std::vector<int> at, std::vector<int> written)
      : std::runtime_error("variable " + std::to_string(which) + " used outside its ranges"),
        variable(which),
        index(std::move(at)),
        value(std::move(written)) {}

  std::size_t variable;    ///< index into the machine's variables
  std::vector<int> index;  ///< which cell
  std::vector<int> value;  ///< what was written, if anything
};

/// What was written or used outside its ranges, as people read it: "log(1, 3) = 5".
inline std::string usage_text(const std::vector<VariableInfo>& variables, const RangeError& error) {
  const VariableInfo& variable = variables.at(error.variable);
  const auto list = [](const std::vector<int>& numbers) {
    std::string text;
    for (const int number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
    return text;
  };
  std::string text = variable.message.empty() ? variable.name : variable.message;
  if (!error.index.empty()) text += "(" + list(error.index) + ")";
  if (!error.value.empty()) text += " = " + list(error.value);
  return text;
}

/// Throws a ModelError that says so where these domains have more than `most` tuples. A product of
/// sizes may be too large for a number, and tuples too many to be visited.
inline void require_few_tuples(const std::vector<Field>& fields, std::uint64_t most,
                               const std::string& refusal) {
  std::uint64_t count = 1;
  for (const Field& field : fields)
    if (field.domain.size() <= 0) return;
  for (const Field& field : fields) {
    count *= static_cast<std::uint64_t>(field.domain.size());
    if (count > most) throw ModelError(refusal);
  }
}

/// Calls `visit` with every tuple of the domains, the last component varying fastest.
template <class Visit>
void for_each_tuple(const std::vector<Field>& fields, Visit&& visit) {
  std::vector<int> tuple;
  for (const Field& field : fields) {
    if (field.domain.size() <= 0) return;
    tuple.push_back(field.domain.low);
  }
  while (true) {
    visit(std::as_const(tuple));
    std::size_t i = fields.size();
    while (i > 0 && tuple[i - 1] == fields[i - 1].domain.high) {
      tuple[i - 1] = fields[i - 1].domain.low;
      --i;
    }
    if (i == 0) return;
    ++tuple[i - 1];
  }
}

inline const std::string too_many_members = ": a set has more than 64 members";

/// What the kinds of variable share: cells of one width, found by index.
template <class Mode>
class Variable {
 public:
  using Memory = typename Mode::Memory;
  using Cell = typename Memory::Cell;

  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 protected:
  template <class Machine>
  Variable(Machine& machine, VariableInfo info)
      : memory_(&machine.memory()), number_(machine.variables().size()) {
    name_ = info.message.empty() ? info.name : info.message;
    if (info.bits > 64) throw ModelError(name_ + too_many_members);
    mask_ = low_bits(info.bits);
    if (info.index.size() > dimensions_.size()) throw ModelError(name_ + ": too many indices");
    // Cells without bits, of a domain of one member, take no room in a state.
    constexpr std::uint64_t most_cells = std::uint64_t{1} << 16;
    require_few_tuples(info.index, most_cells,
                       name_ + ": more than " + std::to_string(most_cells) + " indices");
    info.cells = 0;
    info.first_cell = machine.cell_count();
    for_each_tuple(info.index, [&](const std::vector<int>&) {
      cells_.push_back(memory_->allocate(info.bits));
      ++info.cells;
    });
    if (info.cells != 0 && info.holds == Holds::value && info.content[0].domain.size() <= 0)
      throw ModelError(name_ + ": its range, " + info.content[0].domain.name + ", is empty");
    for (std::size_t i = 0; i < info.index.size(); ++i) {
      const Domain& domain = info.index[i].domain;
      if (domain.made == Made::subsets) throw VocabularyError(info.name + ": a set as an index");
      const bool pairs = domain.made == Made::pairs;
      const Domain& each = pairs ? *domain.of : domain;
      dimensions_[i] = {each.low, static_cast<unsigned>(each.size()), pairs};
      indices_ += pairs ? 2 : 1;
      has_pairs_ = has_pairs_ || pairs;
    }
    dimension_count_ = info.index.size();
    plain_indices_ = has_pairs_ ? ~std::size_t{0} : indices_;
    machine.declare(std::move(info));
  }

  // Inline, as what follows: an element is read or written in a few instructions.
  template <class... Index>
  [[gnu::always_inline]] const Cell& cell(Index... index) const {
    static_assert(sizeof...(Index) <= max_indices);
    if (sizeof...(Index) != plain_indices_) return cell_of_pairs({index...});
    unsigned position = 0;
    unsigned i = 0;
    ((position = position * dimensions_[i].size + offset(index, dimensions_[i]), ++i), ...);
    return cells_[position];
  }

  std::uint64_t load(const Cell& cell) const { return memory_->load(cell, mask_); }
  void store(const Cell& cell, std::uint64_t value) { memory_->store(cell, mask_, value); }

  [[noreturn, gnu::cold, gnu::noinline]] void out_of_range(const std::vector<int>& index,
                                                           const std::vector<int>& value) const {
    throw RangeError(number_, index, value);
  }

  [[noreturn, gnu::cold, gnu::noinline]] void wrong_count(std::size_t given,
                                                          std::size_t declared) const {
    throw VocabularyError(name_ + ": used with " + std::to_string(given) +
                          " indices or fields, declared with " + std::to_string(declared));
  }

  Memory* memory_;
  std::uint64_t mask_ = 0;
  std::vector<Cell> cells_;

 private:
  static constexpr std::size_t max_indices = 4;
  struct Dimension {
    int low = 0;
    unsigned size = 0;
    bool pairs = false;  ///< takes two indices, which differ
  };

  /// Where some dimension is one of pairs; any other number of indices is a mistake.
  [[gnu::noinline]] const Cell& cell_of_pairs(std::initializer_list<int> index) const {
    if (!has_pairs_ || index.size() != indices_) wrong_count(index.size(), indices_);
    unsigned position = 0;
    const int* at = index.begin();
    for (std::size_t i = 0; i < dimension_count_; ++i) {
      const Dimension& dimension = dimensions_[i];
      const unsigned first = offset(*at++, dimension);
      if (!dimension.pairs) {
        position = position * dimension.size + first;
        continue;
      }
      const unsigned second = offset(*at++, dimension);
      if (first == second) out_of_range({at[-2], at[-1]}, {});
      position = (position * dimension.size + first) * (dimension.size - 1) + second -
                 (second < first ? 0 : 1);
    }
    return cells_[position];
  }

  unsigned offset(int index, const Dimension& dimension) const {
    const auto offset = static_cast<unsigned>(index - dimension.low);
    if (offset >= dimension.size) bad_index(index);
    return offset;
  }
  [[noreturn, gnu::cold, gnu::noinline]] void bad_index(int index) const {
    throw RangeError(number_, {index}, {});
  }

  std::size_t number_;
  std::array<Dimension, max_indices> dimensions_{};
  std::size_t dimension_count_ = 0;
  std::size_t indices_ = 0;        ///< how many an element is found by
  std::size_t plain_indices_ = 0;  ///< the same where no dimension is one of pairs
  bool has_pairs_ = false;
  std::string name_;
};

/// What a variable's element reads as, so that it can stand beside plain values in std::max.
template <class T>
concept ReadsAsValue = requires { typename T::ReadsAs; };

template <class T>
T plain(const T& value) {
  return value;
}
template <ReadsAsValue T>
typename T::ReadsAs plain(const T& element) {
  return element;
}

/// False, but only once it is known for which type: in what must not be instantiated.
template <class>
inline constexpr bool never = false;

/// Mistakes that the compiler could only answer with pages. Each is said once: it does not depend
/// on the mode, nor on a type that the model declares.
enum class Mistake : std::uint8_t { none, not_a_member, not_a_value, not_a_set };
template <Mistake mistake>
struct Refused {
  static_assert(mistake != Mistake::not_a_member,
                "this variable holds an enum class: name its member, as in color[p] = Color::red, "
                "or declare it without the enum, as Map<Mode> or Scalar<Mode>, to hold numbers");
  static_assert(mistake != Mistake::not_a_value,
                "this is no value of the variable: it holds what its declaration says, numbers, "
                "members of an enum class or records");
  static_assert(mistake != Mistake::not_a_set,
                "a set is assigned a set, as in ack[p] = ack[q] | up, {} or set_of(Process), or "
                "changed by ack[p].insert(q) and ack[p].remove(q)");
  template <class T>
  static T value();
};
/// What `Given` cannot be for a variable of T.
template <class T, class Given>
using RefusedValue = Refused<never<Given> ? Mistake::none
                                          : (std::is_enum_v<T>&& std::is_arithmetic_v<Given>
                                                 ? Mistake::not_a_member
                                                 : Mistake::not_a_value)>;

template <class Given>
using RefusedSet = Refused<never<Given> ? Mistake::none : Mistake::not_a_set>;

/// What changes an element: assignment, and for numbers += -= ++ --. Self reads as a T and has
/// put(T).
template <class Self, class T>
class Assigned {
 public:
  using ReadsAs = T;

  [[gnu::always_inline]] T operator+=(int by) { return add(by); }
  [[gnu::always_inline]] T operator-=(int by) { return add(-by); }
  [[gnu::always_inline]] T operator++() { return add(1); }
  [[gnu::always_inline]] T operator--() { return add(-1); }
  [[gnu::always_inline]] T operator++(int) { return add(1) - 1; }
  [[gnu::always_inline]] T operator--(int) { return add(-1) + 1; }

  template <class Other>
    requires(std::is_enum_v<T> && std::is_arithmetic_v<Other>)
  bool operator==(const Other&) const {
    return RefusedValue<T, Other>::template value<bool>();
  }

 private:
  friend Self;
  Assigned() = default;
  [[gnu::always_inline]] T add(int by) {
    static_assert(std::is_same_v<T, int>, "only numbers can be counted up and down");
    Self& self = static_cast<Self&>(*this);
    return self = static_cast<T>(self) + by;
  }
};

template <class T>
struct HeldByMap {
  static_assert(std::is_integral_v<T> || std::is_enum_v<T>,
                "a map holds numbers, members of an enum class or records, which are structs of "
                "two or more ints; a map of sets is declared as Sets<Mode>");
  static constexpr bool checked = true;
};

/// One value for each member of one or more index domains. T is int, bool or the domain's enum
/// class; or a record, a struct of such fields, below.
template <class Mode, class T = int>
class Map : public Variable<Mode> {
  static_assert(HeldByMap<T>::checked);

 public:
  template <class Machine>
  Map(Machine& machine, std::string name, const std::vector<Domain>& index, const Domain& value)
      : Variable<Mode>(machine, describe(std::move(name), index, value)),
        low_(value.low),
        size_(static_cast<std::uint64_t>(value.size())),
        bits_(width(value)) {
    if (!Mode::Memory::side_by_side(this->cells_, bits_)) return;
    for (std::size_t i = 0; i < this->cells_.size(); ++i) ones_ |= std::uint64_t{1} << (i * bits_);
  }

  template <class Machine>
  Map(Machine& machine, std::string name, Domain index, const Domain& value)
      : Map(machine, std::move(name), std::vector<Domain>{std::move(index)}, value) {}

  /// Reads as a T, assigns a T; with another index, the element of a map with more of them.
  template <class Owner, class... Index>
  class Element : public Assigned<Element<Owner, Index...>, T> {
   public:
    Element(Owner& map, Index... index) : map_(map), index_(index...) {}
    [[gnu::always_inline]] operator T() const { return read(std::index_sequence_for<Index...>{}); }
    [[gnu::always_inline]] T operator=(T value) {
      assign(value, std::index_sequence_for<Index...>{});
      return value;
    }
    [[gnu::always_inline]] T operator=(const Element& other) {
      return *this = static_cast<T>(other);
    }
    template <class Other>
      requires(!std::is_convertible_v<const Other&, T>)
    T operator=(const Other&) {
      return RefusedValue<T, Other>::template value<T>();
    }
    [[gnu::always_inline]] auto operator[](int next) const {
      return with(next, std::index_sequence_for<Index...>{});
    }

   private:
    // Not by std::apply, which the compiler does not always see through.
    template <std::size_t... I>
    [[gnu::always_inline]] T read(std::index_sequence<I...>) const {
      return std::as_const(map_)(std::get<I>(index_)...);
    }
    template <std::size_t... I>
    [[gnu::always_inline]] void assign(T value, std::index_sequence<I...>) {
      map_.assign(value, std::get<I>(index_)...);
    }
    template <std::size_t... I>
    [[gnu::always_inline]] auto with(int next, std::index_sequence<I...>) const {
      return Element<Owner, Index..., int>(map_, std::get<I>(index_)..., next);
    }

    Owner& map_;
    std::tuple<Index...> index_;
  };

  [[gnu::always_inline]] auto operator[](int index) const {
    return Element<const Map, int>(*this, index);
  }
  [[gnu::always_inline]] auto operator[](int index) { return Element<Map, int>(*this, index); }

  template <class... Index>
  [[gnu::always_inline]] T operator()(const Index&... index) const {
    return static_cast<T>(static_cast<int>(this->load(this->cell(static_cast<int>(index)...))) +
                          low_);
  }
  template <class... Index>
  [[gnu::always_inline]] auto operator()(const Index&... index) {
    return element(static_cast<int>(index)...);
  }

  /// True when some element has this value.
  bool any(T value) const {
    const std::uint64_t wanted = offset_of(value);
    if (ones_ != 0) return wanted < size_ && different(wanted) != ones_;
    for (const auto& cell : this->cells_)
      if (this->load(cell) == wanted) return true;
    return false;
  }
  /// True when every element has this value.
  bool all(T value) const {
    const std::uint64_t wanted = offset_of(value);
    if (ones_ != 0) return wanted < size_ && different(wanted) == 0;
    for (const auto& cell : this->cells_)
      if (this->load(cell) != wanted) return false;
    return true;
  }
  void fill(T value) {
    const std::uint64_t offset = offset_of(value);
    if (offset >= size_) this->out_of_range({}, {static_cast<int>(value)});
    for (const auto& cell : this->cells_) this->store(cell, offset);
  }

 private:
  template <class... Index>
  auto element(Index... index) {
    return Element<Map, Index...>(*this, index...);
  }

  static VariableInfo describe(std::string name, const std::vector<Domain>& index,
                               const Domain& value) {
    VariableInfo info = indexed(std::move(name), index);
    require_simple(info.name, value);
    info.content.push_back({value.name, value});
    info.bits = width(value);
    return info;
  }
  static unsigned width(const Domain& value) {
    return static_cast<unsigned>(
        std::bit_width(static_cast<unsigned>(std::max(value.size(), 1) - 1)));
  }

  template <class... Index>
  [[gnu::always_inline]] void assign(T value, Index... index) {
    const std::uint64_t offset = offset_of(value);
    if (offset >= size_) this->out_of_range({index...}, {static_cast<int>(value)});
    this->store(this->cell(index...), offset);
  }

  std::uint64_t offset_of(T value) const {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value) - low_);
  }

  /// With all elements side by side in a word: the lowest bit of each element that differs.
  std::uint64_t different(std::uint64_t wanted) const {
    const auto& first = this->cells_[0];
    const std::uint64_t bits = this->memory_->load(first, ones_ * this->mask_) ^ (ones_ * wanted);
    std::uint64_t any_bit = bits;
    for (unsigned i = 1; i < bits_; ++i) any_bit |= bits >> i;
    return any_bit & ones_;
  }

  int low_;
  std::uint64_t size_;
  unsigned bits_ = 0;
  std::uint64_t ones_ = 0;  ///< the lowest bit of each element, or 0: not side by side
};

/// One value. T is int, bool or the domain's enum class; or a record, below.
template <class Mode, class T = int>
class Scalar : private Map<Mode, T>, public Assigned<Scalar<Mode, T>, T> {
 public:
  template <class Machine>
  Scalar(Machine& machine, std::string name, const Domain& value)
      : Map<Mode, T>(machine, std::move(name), std::vector<Domain>{}, value) {}

  operator T() const { return static_cast<const Map<Mode, T>&>(*this)(); }
  T operator=(T value) { return static_cast<Map<Mode, T>&>(*this)() = value; }
  T operator=(const Scalar& other) { return *this = static_cast<T>(other); }
  template <class Other>
    requires(!std::is_convertible_v<const Other&, T>)
  T operator=(const Other&) {
    return RefusedValue<T, Other>::template value<T>();
  }
};

/// A struct of two or more ints (and enums as wide) that a map or scalar may hold.
template <class T>
concept RecordStruct = std::is_class_v<T> && !SetLike<T> && Record<T> && record_size<T> >= 2;

/// One record for each member of one or more index domains.
///
///   struct Vote { int term; int value; };
///   Map<Mode, Vote> vote{*this, "vote", Server, {{"term", Term}, {"value", Value}}};
///   vote[s].term   vote[s]->term = t   vote[s] = {t, v}   const Vote copy = vote[s]
template <class Mode, RecordStruct T>
class Map<Mode, T> : public Variable<Mode> {
 public:
  /// `fields` are those of T, in its order.
  template <class Machine>
  Map(Machine& machine, std::string name, const std::vector<Domain>& index,
      const std::vector<Field>& fields)
      : Variable<Mode>(machine, describe(std::move(name), index, fields)), layout_({{"", fields}}) {
    if (fields.size() != record_size<T>) this->wrong_count(record_size<T>, fields.size());
  }

  template <class Machine>
  Map(Machine& machine, std::string name, Domain index, const std::vector<Field>& fields)
      : Map(machine, std::move(name), std::vector<Domain>{std::move(index)}, fields) {}

  /// The record as it was when it was read; what is changed of it, a field or all, is written back
  /// at the end of the statement.
  class Element : public T {
   public:
    T operator=(const T& value) {
      static_cast<T&>(*this) = value;
      return write();
    }
    T operator=(const Element& other) { return *this = static_cast<const T&>(other); }
    template <class Other>
      requires(!std::is_convertible_v<const Other&, T>)
    T operator=(const Other&) {
      return RefusedValue<T, Other>::template value<T>();
    }
    T* operator->() { return this; }
    Element(const Element&) = delete;
    // NOLINTNEXTLINE(bugprone-exception-escape): a field may be out of range.
    ~Element() noexcept(false) {
      if (values(*this) != values(before_) && std::uncaught_exceptions() == 0) write();
    }

   private:
    friend Map;
    using Cell = typename Variable<Mode>::Cell;
    Element(const T& value, Map& map, const Cell& cell)
        : T(value), before_(value), map_(map), cell_(cell) {}
    T write() {
      before_ = *this;
      return map_.assign(cell_, before_);
    }

    T before_;
    Map& map_;
    const Cell& cell_;
  };

  template <class... Index>
  T operator()(const Index&... index) const {
    return read(this->cell(static_cast<int>(index)...));
  }
  template <class... Index>
  Element operator()(const Index&... index) {
    const auto& cell = this->cell(static_cast<int>(index)...);
    return Element(read(cell), *this, cell);
  }
  T operator[](int index) const { return (*this)(index); }
  Element operator[](int index) { return (*this)(index); }

  /// True when some, every element is this record.
  bool any(const T& value) const {
    const std::uint64_t wanted = packed(value);
    return std::any_of(this->cells_.begin(), this->cells_.end(),
                       [&](const auto& cell) { return (this->load(cell) << 1 | 1) == wanted; });
  }
  bool all(const T& value) const {
    const std::uint64_t wanted = packed(value);
    return std::all_of(this->cells_.begin(), this->cells_.end(),
                       [&](const auto& cell) { return (this->load(cell) << 1 | 1) == wanted; });
  }
  void fill(const T& value) {
    for (const auto& cell : this->cells_) assign(cell, value);
  }

 private:
  static VariableInfo describe(std::string name, const std::vector<Domain>& index,
                               const std::vector<Field>& fields) {
    VariableInfo info = indexed(std::move(name), index);
    for (const Field& field : fields) require_simple(info.name, field.domain);
    info.holds = Holds::record;
    info.elements = {{"", fields}};
    info.bits = ElementLayout(info.elements).bits() - 1;
    return info;
  }

  static auto values(const T& record) {
    return std::bit_cast<std::array<int, record_size<T>>>(record);
  }
  // Without the bit that tells an element of a sequence from none.
  std::uint64_t packed(const T& value) const { return pack_record(layout_, 0, value); }
  T read(const typename Variable<Mode>::Cell& cell) const {
    return unpack_record<T>(layout_, this->load(cell) << 1 | 1);
  }
  T assign(const typename Variable<Mode>::Cell& cell, const T& value) {
    const std::uint64_t element = packed(value);
    if (element == 0) {
      const auto written = values(value);
      this->out_of_range({}, {written.begin(), written.end()});
    }
    this->store(cell, element >> 1);
    return value;
  }

  ElementLayout layout_;
};

/// One record: best->term, best->term = t, best = {t, v}.
template <class Mode, RecordStruct T>
class Scalar<Mode, T> : private Map<Mode, T> {
 public:
  template <class Machine>
  Scalar(Machine& machine, std::string name, const std::vector<Field>& fields)
      : Map<Mode, T>(machine, std::move(name), std::vector<Domain>{}, fields) {}

  operator T() const { return static_cast<const Map<Mode, T>&>(*this)(); }
  T operator=(const T& value) { return static_cast<Map<Mode, T>&>(*this)() = value; }
  T operator=(const Scalar& other) { return *this = static_cast<T>(other); }
  template <class Other>
    requires(!std::is_convertible_v<const Other&, T>)
  T operator=(const Other&) {
    return RefusedValue<T, Other>::template value<T>();
  }

  /// Its fields; what is written to one is written back at the end of the statement.
  template <class Record>
  struct Fields {
    Record record;
    auto* operator->() { return &record; }
  };
  auto operator->() const { return Fields<const T>{static_cast<T>(*this)}; }
  auto operator->() {
    return Fields<typename Map<Mode, T>::Element>{static_cast<Map<Mode, T>&>(*this)()};
  }
};

/// What a Set cannot be declared or asked as; said once for all modes.
template <class Given>
struct SetWithIndex {
  static_assert(never<Given>,
                "Set is a single set, asked with contains(p) and changed with insert(p) and "
                "remove(p); a set for each p is declared as Sets<Mode>, and used as sets[p]");
  static bool none();
};

/// What variables that hold sets share: cells with a bit for each member of a domain of at most 64.
template <class Mode>
class SetCells : public Variable<Mode> {
 protected:
  using Cell = typename Variable<Mode>::Cell;

  template <class Machine>
  SetCells(Machine& machine, std::string name, const std::vector<Domain>& index,
           const Domain& domain)
      : Variable<Mode>(machine, describe(std::move(name), index, domain)),
        low_(domain.low),
        size_(static_cast<unsigned>(domain.size())) {}

  [[gnu::always_inline]] bool contains(const Cell& cell, int member) const {
    return this->memory_->load(cell, bit(member)) != 0;
  }
  void insert(const Cell& cell, int member) {
    this->memory_->store(cell, bit(member), bit(member));
  }
  void remove(const Cell& cell, int member) { this->memory_->store(cell, bit(member), 0); }
  MemberSet read(const Cell& cell) const {
    return {this->load(cell), low_, static_cast<int>(size_)};
  }
  void assign(const Cell& cell, const MemberSet& set) {
    const bool elsewhere = set.low() != low_ && (set.bits() != 0 || set.is_outside());
    if (elsewhere || (set.bits() & ~this->mask_) != 0) misfit(set);
    this->store(cell, set.bits());
  }

 private:
  static VariableInfo describe(std::string name, const std::vector<Domain>& index,
                               const Domain& domain) {
    VariableInfo info = indexed(std::move(name), index);
    require_simple(info.name, domain);
    info.holds = Holds::set;
    info.content.push_back({domain.name, domain});
    require_few_tuples(info.content, 64, info.name + too_many_members);
    info.bits = static_cast<unsigned>(std::max(domain.size(), 0));
    for (int member = domain.low; member <= domain.high; ++member) info.members.push_back({member});
    return info;
  }

  std::uint64_t bit(int member) const {
    const auto offset = static_cast<unsigned>(member - low_);
    // An empty domain (a set that a parameter switches off) contains nothing.
    if (offset >= size_) return outside(member);
    return std::uint64_t{1} << offset;
  }
  [[gnu::cold, gnu::noinline]] std::uint64_t outside(int member) const {
    if (size_ == 0) return 0;
    this->out_of_range({}, {member});
  }
  [[noreturn, gnu::cold, gnu::noinline]] void misfit(const MemberSet& set) const {
    std::vector<int> members;
    for (const int member : set) members.push_back(member);
    this->out_of_range({}, members);
  }

  int low_;
  unsigned size_;
};

/// A subset of a domain of at most 64 members. With the operations of sets.hpp.
template <class Mode>
class Set : public SetCells<Mode>, public SetOperations<Set<Mode>> {
  using Base = SetCells<Mode>;

 public:
  template <class Machine>
  Set(Machine& machine, std::string name, const Domain& domain)
      : Base(machine, std::move(name), {}, domain) {}
  template <class Machine, class Index, class Given>
  Set(Machine& machine, std::string name, const Index&, const Given& domain)
      : Base(machine, std::move(name), {}, domain) {
    SetWithIndex<Index>::none();
  }

  [[gnu::always_inline]] bool contains(int member) const {
    return Base::contains(this->cells_[0], member);
  }
  void insert(int member) { Base::insert(this->cells_[0], member); }
  void remove(int member) { Base::remove(this->cells_[0], member); }
  void clear() { this->store(this->cells_[0], 0); }
  bool empty() const { return this->load(this->cells_[0]) == 0; }
  bool full() const { return this->load(this->cells_[0]) == this->mask_; }
  MemberSet value() const { return Base::read(this->cells_[0]); }
  operator MemberSet() const { return value(); }

  Set& operator=(const MemberSet& set) {
    Base::assign(this->cells_[0], set);
    return *this;
  }
  Set& operator=(const Set& other) { return *this = other.value(); }
  template <SetLike Other>
  Set& operator=(const Other& other) {
    return *this = MemberSet(other.value());
  }
  template <class Other>
    requires(!SetLike<Other>)
  Set& operator=(const Other&) {
    return RefusedSet<Other>::template value<Set&>();
  }

  template <class Given>
  bool operator[](const Given&) const {
    return SetWithIndex<Given>::none();
  }
};

/// One set for each member of one or more index domains.
///
///   Sets<Mode> ack{*this, "ack", Process, Process};
///   ack[p].insert(q)   ack[p] = ack[p] | ack[q]   ack[p].full()   ack(p, t), with two indices
template <class Mode>
class Sets : public SetCells<Mode> {
  using Base = SetCells<Mode>;

 public:
  template <class Machine>
  Sets(Machine& machine, std::string name, const std::vector<Domain>& index, const Domain& domain)
      : Base(machine, std::move(name), index, domain) {}
  template <class Machine>
  Sets(Machine& machine, std::string name, Domain index, const Domain& domain)
      : Sets(machine, std::move(name), std::vector<Domain>{std::move(index)}, domain) {}

  /// One of the sets, with the operations of sets.hpp.
  template <class Owner, class... Index>
  class Element : public SetOperations<Element<Owner, Index...>> {
   public:
    Element(Owner& sets, Index... index) : sets_(sets), index_(index...) {}

    bool contains(int member) const { return sets_.Base::contains(cell(), member); }
    void insert(int member) const { sets_.Base::insert(cell(), member); }
    void remove(int member) const { sets_.Base::remove(cell(), member); }
    void clear() const { sets_.store(cell(), 0); }
    MemberSet value() const { return sets_.Base::read(cell()); }
    operator MemberSet() const { return value(); }
    const Element& operator=(const MemberSet& set) const {
      sets_.Base::assign(cell(), set);
      return *this;
    }
    const Element& operator=(const Element& other) const { return *this = other.value(); }
    template <SetLike Other>
    const Element& operator=(const Other& other) const {
      return *this = MemberSet(other.value());
    }
    template <class Other>
      requires(!SetLike<Other>)
    const Element& operator=(const Other&) const {
      return RefusedSet<Other>::template value<const Element&>();
    }
    auto operator[](int next) const {
      return std::apply(
          [&](Index... index) { return Element<Owner, Index..., int>(sets_, index..., next); },
          index_);
    }

   private:
    const typename Variable<Mode>::Cell& cell() const {
      return std::apply([&](Index... index) -> const auto& { return sets_.cell(index...); },
                        index_);
    }
    Owner& sets_;
    std::tuple<Index...> index_;
  };

  template <class... Index>
  auto operator()(Index... index) const {
    return element(*this, static_cast<int>(index)...);
  }
  template <class... Index>
  auto operator()(Index... index) {
    return element(*this, static_cast<int>(index)...);
  }
  auto operator[](int index) const { return element(*this, index); }
  auto operator[](int index) { return element(*this, index); }

  /// Of each of them, as Map has it.
  bool all(const MemberSet& set) const {
    return std::all_of(this->cells_.begin(), this->cells_.end(),
                       [&](const auto& cell) { return Base::read(cell) == set; });
  }
  bool any(const MemberSet& set) const {
    return std::any_of(this->cells_.begin(), this->cells_.end(),
                       [&](const auto& cell) { return Base::read(cell) == set; });
  }
  void fill(const MemberSet& set) {
    for (const auto& cell : this->cells_) Base::assign(cell, set);
  }

 private:
  template <class Owner, class... Index>
  static Element<Owner, Index...> element(Owner& owner, Index... index) {
    return Element<Owner, Index...>(owner, index...);
  }
};

/// The messages of one type in a set of messages that only grows: send adds, nothing removes.
/// A message may be received any number of times, in any order, or never, so duplication,
/// reordering and loss need no action of their own.
///
/// The first `Keys` fields select a cell, the others a bit in it (at most 64 a cell): all messages
/// with the same key are examined in one access.
template <class Mode, int Keys = 0>
class Message : public Variable<Mode> {
 public:
  using Possible = std::function<bool(const std::vector<int>&)>;

  /// `type` is the record's type field, `variable` the message set it belongs to. `possible`
  /// leaves out contents that are never sent; sending one is a RangeError.
  template <class Machine>
  Message(Machine& machine, std::string variable, std::string type, std::vector<Field> fields,
          const Possible& possible = {})
      : Variable<Mode>(machine, describe(std::move(variable), std::move(type), fields, possible)) {
    for (std::size_t i = Keys; i < fields.size(); ++i)
      sizes_[i - Keys] = {fields[i].domain.low, static_cast<unsigned>(fields[i].domain.size())};
    content_count_ = fields.size() - Keys;
    const std::vector<Field> content(fields.begin() + Keys, fields.end());
    for_each_tuple(content, [&](const std::vector<int>& tuple) {
      const bool sendable = !possible || possible(tuple);
      mask_of_.push_back(sendable ? std::uint64_t{1} << contents_.size() : 0);
      if (!sendable) return;
      std::array<int, max_content> values{};
      std::copy(tuple.begin(), tuple.end(), values.begin());
      contents_.push_back(values);
    });
  }

  /// True when this very message has been sent.
  template <class... Values>
  bool sent(Values... values) const {
    const std::array<int, sizeof...(Values)> fields{static_cast<int>(values)...};
    return this->memory_->load(key_cell(fields), content_mask(fields)) != 0;
  }

  template <class... Values>
  void send(Values... values) {
    const std::array<int, sizeof...(Values)> fields{static_cast<int>(values)...};
    const std::uint64_t bit = content_mask(fields);
    if (bit == 0) this->out_of_range({}, {fields.begin(), fields.end()});
    this->memory_->store(key_cell(fields), bit, bit);
  }

  /// For normal forms: these messages will never matter again.
  template <class... Key>
  void forget(Key... key) {
    static_assert(sizeof...(Key) == Keys);
    const auto& cell = this->cell(key...);
    this->memory_->store(cell, this->mask_, 0);
  }

  /// True when no message with this key has been sent.
  template <class... Key>
  bool never_sent(Key... key) const {
    static_assert(sizeof...(Key) == Keys);
    return this->load(this->cell(key...)) == 0;
  }

  /// Calls visit(content...) for each message sent with this key: each(key..., visit).
  template <class... Arguments>
  void each(Arguments&&... arguments) const {
    static_assert(sizeof...(Arguments) == Keys + 1);
    const auto all = std::forward_as_tuple(arguments...);
    const auto bits = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return this->load(this->cell(std::get<I>(all)...));
    }(std::make_index_sequence<Keys>{});
    for (std::uint64_t left = bits; left != 0; left &= left - 1)
      call(std::get<Keys>(all), contents_[static_cast<std::size_t>(std::countr_zero(left))]);
  }

 private:
  static constexpr int max_content = 4;

  static VariableInfo describe(std::string variable, std::string type,
                               const std::vector<Field>& fields, const Possible& possible) {
    if (fields.size() < Keys || fields.size() - Keys > max_content)
      throw ModelError(type + ": wrong number of fields");
    for (const Field& field : fields)
      if (field.domain.made == Made::pairs) require_simple(type, field.domain);
    VariableInfo info;
    info.name = std::move(variable);
    info.message = std::move(type);
    info.index.assign(fields.begin(), fields.begin() + Keys);
    info.holds = Holds::set;
    info.content.assign(fields.begin() + Keys, fields.end());
    const std::uint64_t most = possible ? std::uint64_t{1} << 20 : 64;
    require_few_tuples(info.content, most, info.message + too_many_members);
    for_each_tuple(info.content, [&](const std::vector<int>& tuple) {
      if (!possible || possible(tuple)) info.members.push_back(tuple);
    });
    info.bits = static_cast<unsigned>(info.members.size());
    return info;
  }

  template <std::size_t N>
  const typename Variable<Mode>::Cell& key_cell(const std::array<int, N>& fields) const {
    static_assert(N >= Keys);
    return [&]<std::size_t... I>(std::index_sequence<I...>) -> const auto& {
      return this->cell(fields[I]...);
    }(std::make_index_sequence<Keys>{});
  }

  /// The bit of this content in its cell; 0 when it is not a possible content.
  template <std::size_t N>
  std::uint64_t content_mask(const std::array<int, N>& fields) const {
    if (N - Keys != content_count_) this->wrong_count(N, Keys + content_count_);
    if constexpr (N == Keys) return 1;
    unsigned position = 0;
    for (std::size_t i = Keys; i < N; ++i) {
      const auto offset = static_cast<unsigned>(fields[i] - sizes_[i - Keys].low);
      const unsigned size = sizes_[i - Keys].size;
      if (offset >= size) return 0;
      position = position * size + offset;
    }
    return mask_of_[position];
  }

  template <class Visit>
  static void call(Visit&& visit, const std::array<int, max_content>& content) {
    if constexpr (std::is_invocable_v<Visit, int>) {
      visit(content[0]);
    } else if constexpr (std::is_invocable_v<Visit, int, int>) {
      visit(content[0], content[1]);
    } else if constexpr (std::is_invocable_v<Visit, int, int, int>) {
      visit(content[0], content[1], content[2]);
    } else {
      visit(content[0], content[1], content[2], content[3]);
    }
  }

  struct Size {
    int low = 0;
    unsigned size = 0;
  };
  std::array<Size, max_content> sizes_{};
  std::size_t content_count_ = 0;
  std::vector<std::uint64_t> mask_of_;
  std::vector<std::array<int, max_content>> contents_;
};

}  // namespace synod

// An element of a variable is a reference to be written through, of a type of its own, so that
// std::max(c, clock[p]) would find two types. Models are full of it, and nothing else is touched.
// NOLINTBEGIN(cert-dcl58-cpp, bugprone-std-namespace-modification)
namespace std {
template <class A, class B>
  requires(synod::ReadsAsValue<A> || synod::ReadsAsValue<B>)
constexpr auto max(const A& a, const B& b) {
  using Value = decltype(synod::plain(a));
  const Value left = a;
  const Value right = b;
  return left < right ? right : left;
}
template <class A, class B>
  requires(synod::ReadsAsValue<A> || synod::ReadsAsValue<B>)
constexpr auto min(const A& a, const B& b) {
  using Value = decltype(synod::plain(a));
  const Value left = a;
  const Value right = b;
  return right < left ? right : left;
}
}  // namespace std
// NOLINTEND(cert-dcl58-cpp, bugprone-std-namespace-modification)
