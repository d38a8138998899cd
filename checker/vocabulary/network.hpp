// Networks that hold the messages on their way. What a network does to them is a parameter of the
// system, not a part of its model: `network_parameters()` declares it, `Network` does it, and
// `faults()` in Next() adds the network's own actions.
//
//   struct Vote { int from, to, term; };
//   Network<Mode, Vote, Ack> msgs{*this, "msgs", {{"Vote", {{"from", Server}, ...}}, ...}};
//
//   msgs.send(Vote{s, t, term});            in an effect
//   void ReceiveVote(const Vote& m) { ... THEN(receive, msgs.receive(m)); }
//   ACTION(ReceiveVote, every<Vote>(msgs));
//   msgs.faults(*this);
//
// Delivery is in any order in all of them. Where order matters, a channel is a Sequence
// (sequence.hpp); where messages are never used up, a Message set (variables.hpp) is smaller.
#pragma once

#include <algorithm>

#include "checker/vocabulary/machine.hpp"

namespace synod {

/// What a network does to messages, besides delivering them in any order.
enum class Delivery : std::uint8_t {
  reliable,     ///< each message is received exactly once
  lossy,        ///< or lost
  duplicating,  ///< or lost, or received any number of times
  short_lived,  ///< or lost; gone for certain once `in_flight` later ones have been sent
};

/// `network` and its bound `in_flight`; a system puts them among its parameters. One that leaves
/// messages to be lost cannot offer a reliable network.
inline std::vector<ParameterSpec> network_parameters(int in_flight, bool reliable_too) {
  std::string meaning =
      "messages arrive in any order; they may be lost, or also duplicated, or are lost if they "
      "linger";
  std::vector<std::string> kinds = {"lossy", "duplicating", "short_lived"};
  if (reliable_too) {
    meaning += ", or arrive once each";
    kinds.push_back("reliable");
  }
  return {choice("network", meaning, kinds),
          bound("in_flight", "messages on their way at a time", 1, 12, in_flight)};
}

/// A message of whatever type.
struct AnyMessage {
  std::uint64_t element;
};

template <class Network, class M>
struct Every;

template <class Mode, Record... Messages>
class Network : public Variable<Mode> {
 public:
  /// `types` are the names and fields of Messages, in their order.
  template <class Machine>
  Network(Machine& machine, std::string name, const std::vector<ElementType>& types)
      : Variable<Mode>(machine,
                       describe(std::move(name), types, machine.bound_parameter("in_flight"),
                                delivery_of(machine.parameter("network")))),
        layout_(types),
        number_(machine.variables().size() - 1),
        machine_(&machine),
        delivery_(delivery_of(machine.parameter("network"))) {
    std::size_t type = 0;
    ((types.at(type).fields.size() == record_size<Messages>
          ? void(++type)
          : this->wrong_count(record_size<Messages>, types[type].fields.size())),
     ...);
    for (const ElementType& each : types) domains_.push_back(slots(each.name));
    domains_.push_back(slots("message"));
  }

  /// Puts a message into the network. A copy of one that is there already counts as lost, unless
  /// nothing may be lost. When the network is full, this message is lost, or the oldest where
  /// messages do not linger; where nothing may be lost the bound `in_flight` is too small, which is
  /// a violation of TypeOK.
  template <Record M>
  void send(const M& message) {
    const std::uint64_t element = pack_record(layout_, type_of<M>(), message);
    if (element == 0) this->out_of_range({}, {});
    Slots all = load_all();
    if (delivery_ != Delivery::reliable && contains(all, element)) return;
    if (all.count == this->cells_.size()) {
      if (delivery_ == Delivery::reliable) this->out_of_range({}, {});
      machine_->cut("in_flight");
      if (delivery_ != Delivery::short_lived) return;
      remove(all, all.slot[0]);
    }
    all.slot[all.count++] = element;
    store_all(all);
  }

  /// Takes a message out of the network, unless it may be received again.
  template <Record M>
  void receive(const M& message) {
    if (delivery_ != Delivery::duplicating) take(pack_record(layout_, type_of<M>(), message));
  }

  /// Whether `messages` more can be sent with none of those on their way lost.
  bool room_for(int messages) const {
    return delivery_ == Delivery::short_lived ||
           load_all().count + static_cast<std::size_t>(messages) <= this->cells_.size();
  }

  /// Whether a message is in the network; false when there cannot be such a message.
  template <Record M>
  bool on_its_way(const M& message) const {
    const std::uint64_t element = pack_record(layout_, type_of<M>(), message);
    return element != 0 && contains(load_all(), element);
  }

  /// For normal forms: visit(message) for each message, which it may change.
  template <class Visit>
  void each(Visit&& visit) {
    Slots all = load_all();
    for (std::size_t i = 0; i < all.count; ++i) (change<Messages>(all.slot[i], visit), ...);
    store_all(all);
  }

