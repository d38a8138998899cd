// Measures the vocabulary against hand-written code, and the search against a minimal one, in
// alternation in one process: machines differ and are noisy, ratios are what counts.
//
//   synod_bench           everything, medians of 5
//   synod_bench --quick   small instances, one run each: shows that the counts agree
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "tests/bench/handwritten.hpp"
#include "tests/bench/probe.hpp"

namespace synod::bench {
namespace {

double seconds_of(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Runs both in turn; prints the medians and the median of the ratios ours / theirs.
void compare(const std::string& title, int runs, const std::function<double()>& ours,
             const std::function<double()>& theirs, const char* unit) {
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> ratios;
  for (int i = 0; i < runs; ++i) {
    a.push_back(ours());
    b.push_back(theirs());
    ratios.push_back(a.back() / b.back());
  }
  fmt::print("{:<58} {:>9.2f} {:>9.2f} {:<4} ratio {:.2f}\n", title, median(a), median(b), unit,
             median(ratios));
}

std::unique_ptr<ModelInstance> model(const std::string& name, const std::string& parameters) {
  const System& system = find_system(catalogue(), name);
  return system.instantiate(resolve_parameters(system, assignments(parameters)), {});
}

/// All reachable states, packed, by the plainest search.
template <class Protocol>
std::vector<typename Protocol::State> all_states(const Protocol& protocol) {
  using State = typename Protocol::State;
  const auto bytes = [](const State& s) {
    return std::string(reinterpret_cast<const char*>(&s), sizeof s);
  };
  std::vector<State> states{protocol.initial()};
  std::vector<std::string> seen{bytes(states[0])};
  for (std::size_t begin = 0; begin < states.size();) {
    std::vector<State> found;
    for (; begin < states.size(); ++begin)
      protocol.expand(states[begin], [&](const State& s) { found.push_back(s); });
    std::vector<std::string> fresh;
    for (const State& s : found) {
      std::string key = bytes(s);
      if (!std::binary_search(seen.begin(), seen.end(), key)) fresh.push_back(std::move(key));
    }
    std::sort(fresh.begin(), fresh.end());
    fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
    for (const std::string& key : fresh) {
      State s;
      std::memcpy(&s, key.data(), sizeof s);
      states.push_back(s);
    }
    const auto middle = static_cast<std::ptrdiff_t>(seen.size());
    seen.insert(seen.end(), fresh.begin(), fresh.end());
    std::inplace_merge(seen.begin(), seen.begin() + middle, seen.end());
  }
  return states;
}

std::vector<std::uint64_t> all_states(Explorer& explorer, unsigned words) {
  std::vector<std::vector<std::uint64_t>> seen;
  std::vector<std::uint64_t> states = explorer.initial();
  seen.push_back(states);
  Expansion out;
  for (std::size_t begin = 0; begin * words < states.size();) {
    std::vector<std::vector<std::uint64_t>> fresh;
    for (; begin * words < states.size(); ++begin) {
      explorer.expand(states.data() + begin * words, 1, 0, false, out);
      for (std::size_t i = 0; i < out.count(); ++i) {
        const std::uint64_t* const s = out.successors.data() + i * words;
        std::vector<std::uint64_t> state(s, s + words);
        if (!std::binary_search(seen.begin(), seen.end(), state)) fresh.push_back(std::move(state));
      }
    }
    std::sort(fresh.begin(), fresh.end());
    fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
    for (const auto& state : fresh) states.insert(states.end(), state.begin(), state.end());
    const auto middle = static_cast<std::ptrdiff_t>(seen.size());
    seen.insert(seen.end(), fresh.begin(), fresh.end());
    std::inplace_merge(seen.begin(), seen.begin() + middle, seen.end());
  }
  return states;
}

/// Nanoseconds a generated state: the model's expander and the hand-written one, on all states of
/// an instance; successors go to a buffer, packed, and no claims are judged.
template <class Protocol>
bool compare_expanders(const std::string& name, const std::string& parameters,
                       const std::string& kind, const Protocol& protocol, int runs) {
  const auto instance = model(name, parameters);
  const auto explorer = instance->explorer();
  const unsigned words = instance->words();
  const std::vector<std::uint64_t> ours = all_states(*explorer, words);
  const auto theirs = all_states(protocol);
  Expansion out;
  std::uint64_t our_generated = 0;
  std::uint64_t their_generated = 0;
  const int repeat = static_cast<int>(4'000'000 / theirs.size()) + 1;
  std::vector<typename Protocol::Packed> buffer(8192);
  const auto run_ours = [&] {
    our_generated = 0;
    const double seconds = seconds_of([&] {
      for (int r = 0; r < repeat; ++r)
        for (std::size_t i = 0; i * words < ours.size(); i += 64) {
          explorer->expand(ours.data() + i * words,
                           std::min<std::size_t>(64, ours.size() / words - i), 0, false, out);
          our_generated += out.count();
        }
    });
    return seconds * 1e9 / static_cast<double>(our_generated);
  };
  const auto run_theirs = [&] {
    their_generated = 0;
    const double seconds = seconds_of([&] {
      for (int r = 0; r < repeat; ++r)
        for (std::size_t i = 0; i < theirs.size(); i += 64) {
          std::size_t used = 0;
          for (std::size_t j = i; j < std::min(i + 64, theirs.size()); ++j)
            protocol.expand(theirs[j], [&](const auto& s) { buffer[used++] = protocol.pack(s); });
          asm volatile("" : : "r"(buffer.data()) : "memory");
          their_generated += used;
        }
    });
    return seconds * 1e9 / static_cast<double>(their_generated);
  };
  compare(fmt::format("expand {} {}, {}", name, parameters, kind), runs, run_ours, run_theirs,
          "ns");
  if (our_generated == their_generated) return true;
  fmt::print("  the counts differ: {} and {}\n", our_generated, their_generated);
  return false;
}

template <class Protocol>
bool compare_searches(const std::string& name, const std::string& parameters,
                      const std::vector<std::string>& properties, const Protocol& protocol,
                      unsigned threads, std::size_t slots, int runs) {
  RunRequest request;
  request.system = &find_system(catalogue(), name);
  request.parameters = resolve_parameters(*request.system, assignments(parameters));
  request.properties = properties;
  request.search.threads = threads;
  RunReport report;
  ProbeResult theirs;
  const std::string claims = properties.empty() ? "all claims" : properties[0];
  compare(
      fmt::format("search {} {}, {} thread{}, {}", name, parameters, threads,
                  threads == 1 ? "" : "s", claims),
      runs, [&] { return seconds_of([&] { report = run_check(request); }); },
      [&] { return seconds_of([&] { theirs = probe(protocol, threads, slots); }); }, "s");
  fmt::print(
      "  {} distinct, {} generated, {:.1f} million generated a second, {:.0f} bytes a state\n",
      grouped(report.result.distinct), grouped(report.result.generated),
      static_cast<double>(report.result.generated) / report.result.seconds / 1e6,
      static_cast<double>(report.peak_bytes) / static_cast<double>(report.result.distinct));
  if (theirs.distinct == report.result.distinct && theirs.generated == report.result.generated)
    return true;
  fmt::print("  the counts differ: the probe has {} and {}\n", theirs.distinct, theirs.generated);
  return false;
}

int run(bool quick) {
  const int runs = quick ? 1 : 5;
  bool agree = true;
  fmt::print("{:<58} {:>9} {:>9}\n", "", "Synod", "by hand");
  const std::string plain = "readable struct";
  agree &= compare_expanders("transaction_commit", "participants=6", plain,
                             HandTransactionCommit(6), runs);
  agree &= compare_expanders("transaction_commit", "participants=6", "bit tricks",
                             PackedTransactionCommit(6), runs);
  agree &= compare_expanders("paxos", "ballots=2", plain, HandPaxos(3, 2, 2), runs);
  if (!quick) agree &= compare_expanders("paxos", "ballots=3", plain, HandPaxos(3, 2, 3), runs);
  const std::string commit = quick ? "participants=6" : "participants=9";
  const HandTransactionCommit hand_commit(quick ? 6 : 9);
  const std::string ballots = quick ? "ballots=2" : "ballots=4";
  const HandPaxos hand_paxos(3, 2, quick ? 2 : 4);
  const std::size_t slots = quick ? 1 << 18 : 16'000'000;
  for (const unsigned threads : {1U, 2U}) {
    for (const bool all : {false, true}) {
      using Names = std::vector<std::string>;
      agree &= compare_searches("transaction_commit", commit, all ? Names{} : Names{"TCConsistent"},
                                hand_commit, threads, slots, quick ? 1 : 3);
      agree &= compare_searches("paxos", ballots, all ? Names{} : Names{"Agreement"}, hand_paxos,
                                threads, slots, quick ? 1 : 3);
    }
  }
  return agree ? 0 : 1;
}

}  // namespace
}  // namespace synod::bench

int main(int argc, char** argv) {
  return synod::bench::run(argc > 1 && std::strcmp(argv[1], "--quick") == 0);
}
