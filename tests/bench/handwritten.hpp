// The same two protocols written by hand for speed: plain structs, no vocabulary, no claims. The
// baseline that the models are measured against; they must reach the same counts.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

namespace synod::bench {

/// transaction_commit with a readable state, as one would write it for one protocol, and the
/// packing into one word that an exact search wants.
class HandTransactionCommit {
 public:
  static constexpr int most = 10;
  struct State {
    std::uint8_t rmState[most];  // working, prepared, committed, aborted
    std::uint8_t tmState;        // init, committed, aborted
    std::uint8_t messages;       // bit 0: Commit, bit 1: Abort
    std::uint16_t tmPrepared;
    std::uint16_t Prepared;
  };
  using Packed = std::uint64_t;
  static_assert(std::has_unique_object_representations_v<State>);

  explicit HandTransactionCommit(int participants) : n_(participants) {}

  State initial() const { return {}; }

  Packed pack(const State& s) const {
    Packed packed = s.tmState | static_cast<Packed>(s.messages) << 2;
    packed |= static_cast<Packed>(s.tmPrepared) << 4 | static_cast<Packed>(s.Prepared) << (4 + n_);
    for (int r = 0; r < n_; ++r)
      packed |= static_cast<Packed>(s.rmState[r]) << (4 + 2 * n_ + 2 * r);
    return packed;
  }

  template <class Emit>
  void expand(const State& s, Emit&& emit) const {
    for (int r = 0; r < n_; ++r)
      if (s.tmState == 0 && (s.Prepared >> r & 1) != 0) {
        State t = s;
        t.tmPrepared |= static_cast<std::uint16_t>(1U << r);
        emit(t);
      }
    if (s.tmState == 0 && s.tmPrepared == (1U << n_) - 1) {
      State t = s;
      t.tmState = 1;
      t.messages |= 1;
      emit(t);
    }
    if (s.tmState == 0) {
      State t = s;
      t.tmState = 2;
      t.messages |= 2;
      emit(t);
    }
    for (int r = 0; r < n_; ++r) {
      State t = s;
      if (s.rmState[r] == 0) {
        t.rmState[r] = 1;
        t.Prepared |= static_cast<std::uint16_t>(1U << r);
        emit(t);
        t.Prepared = s.Prepared;
        t.rmState[r] = 3;
        emit(t);
      }
      if ((s.messages & 1) != 0) {
        t.rmState[r] = 2;
        emit(t);
      }
      if ((s.messages & 2) != 0) {
        t.rmState[r] = 3;
        emit(t);
      }
    }
  }

 private:
  int n_;
};

/// The same on packed words throughout, with every guard and effect reduced to bit operations: what
/// the protocol costs when nothing is left of its text.
class PackedTransactionCommit {
 public:
  using State = std::uint64_t;
  using Packed = std::uint64_t;

  explicit PackedTransactionCommit(int participants) : n_(participants) {}

  State initial() const { return 0; }
  Packed pack(State s) const { return s; }

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

  using Packed = std::array<std::uint64_t, 3>;

  HandPaxos(int acceptors, int values, int ballots)
      : acceptors_(acceptors), values_(values), ballots_(ballots) {
    for (unsigned mask = 0; mask < 1U << acceptors; ++mask)
      if (std::popcount(mask) == acceptors / 2 + 1) quorums_.push_back(mask);
  }

  Packed pack(const State& s) const {
    Packed packed{};
    for (int a = 0; a < acceptors_; ++a) {
      std::uint64_t word = 0;
      for (int b = 0; b < ballots_; ++b) word = word << (1 + ballots_ * values_) | s.sent1b[a][b];
      for (int b = 0; b < ballots_; ++b) word = word << values_ | s.sent2b[a][b];
      word = word << 3 | static_cast<unsigned>(s.maxBal[a] + 1);
      word = word << 3 | static_cast<unsigned>(s.maxVBal[a] + 1);
      packed[static_cast<unsigned>(a) % 3] = word << 2 | static_cast<unsigned>(s.maxVal[a] + 1);
    }
    std::uint64_t leaders = s.sent1a;
    for (int b = 0; b < ballots_; ++b) leaders = leaders << values_ | s.sent2a[b];
    packed[0] |= leaders << 52;
    return packed;
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
