// Reliable channels: nothing is lost, repeated or made up. Whether a channel delivers its messages
// in the order of sending is a parameter of the system, not a part of its model:
//
//   Channels<Mode> chan{*this, "chan", {Channel}, {{"message", Message}}, capacity};
//
//   chan(c).send(m);        in an effect
//   chan(c).delivers(m)     in a guard: m may be received next
//   chan(c).receive(m);     in an effect
//
// The index is whatever names a channel: its number in a topology, or sender and receiver. A
// channel without order keeps its messages sorted, so that the same messages are the same state.
#pragma once

#include "checker/vocabulary/machine.hpp"
#include "checker/vocabulary/sequence.hpp"

namespace synod {

/// The parameter `fifo`; a system puts it among its own.
inline ParameterSpec fifo_parameter() {
  return choice("fifo", "a channel delivers its messages in the order of sending", {"yes", "no"});
}

/// A channel for each tuple of the index domains. T is int or a record.
template <class Mode, Record T = int>
class Channels {
 public:
  /// `fields` are those of T, in its order; `capacity` is how many messages a channel has room for.
  /// Sending one more is a violation of TypeOK.
  template <class Machine>
  Channels(Machine& machine, std::string name, const std::vector<Domain>& index,
           const std::vector<Field>& fields, int capacity)
      : messages_(machine, std::move(name), index, fields, capacity),
        fifo_(machine.parameter("fifo") == 0) {}

  /// What one channel holds.
  template <class Messages>
  class Channel {
   public:
    Channel(Messages messages, bool fifo) : messages_(messages), fifo_(fifo) {}

    int size() const { return messages_.size(); }
    bool empty() const { return messages_.empty(); }
    /// Counted from 1, in the order in which they are delivered if there is one.
    T at(int position) const { return messages_.at(position); }
    /// How many copies of this message it holds.
    int count(const T& message) const {
      int copies = 0;
      for (int i = 1; i <= size(); ++i) copies += key(messages_.at(i)) == key(message) ? 1 : 0;
      return copies;
    }
    /// Whether this message may be received next: the oldest or, without order, any.
    bool delivers(const T& message) const {
      if (fifo_) return !empty() && key(messages_.at(1)) == key(message);
      return count(message) != 0;
    }

    void send(const T& message) {
      int position = size() + 1;
      if (!fifo_)
        while (position > 1 && key(message) < key(messages_.at(position - 1))) --position;
      messages_.insert(position, message);
    }
    /// Takes out what is delivered; out of range where it is not.
    void receive(const T& message) {
      int position = 1;
      if (!fifo_)
        while (position < size() && key(messages_.at(position)) != key(message)) ++position;
      messages_.remove(position);
    }
    void clear() { messages_.clear(); }

   private:
    static auto key(const T& message) {
      return std::bit_cast<std::array<int, record_size<T>>>(message);
    }

    Messages messages_;
    bool fifo_;
  };

  template <class... Index>
  auto operator()(Index... index) const {
    return Channel(messages_(index...), fifo_);
  }
  template <class... Index>
  auto operator()(Index... index) {
    return Channel(messages_(index...), fifo_);
  }
  auto operator[](int index) const { return (*this)(index); }
  auto operator[](int index) { return (*this)(index); }

 private:
  Sequence<Mode, T> messages_;
  bool fifo_;
};

}  // namespace synod
