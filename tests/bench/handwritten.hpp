// The same two protocols written by hand for speed: plain structs, no vocabulary, no claims. The
// baseline that the models are measured against; they must reach the same counts.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

namespace synod::bench {

/// transaction_commit with a state packed by hand into one word: for each resource manager two bits
/// of state, one "the TM knows", one "has sent Prepared"; then the TM's state, Commit, Abort.
class HandTransactionCommit {
 public:
  using State = std::uint64_t;

  explicit HandTransactionCommit(int participants) : n_(participants) {}

  State initial() const { return 0; }

  template <class Emit>
  void expand(State s, Emit&& emit) const {
    const std::uint64_t all = (std::uint64_t{1} << n_) - 1;
    const int known = 2 * n_;
    const int sent = 3 * n_;
    const int tm = 4 * n_;
    const std::uint64_t commit = std::uint64_t{1} << (tm + 2);
    const std::uint64_t abort = std::uint64_t{1} << (tm + 3);
    if ((s >> tm & 3) == 0) {
      for (int r = 0; r < n_; ++r)
        if ((s >> (sent + r) & 1) != 0) emit(s | std::uint64_t{1} << (known + r));
      if ((s >> known & all) == all) emit((s | std::uint64_t{1} << tm) | commit);
      emit((s | std::uint64_t{2} << tm) | abort);
    }
    for (int r = 0; r < n_; ++r) {
      const std::uint64_t cleared = s & ~(std::uint64_t{3} << (2 * r));
      if ((s >> (2 * r) & 3) == 0) {
        emit((cleared | std::uint64_t{1} << (2 * r)) | std::uint64_t{1} << (sent + r));
        emit(cleared | std::uint64_t{3} << (2 * r));
      }
      if ((s & commit) != 0) emit(cleared | std::uint64_t{2} << (2 * r));
      if ((s & abort) != 0) emit(cleared | std::uint64_t{3} << (2 * r));
    }
  }

 private:
  int n_;
};

/// paxos with a readable state: bytes and small bit sets in a plain struct.
class HandPaxos {
 public:
  static constexpr int most = 4;  // acceptors, and ballots
  struct State {
    std::int8_t maxBal[most];
    std::int8_t maxVBal[most];
    std::int8_t maxVal[most];
    std::uint8_t sent1a;
    std::uint8_t sent2a[most];        // [ballot], a bit a value
    std::uint8_t sent2b[most][most];  // [acceptor][ballot], a bit a value
    std::uint8_t padding[7];          // none of it is indeterminate: states are hashed as bytes
    std::uint16_t sent1b[most]
                        [most];  // [acceptor][ballot], bit 0: no vote, 1 + mbal * values + mval
  };
  static_assert(std::has_unique_object_representations_v<State>);

  HandPaxos(int acceptors, int values, int ballots)
      : acceptors_(acceptors), values_(values), ballots_(ballots) {
    for (unsigned mask = 0; mask < 1U << acceptors; ++mask)
      if (std::popcount(mask) == acceptors / 2 + 1) quorums_.push_back(mask);
  }

  State initial() const {
    State s{};
    std::memset(s.maxBal, -1, sizeof s.maxBal + sizeof s.maxVBal + sizeof s.maxVal);
    return s;
  }

  template <class Emit>
  void expand(const State& s, Emit&& emit) const {
    for (int b = 0; b < ballots_; ++b) {
      State t = s;
      t.sent1a |= static_cast<std::uint8_t>(1U << b);
      emit(t);
    }
    for (int a = 0; a < acceptors_; ++a)
      for (int b = 0; b < ballots_; ++b)
        if ((s.sent1a >> b & 1) != 0 && b > s.maxBal[a]) {
          State t = s;
          t.maxBal[a] = static_cast<std::int8_t>(b);
          const int vote = s.maxVBal[a] < 0 ? 0 : 1 + s.maxVBal[a] * values_ + s.maxVal[a];
          t.sent1b[a][b] |= static_cast<std::uint16_t>(1U << vote);
          emit(t);
        }
    for (int b = 0; b < ballots_; ++b)
      for (int v = 0; v < values_; ++v)
        if (s.sent2a[b] == 0 && safe(s, b, v)) {
          State t = s;
          t.sent2a[b] |= static_cast<std::uint8_t>(1U << v);
          emit(t);
        }
    for (int a = 0; a < acceptors_; ++a)
      for (int b = 0; b < ballots_; ++b)
        for (int v = 0; v < values_; ++v)
          if ((s.sent2a[b] >> v & 1) != 0 && b >= s.maxBal[a]) {
            State t = s;
            t.maxBal[a] = t.maxVBal[a] = static_cast<std::int8_t>(b);
            t.maxVal[a] = static_cast<std::int8_t>(v);
            t.sent2b[a][b] |= static_cast<std::uint8_t>(1U << v);
            emit(t);
          }
  }

 private:
  bool safe(const State& s, int b, int v) const {
    for (const unsigned quorum : quorums_) {
      unsigned reported = 0;
      bool complete = true;
      for (int a = 0; a < acceptors_ && complete; ++a) {
        if ((quorum >> a & 1) == 0) continue;
        complete = s.sent1b[a][b] != 0;
        reported |= s.sent1b[a][b];
      }
      if (!complete) continue;
      const int highest = std::bit_width(reported) - 1;  // 0: nobody has voted
      if (highest == 0) return true;
      const int mbal = (highest - 1) / values_;
      if ((reported >> (1 + mbal * values_ + v) & 1) != 0) return true;
    }
    return false;
  }

  int acceptors_;
  int values_;
  int ballots_;
  std::vector<unsigned> quorums_;
};

}  // namespace synod::bench
