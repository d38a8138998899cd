// Synchronous rounds with an adversary: which processes are faulty, and the messages of algorithms
// in which everybody relays what he was told.
//
// All messages of a round arrive before the next round begins, so the order in which those of one
// round are sent is of no account. A model sends them one after another in one fixed order and so
// does not pay for the other orders.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "checker/vocabulary/quorum.hpp"

namespace synod {

/// The sets of at most `most` processes, as a domain: which processes the adversary may hold.
/// `keep` says which sets, given as bit masks, are to be members. The processes begin at 0.
class FaultySets {
 public:
  template <std::predicate<std::uint64_t> Keep>
  FaultySets(const Domain& process, int most, Keep&& keep) {
    if (process.low != 0) throw ModelError("faulty sets of " + process.name + ": must begin at 0");
    require_few(process);
    for (std::uint64_t mask = 0; mask < (std::uint64_t{1} << process.size()); ++mask)
      if (std::popcount(mask) <= most && keep(mask)) masks_.push_back(mask);
    std::vector<std::string> labels;
    for (const std::uint64_t mask : masks_) {
      std::string members_text;
      for (const int p : members(mask))
        members_text += (members_text.empty() ? "" : ",") + process.label(p);
      labels.push_back("{" + members_text + "}");
    }
    domain_ = enumeration("faulty set", std::move(labels));
    domain_.of = std::make_shared<const Domain>(process);
    domain_.sets = masks_;
  }

  const Domain& domain() const { return domain_; }

  /// Whether a set of the domain has this process; `none`, no set yet, has nobody.
  bool has(int set, int process) const {
    return set != none && (masks_[static_cast<std::size_t>(set)] >> process & 1) != 0;
  }

 private:
  std::vector<std::uint64_t> masks_;
  Domain domain_;
};

/// The messages of rounds 0..last, where process `first` speaks to all in round 0 and everybody, in
/// each later round, relays each message that he got in the round before to all who are not on its
/// path. 0:2->1 says that 2 tells 1 what 0 told him.
///
/// As a domain they are numbered in one order of sending: by round, sender, receiver, path.
class RelayedMessages {
 public:
  RelayedMessages(const Domain& process, int first, int last) {
    std::vector<Message> round;
    for (const int to : process)
      if (to != first) round.push_back({.path = {first}, .receiver = to});
    for (int number = 0; number <= last; ++number) {
      std::sort(round.begin(), round.end(), [](const Message& a, const Message& b) {
        return std::tuple(a.path.back(), a.receiver, a.path) <
               std::tuple(b.path.back(), b.receiver, b.path);
      });
      round = add_round(process, number, round);
    }
    domain_ = enumeration("message", std::move(labels_));
  }

  const Domain& domain() const { return domain_; }

  int round(int message) const { return at(message).round; }
  int sender(int message) const { return senders_[static_cast<std::size_t>(message)]; }
  int receiver(int message) const { return at(message).receiver; }
  /// The message that the sender passes on; none in round 0.
  int source(int message) const { return at(message).source; }
  /// The messages in which others tell the same receiver that they got this message too.
  const std::vector<int>& relays(int message) const { return at(message).relays; }

 private:
  struct Message {
    std::vector<int> path;
    int receiver;
    int round = 0;
    int source = none;
    std::vector<int> relays = {};
  };

  /// Numbers the messages of a round; returns those of the next.
  std::vector<Message> add_round(const Domain& process, int number,
                                 const std::vector<Message>& round) {
    std::vector<Message> next;
    for (Message message : round) {
      const int index = static_cast<int>(messages_.size());
      message.round = number;
      index_[{message.path, message.receiver}] = index;
      std::vector<int> before = message.path;
      before.pop_back();
      if (!before.empty()) {
        message.source = index_.at({before, message.path.back()});
        const int heard = index_.at({before, message.receiver});
        messages_[static_cast<std::size_t>(heard)].relays.push_back(index);
      }
      std::string text;
      for (const int p : message.path) text += (text.empty() ? "" : ":") + process.label(p);
      labels_.push_back(text + "->" + process.label(message.receiver));
      messages_.push_back(message);
      senders_.push_back(message.path.back());

      message.path.push_back(message.receiver);
      for (const int to : process) {
        if (std::find(message.path.begin(), message.path.end(), to) != message.path.end()) continue;
        next.push_back({.path = message.path, .receiver = to});
      }
    }
    return next;
  }

  const Message& at(int message) const { return messages_[static_cast<std::size_t>(message)]; }

  std::vector<Message> messages_;
  std::vector<int> senders_;  // asked for at every step
  std::map<std::pair<std::vector<int>, int>, int> index_;
  std::vector<std::string> labels_;
  Domain domain_;
};

}  // namespace synod