  /// The network's own actions, for Next().
  template <class Machine>
  void faults(Machine& machine) {
    machine.act(
        delivery_ != Delivery::reliable, "LoseMessage",
        [&](const AnyMessage& message) {
          machine.then("lose", "msgs.take(message)", [&] { take(message.element); });
        },
        Every<Network, AnyMessage>{*this});
  }

  // For Every.

  std::size_t number() const { return number_; }
  std::size_t slots() const { return this->cells_.size(); }
  template <class M>
  const Domain& domain() const {
    if constexpr (std::is_same_v<M, AnyMessage>)
      return domains_.back();
    else
      return domains_[type_of<M>()];
  }
  /// The message in a slot when it is of type M, and not another copy of one before.
  template <class M>
  std::optional<M> message_in(std::size_t slot) const {
    const std::uint64_t element = this->load(this->cells_[slot]);
    if (element == 0) return std::nullopt;
    for (std::size_t i = 0; i < slot; ++i)
      if (this->load(this->cells_[i]) == element) return std::nullopt;
    if constexpr (std::is_same_v<M, AnyMessage>) {
      return AnyMessage{element};
    } else {
      if (layout_.type_of(element) != type_of<M>()) return std::nullopt;
      return unpack_record<M>(layout_, element);
    }
  }

 private:
  static constexpr std::size_t most_slots = 12;
  struct Slots {
    std::array<std::uint64_t, most_slots> slot{};
    std::size_t count = 0;
  };

  template <class M>
  static constexpr std::size_t type_of() {
    constexpr std::array<bool, sizeof...(Messages)> same{std::is_same_v<M, Messages>...};
    constexpr std::size_t type = std::find(same.begin(), same.end(), true) - same.begin();
    static_assert(type < sizeof...(Messages), "the network carries no messages of this type");
    return type;
  }

  static Delivery delivery_of(int choice) {
    constexpr std::array order{Delivery::lossy, Delivery::duplicating, Delivery::short_lived,
                               Delivery::reliable};
    return order[static_cast<std::size_t>(choice)];
  }

  static VariableInfo describe(std::string name, const std::vector<ElementType>& types,
                               int in_flight, Delivery delivery) {
    if (in_flight < 1 || in_flight > static_cast<int>(most_slots))
      throw ModelError(name + ": in_flight=" + std::to_string(in_flight) + " is not in 1.." +
                       std::to_string(most_slots));
    VariableInfo info;
    info.name = std::move(name);
    info.index = {{"slot", integers("slot", 1, in_flight)}};
    info.holds = Holds::message;
    info.elements = types;
    info.bits = ElementLayout(types).bits();
    info.in_order = delivery == Delivery::short_lived;
    return info;
  }

  Domain slots(const std::string& name) const {
    return integers(name, 1, static_cast<int>(this->cells_.size()));
  }

  Slots load_all() const {
    Slots all;
    while (all.count < this->cells_.size()) {
      const std::uint64_t element = this->load(this->cells_[all.count]);
      if (element == 0) break;
      all.slot[all.count++] = element;
    }
    return all;
  }

  /// In one order only, so that networks with the same messages are the same state; in the order
  /// of sending where that decides which is lost.
  void store_all(Slots all) {
    if (delivery_ != Delivery::short_lived)
      std::sort(all.slot.begin(), all.slot.begin() + all.count, std::greater<>());
    for (std::size_t i = 0; i < this->cells_.size(); ++i)
      this->store(this->cells_[i], i < all.count ? all.slot[i] : 0);
  }

  static bool contains(const Slots& all, std::uint64_t element) {
    return std::find(all.slot.begin(), all.slot.begin() + all.count, element) !=
           all.slot.begin() + all.count;
  }

  /// Removes the first copy.
  static bool remove(Slots& all, std::uint64_t element) {
    const auto end = all.slot.begin() + all.count;
    const auto found = std::find(all.slot.begin(), end, element);
    if (found == end) return false;
    std::copy(found + 1, end, found);
    --all.count;
    return true;
  }

  template <class M, class Visit>
  void change(std::uint64_t& element, Visit& visit) {
    if (layout_.type_of(element) != type_of<M>()) return;
    M message = unpack_record<M>(layout_, element);
    visit(message);
    element = pack_record(layout_, type_of<M>(), message);
    if (element == 0) this->out_of_range({}, {});
  }

  void take(std::uint64_t element) {
    Slots all = load_all();
    if (!remove(all, element)) this->out_of_range({}, {});
    store_all(all);
  }

  ElementLayout layout_;
  std::size_t number_;
  Machine<Mode>* machine_;
  Delivery delivery_;
  std::vector<Domain> domains_;
};

/// The argument of an action that is about a message: every one of type M that is on its way.
template <class Network, class M>
struct Every {
  const Network& network;

  std::size_t variable() const { return network.number(); }
  const Domain& domain() const { return network.template domain<M>(); }
  std::optional<M> operator[](int slot) const {
    return network.template message_in<M>(static_cast<std::size_t>(slot) - 1);
  }
};

template <class M, class Network>
Every<Network, M> every(const Network& network) {
  return {network};
}

}  // namespace synod
