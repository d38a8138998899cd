// Sequences of bounded length: a server's log, a FIFO channel. Positions count from 1, as in the
// papers and in TLA+.
//
//   struct Entry { int term; int value; };
//   Sequence<Mode, Entry> log{*this, "log", {Server}, {{"term", Term}, {"value", Value}}, 3};
//   log[s].append({term, v});   log[s].at(i).term   log[s].size()
//   Sequence<Mode> queue{*this, "queue", {}, {{"client", Client}}, 3};   queue.append(c)
//
// Appending to a full sequence, or reading or removing what is not there, is out of range: a
// violation of TypeOK. A model whose sequences could grow for ever bounds them with WITHIN.
#pragma once

#include "checker/vocabulary/variables.hpp"

namespace synod {

/// One sequence for each tuple of the index domains, or one in all. T is int or a record.
template <class Mode, Record T = int>
class Sequence : public Variable<Mode> {
 public:
  /// `fields` are those of T, in its order; `capacity` is the greatest length.
  template <class Machine>
  Sequence(Machine& machine, std::string name, const std::vector<Domain>& index,
           const std::vector<Field>& fields, int capacity)
      : Variable<Mode>(machine, describe(std::move(name), index, fields, capacity)),
        layout_({{"", fields}}),
        capacity_(capacity) {
    if (fields.size() != record_size<T>) this->wrong_count(record_size<T>, fields.size());
  }

  /// A sequence as it was when it was read.
  class View {
   public:
    int size() const {
      const unsigned width = sequence_->layout_.bits();
      return static_cast<int>((static_cast<unsigned>(std::bit_width(bits_)) + width - 1) / width);
    }
    bool empty() const { return bits_ == 0; }
    T at(int position) const {
      const std::uint64_t element = element_at(position);
      if (element == 0) sequence_->out_of_range({}, {position});
      return unpack_record<T>(sequence_->layout_, element);
    }
    T at_or(int position, const T& fallback) const {
      const std::uint64_t element = element_at(position);
      return element == 0 ? fallback : unpack_record<T>(sequence_->layout_, element);
    }
    /// The first `length` elements, or all where there are fewer.
    View first(int length) const {
      const int kept = std::clamp(length, 0, sequence_->capacity_);
      return View(sequence_, bits_ & low_bits(sequence_->width(kept)));
    }
    bool starts_with(const View& prefix) const {
      return (bits_ & low_bits(sequence_->width(prefix.size()))) == prefix.bits_;
    }
    bool operator==(const View& other) const { return bits_ == other.bits_; }

   protected:
    friend class Sequence;
    View(const Sequence* sequence, std::uint64_t bits) : sequence_(sequence), bits_(bits) {}

    std::uint64_t element_at(int position) const {
      if (position < 1 || position > sequence_->capacity_) return 0;
      return bits_ >> sequence_->width(position - 1) & low_bits(sequence_->layout_.bits());
    }

    const Sequence* sequence_;
    std::uint64_t bits_;
  };

  /// A sequence that can be changed.
  class Element : public View {
   public:
    void append(const T& value) { insert(this->size() + 1, value); }
    /// Puts an element at a position; those from there on move up by one.
    void insert(int position, const T& value) {
      const std::uint64_t packed = pack_record(sequence()->layout_, 0, value);
      const int length = this->size();
      if (packed == 0 || length >= sequence()->capacity_ || position < 1 || position > length + 1)
        sequence()->out_of_range({}, {position});
      const std::uint64_t before = this->bits_ & low_bits(sequence()->width(position - 1));
      const std::uint64_t rest = this->bits_ ^ before;
      const unsigned width = sequence()->layout_.bits();
      set(before | packed << sequence()->width(position - 1) | (rest == 0 ? 0 : rest << width));
    }
    /// Leaves the first `length` elements.
    void truncate(int length) {
      if (length < 0 || length > this->size()) sequence()->out_of_range({}, {length});
      set(this->bits_ & low_bits(sequence()->width(length)));
    }
    void remove(int position) {
      if (this->element_at(position) == 0) sequence()->out_of_range({}, {position});
      const std::uint64_t before = low_bits(sequence()->width(position - 1));
      const unsigned width = sequence()->layout_.bits();
      const std::uint64_t rest = width >= 64 ? 0 : this->bits_ >> width;
      set((this->bits_ & before) | (rest & ~before));
    }
    void clear() { set(0); }
    Element& operator=(const View& other) {
      set(other.bits_);
      return *this;
    }
    Element(const Element&) = default;
    Element& operator=(const Element& other) { return *this = static_cast<const View&>(other); }

   private:
    friend class Sequence;
    Element(Sequence* sequence, const typename Variable<Mode>::Cell& cell)
        : View(sequence, sequence->load(cell)), cell_(&cell) {}

    Sequence* sequence() const { return const_cast<Sequence*>(this->sequence_); }
    void set(std::uint64_t bits) {
      this->bits_ = bits;
      sequence()->store(*cell_, bits);
    }
    const typename Variable<Mode>::Cell* cell_;
  };

  template <class... Index>
  View operator()(Index... index) const {
    return View(this, this->load(this->cell(static_cast<int>(index)...)));
  }
  template <class... Index>
  Element operator()(Index... index) {
    return Element(this, this->cell(static_cast<int>(index)...));
  }
  View operator[](int index) const { return (*this)(index); }
  Element operator[](int index) { return (*this)(index); }

  // Of one sequence in all, which has no index.
  int size() const { return (*this)().size(); }
  bool empty() const { return (*this)().empty(); }
  T at(int position) const { return (*this)().at(position); }
  void append(const T& value) { (*this)().append(value); }
  void truncate(int length) { (*this)().truncate(length); }
  void remove(int position) { (*this)().remove(position); }

 private:
  static VariableInfo describe(std::string name, const std::vector<Domain>& index,
                               const std::vector<Field>& fields, int capacity) {
    VariableInfo info = indexed(std::move(name), index);
    info.holds = Holds::sequence;
    info.elements = {{"", fields}};
    info.capacity = capacity;
    if (capacity < 0) throw ModelError(info.name + ": a capacity of " + std::to_string(capacity));
    // An element has at least one bit.
    if (capacity > 64) throw StateTooLarge();
    info.bits = ElementLayout(info.elements).bits() * static_cast<unsigned>(capacity);
    if (info.bits > 64) throw StateTooLarge();
    return info;
  }

  unsigned width(int elements) const { return layout_.bits() * static_cast<unsigned>(elements); }

  ElementLayout layout_;
  int capacity_;
};

}  // namespace synod
