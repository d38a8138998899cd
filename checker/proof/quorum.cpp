#include "checker/proof/quorum.hpp"

#include "checker/proof/claim.hpp"
#include "checker/proof/quorum_structures.hpp"
#include "checker/proof/venn.hpp"

namespace synod::proof {
namespace {

/// f, r, w, ...
Number number(z3::context& context, const char* name) { return {name, context.int_const(name)}; }

const std::string every_n = "every n >= 1; any sets of processes";
const std::string every_n_f = "every n >= 1 and f >= 0; any sets of processes";

void majorities(z3::context& context, std::vector<Obligation>& all) {
  const Setting setting{Venn(context, {"A", "B"}), {{0, 1}}};
  const z3::expr n = setting.venn.total();
  const z3::expr a = setting.venn.size(0);
  const z3::expr b = setting.venn.size(1);
  const z3::expr meet = setting.venn.size(setting.common) >= 1;
  Obligation enough{.name = "majority",
                    .sentence = "Any two majorities of n processes have a process in common.",
                    .scope = every_n};
  // With one process fewer; that one of the two is a half is not enough to keep them apart.
  prove(enough, setting, "majorities without a common process",
        {{{2 * a > n, "|A| > n/2"}, {2 * (a + 1) > n, "|A| > n/2 - 1"}},
         {{2 * b > n, "|B| > n/2"}, {2 * (b + 1) > n, "|B| > n/2 - 1"}}},
        meet);
  all.push_back(enough);
  Obligation tight{.name = "majority_tight",
                   .sentence = "Two sets of half of the processes can be disjoint.",
                   .scope = every_n};
  refute(tight, setting, "disjoint halves", {{2 * a >= n}, {2 * b >= n}}, meet);
  all.push_back(tight);
}

void thresholds(z3::context& context, std::vector<Obligation>& all) {
  const Number f = number(context, "f");
  const Setting setting{Venn(context, {"A", "B"}), {{0, 1}}, {f}};
  const z3::expr n = setting.venn.total();
  const z3::expr a = setting.venn.size(0);
  const z3::expr b = setting.venn.size(1);
  const z3::expr meet = setting.venn.size(setting.common) >= 1;
  Obligation enough{
      .name = "threshold",
      .sentence = "If n > 2f, any two sets of at least n - f processes have a process in common.",
      .scope = every_n_f};
  prove(enough, setting, "sets without a common process",
        {at_least("|A| >= n - f", a, n - f.value), at_least("|B| >= n - f", b, n - f.value),
         more_than("n", "2f", n, 2 * f.value)},
        meet);
  all.push_back(enough);
  Obligation tight{.name = "threshold_tight",
                   .sentence = "If n = 2f, two sets of n - f processes can be disjoint.",
                   .scope = every_n_f};
  refute(tight, setting, "disjoint sets",
         {{n == 2 * f.value}, {a == n - f.value}, {b == n - f.value}}, meet);
  all.push_back(tight);
}

void two_f_plus_one(z3::context& context, std::vector<Obligation>& all) {
  const Number f = number(context, "f");
  const Setting pair{Venn(context, {"A", "B"}), {{0, 1}}, {f}};
  const z3::expr n = pair.venn.total();
  const z3::expr a = pair.venn.size(0);
  const z3::expr b = pair.venn.size(1);
  const z3::expr meet = pair.venn.size(pair.common) >= 1;
  const Hypothesis processes{{n == 2 * f.value + 1, "n = 2f + 1"},
                             {n <= 2 * f.value + 2, "n <= 2f + 2"}};
  Obligation enough{.name = "two_f_plus_one",
                    .sentence =
                        "Of n = 2f + 1 processes, any two sets of at least f + 1 have a process in "
                        "common, and whichever f processes fail, f + 1 are left.",
                    .scope = every_n_f};
  prove(enough, pair, "sets without a common process",
        {{{a >= f.value + 1, "|A| >= f + 1"}, {a >= f.value, "|A| >= f"}},
         {{b >= f.value + 1, "|B| >= f + 1"}, {b >= f.value, "|B| >= f"}},
         processes},
        meet);
  const Setting left{Venn(context, {"failed"}), {{}, {0}}, {f}};
  prove(enough, left, "too few are left",
        {at_most("|failed| <= f", left.venn.size(0), f.value),
         {{n == 2 * f.value + 1, "n = 2f + 1"}, {n >= 2 * f.value, "n >= 2f"}}},
        left.venn.size(left.common) >= f.value + 1);
  all.push_back(enough);

  Obligation tight{.name = "two_f_plus_one_tight",
                   .sentence =
                       "Of 2f + 1 processes two sets of f can be disjoint; and of at most 2f "
                       "processes no q is both small enough that q are left when f have failed and "
                       "large enough that any two sets of q have a process in common.",
                   .scope = every_n_f};
  refute(tight, pair, "disjoint sets of f",
         {{n == 2 * f.value + 1}, {a == f.value}, {b == f.value}, {f.value >= 1}}, meet);
  // Two sets of q <= n/2 are disjoint if one takes the first q processes and one the last: so what
  // would have to be is that none are of these sizes.
  const Number q = number(context, "q");
  const Setting size{Venn(context, {"A", "B"}), {{0, 1}}, {f, q}};
  const z3::expr always_meet = 2 * q.value > n;
  tight.queries.push_back(question(size, "a size that is enough", Status::unsat,
                                   {{n <= 2 * f.value, "n <= 2f"},
                                    {q.value <= n - f.value, "q <= n - f"},
                                    {always_meet, "2q > n"}}));
  refute(tight, size, "disjoint sets of n over 2",
         {{n <= 2 * f.value},
          {q.value <= n - f.value},
          {2 * q.value == n},
          {a == q.value},
          {b == q.value}},
         meet);
  all.push_back(tight);
}

void read_write(z3::context& context, std::vector<Obligation>& all) {
  const Number r = number(context, "r");
  const Number w = number(context, "w");
  const Setting reads{Venn(context, {"Read", "Write"}), {{0, 1}}, {r, w}};
  const Setting writes{Venn(context, {"Write1", "Write2"}), {{0, 1}}, {r, w}};
  const z3::expr n = reads.venn.total();
  const z3::expr read_meets = reads.venn.size(reads.common) >= 1;
  const z3::expr write_meets = writes.venn.size(writes.common) >= 1;
  const auto size = [](const Setting& setting, std::size_t set) { return setting.venn.size(set); };
  const std::string scope = "every n >= 1, r and w >= 0; any sets of processes";
  Obligation enough{.name = "read_write",
                    .sentence =
                        "If r + w > n and 2w > n, any set of at least r processes and any set of "
                        "at least w have a process in common, and so have any two sets of at least "
                        "w.",
                    .scope = scope};
  prove(enough, reads, "a read that misses a write",
        {at_least("|Read| >= r", size(reads, 0), r.value),
         at_least("|Write| >= w", size(reads, 1), w.value),
         more_than("r + w", "n", r.value + w.value, n)},
        read_meets);
  prove(enough, writes, "writes that miss each other",
        {at_least("|Write1| >= w", size(writes, 0), w.value),
         at_least("|Write2| >= w", size(writes, 1), w.value), more_than("2w", "n", 2 * w.value, n)},
        write_meets);
  all.push_back(enough);
  Obligation tight{.name = "read_write_tight",
                   .sentence =
                       "Neither condition can be weaker by one: if r + w = n, a read quorum can "
                       "miss a write quorum although 2w > n; if 2w = n, two write quorums can miss "
                       "each other although r + w > n.",
                   .scope = scope};
  refute(tight, reads, "a read that misses a write",
         {{r.value + w.value == n},
          {2 * w.value > n},
          {r.value >= 1},
          {size(reads, 0) == r.value},
          {size(reads, 1) == w.value}},
         read_meets);
  refute(tight, writes, "writes that miss each other",
         {{2 * w.value == n},
          {r.value + w.value > n},
          {r.value <= n},
          {size(writes, 0) == w.value},
          {size(writes, 1) == w.value}},
         write_meets);
  all.push_back(tight);
}

void flexible_paxos(z3::context& context, std::vector<Obligation>& all) {
  const Number q1 = number(context, "q1");
  const Number q2 = number(context, "q2");
  const Setting across{Venn(context, {"Phase1", "Phase2"}), {{0, 1}}, {q1, q2}};
  const z3::expr n = across.venn.total();
  const z3::expr phase1 = across.venn.size(0);
  const z3::expr phase2 = across.venn.size(1);
  const z3::expr meet = across.venn.size(across.common) >= 1;
  const std::string scope = "every n >= 1, q1 and q2 >= 0; any sets of processes";
  Obligation enough{.name = "flexible_paxos",
                    .sentence =
                        "If q1 + q2 > n, any phase 1 quorum of at least q1 acceptors and any phase "
                        "2 quorum of at least q2 have an acceptor in common.",
                    .scope = scope};
  prove(enough, across, "a phase 1 quorum that misses a phase 2 quorum",
        {at_least("|Phase1| >= q1", phase1, q1.value), at_least("|Phase2| >= q2", phase2, q2.value),
         more_than("q1 + q2", "n", q1.value + q2.value, n)},
        meet);
  all.push_back(enough);
  Obligation tight{
      .name = "flexible_paxos_tight",
      .sentence =
          "If q1 + q2 = n, a phase 1 quorum can miss a phase 2 quorum; and q1 + q2 > n "
          "does not make any two phase 2 quorums intersect.",
      .scope = scope};
  refute(tight, across, "quorums that miss each other",
         {{q1.value + q2.value == n},
          {q1.value >= 1},
          {q2.value >= 1},
          {phase1 == q1.value},
          {phase2 == q2.value}},
         meet);
  const Setting within{Venn(context, {"Phase2_1", "Phase2_2"}), {{0, 1}}, {q1, q2}};
  refute(tight, within, "phase 2 quorums that miss each other",
         {{q1.value + q2.value > n},
          {q1.value <= n},
          {q2.value >= 1},
          {within.venn.size(0) == q2.value},
          {within.venn.size(1) == q2.value}},
         within.venn.size(within.common) >= 1);
  all.push_back(tight);
}

/// e, f: a fast quorum can do without e acceptors, a classic one without f.
void fast_paxos(z3::context& context, std::vector<Obligation>& all) {
  const Number e = number(context, "e");
  const Number f = number(context, "f");
  const Setting classic{Venn(context, {"C1", "C2"}), {{0, 1}}, {e, f}};
  const Setting mixed{Venn(context, {"C", "Q1", "Q2"}), {{0, 1, 2}}, {e, f}};
  const Setting fast{Venn(context, {"Q1", "Q2", "Q3"}), {{0, 1, 2}}, {e, f}};
  const z3::expr n = mixed.venn.total();
  const auto sized = [&](const Setting& setting, std::size_t set, const std::string& name,
                         const Number& without) {
    return at_least("|" + name + "| >= n - " + without.name, setting.venn.size(set),
                    n - without.value);
  };
  const auto meet = [](const Setting& setting) { return setting.venn.size(setting.common) >= 1; };
  const Hypothesis two_f = more_than("n", "2f", n, 2 * f.value);
  const Hypothesis two_e = more_than("n", "2e + f", n, 2 * e.value + f.value);
  const std::string scope = "every n >= 1, e and f >= 0; any sets of processes";
  Obligation enough{.name = "fast_paxos",
                    .sentence =
                        "If n > 2f, n > 2e + f and e <= f, with classic quorums of at least n - f "
                        "acceptors and fast quorums of at least n - e: any two classic quorums "
                        "intersect, and so do any classic and any two fast quorums, and any three "
                        "fast quorums.",
                    .scope = scope};
  prove(enough, classic, "two classic quorums",
        {sized(classic, 0, "C1", f), sized(classic, 1, "C2", f), two_f}, meet(classic));
  prove(enough, mixed, "a classic and two fast quorums",
        {sized(mixed, 0, "C", f), sized(mixed, 1, "Q1", e), sized(mixed, 2, "Q2", e), two_e},
        meet(mixed));
  prove(enough, fast, "three fast quorums",
        {sized(fast, 0, "Q1", e), sized(fast, 1, "Q2", e), sized(fast, 2, "Q3", e), two_e,
         at_most("e <= f", e.value, f.value)},
        meet(fast));
  all.push_back(enough);
  Obligation tight{.name = "fast_paxos_tight",
                   .sentence =
                       "Neither condition can be weaker by one: if n = 2e + f, a classic and two "
                       "fast quorums can have no acceptor in common although n > 2f and e <= f; if "
                       "n = 2f, two classic quorums can be disjoint although n > 2e + f.",
                   .scope = scope};
  refute(tight, mixed, "a classic and two fast quorums",
         {{n == 2 * e.value + f.value},
          {n > 2 * f.value},
          {e.value <= f.value},
          {mixed.venn.size(0) == n - f.value},
          {mixed.venn.size(1) == n - e.value},
          {mixed.venn.size(2) == n - e.value}},
         meet(mixed));
  refute(tight, classic, "two classic quorums",
         {{n == 2 * f.value},
          {n > 2 * e.value + f.value},
          {classic.venn.size(0) == n - f.value},
          {classic.venn.size(1) == n - f.value}},
         meet(classic));
  all.push_back(tight);
}

/// D-Consistency of [Malkhi & Reiter 1998]: what quorums have in common is not contained in any set
/// that can be faulty.
void byzantine_dissemination(z3::context& context, std::vector<Obligation>& all) {
  const Number f = number(context, "f");
  const Setting setting{Venn(context, {"A", "B", "faulty"}), {{0, 1}, {2}}, {f}};
  const z3::expr n = setting.venn.total();
  const z3::expr a = setting.venn.size(0);
  const z3::expr b = setting.venn.size(1);
  const z3::expr faulty = setting.venn.size(2);
  const z3::expr meet = setting.venn.size(setting.common) >= 1;
  Obligation enough{.name = "byzantine_dissemination",
                    .sentence =
                        "If n > 3f and at most f processes are faulty, any two sets of at least "
                        "n - f processes have a correct process in common.",
                    .scope = every_n_f};
  prove(enough, setting, "no correct process in common",
        {at_least("|A| >= n - f", a, n - f.value), at_least("|B| >= n - f", b, n - f.value),
         at_most("|faulty| <= f", faulty, f.value), more_than("n", "3f", n, 3 * f.value)},
        meet);
  all.push_back(enough);
  Obligation tight{.name = "byzantine_dissemination_tight",
                   .sentence =
                       "If n = 3f, all that two sets of n - f processes have in common can be "
                       "faulty.",
                   .scope = every_n_f};
  refute(tight, setting, "only faulty processes in common",
         {{n == 3 * f.value}, {a == n - f.value}, {b == n - f.value}, {faulty == f.value}}, meet);
  all.push_back(tight);
}

/// [Bracha 1987]: echoes of more than (n + f)/2, readies of f + 1 and of 2f + 1.
void byzantine_broadcast(z3::context& context, std::vector<Obligation>& all) {
  const Number f = number(context, "f");
  const Setting pair{Venn(context, {"A", "B", "faulty"}), {{0, 1}, {2}}, {f}};
  const Setting one{Venn(context, {"A", "faulty"}), {{0}, {1}}, {f}};
  const Setting left{Venn(context, {"faulty"}), {{}, {0}}, {f}};
  const auto size = [](const Setting& setting, std::size_t set) { return setting.venn.size(set); };
  const auto common = [](const Setting& setting) { return setting.venn.size(setting.common); };
  const auto few = [&](const Setting& setting, std::size_t faulty) {
    return at_most("|faulty| <= f", size(setting, faulty), f.value);
  };
  const z3::expr n = pair.venn.total();
  Obligation enough{.name = "byzantine_broadcast",
                    .sentence =
                        "If at most f processes are faulty, any two sets of more than (n + f)/2 "
                        "have a correct process in common, any set of f + 1 has one, and any set "
                        "of 2f + 1 has f + 1; if n > 3f, the correct processes are themselves more "
                        "than (n + f)/2, and at least 2f + 1.",
                    .scope = every_n_f};
  prove(enough, pair, "no correct process in common",
        {{{2 * size(pair, 0) > n + f.value, "|A| > (n + f)/2"},
          {2 * (size(pair, 0) + 1) > n + f.value, "|A| > (n + f)/2 - 1"}},
         {{2 * size(pair, 1) > n + f.value, "|B| > (n + f)/2"},
          {2 * (size(pair, 1) + 1) > n + f.value, "|B| > (n + f)/2 - 1"}},
         few(pair, 2)},
        common(pair) >= 1);
  prove(enough, one, "f + 1 without a correct one",
        {at_least("|A| >= f + 1", size(one, 0), f.value + 1), few(one, 1)}, common(one) >= 1);
  prove(enough, one, "2f + 1 without f + 1 correct ones",
        {at_least("|A| >= 2f + 1", size(one, 0), 2 * f.value + 1), few(one, 1)},
        common(one) >= f.value + 1);
  const Hypothesis many = more_than("n", "3f", left.venn.total(), 3 * f.value);
  prove(enough, left, "too few correct ones for echoes", {few(left, 0), many},
        2 * common(left) > left.venn.total() + f.value);
  prove(enough, left, "too few correct ones for readies", {few(left, 0), many},
        common(left) >= 2 * f.value + 1);
  all.push_back(enough);
  Obligation tight{.name = "byzantine_broadcast_tight",
                   .sentence =
                       "All that two sets of (n + f)/2 have in common can be faulty; if n = 3f, "
                       "the correct processes are not more than (n + f)/2.",
                   .scope = every_n_f};
  refute(tight, pair, "only faulty processes in common",
         {{2 * size(pair, 0) == n + f.value},
          {2 * size(pair, 1) == n + f.value},
          {n > 3 * f.value},
          {f.value >= 1},
          {size(pair, 2) == f.value}},
         common(pair) >= 1);
  refute(tight, left, "too few correct ones for echoes",
         {{left.venn.total() == 3 * f.value}, {size(left, 0) == f.value}},
         2 * common(left) > left.venn.total() + f.value);
  all.push_back(tight);
}

/// M-Consistency of [Malkhi & Reiter 1998]: what quorums have in common, without one set that can
/// be faulty, is not contained in another one.
void byzantine_masking(z3::context& context, std::vector<Obligation>& all) {
  const Number f = number(context, "f");
  // Masked: a value that all of them report could come from `suspect`, were those the faulty ones.
  const Setting setting{Venn(context, {"A", "B", "faulty", "suspect"}), {{0, 1}, {2, 3}}, {f}};
  const z3::expr n = setting.venn.total();
  const auto size = [&](std::size_t set) { return setting.venn.size(set); };
  const z3::expr meet = setting.venn.size(setting.common) >= 1;
  Obligation enough{.name = "byzantine_masking",
                    .sentence =
                        "If n > 4f and at most f processes are faulty, the correct processes that "
                        "any two sets of at least n - f processes have in common are more than f: "
                        "they are not contained in any set that could be the faulty processes.",
                    .scope = every_n_f};
  prove(enough, setting, "correct processes in common that could be the faulty ones",
        {at_least("|A| >= n - f", size(0), n - f.value),
         at_least("|B| >= n - f", size(1), n - f.value), at_most("|faulty| <= f", size(2), f.value),
         at_most("|suspect| <= f", size(3), f.value), more_than("n", "4f", n, 4 * f.value)},
        meet);
  all.push_back(enough);
  Obligation tight{.name = "byzantine_masking_tight",
                   .sentence =
                       "If n = 4f, the correct processes that two sets of n - f processes have in "
                       "common can be as few as f: they could be the faulty ones.",
                   .scope = every_n_f};
  refute(tight, setting, "correct processes in common that could be the faulty ones",
         {{n == 4 * f.value},
          {size(0) == n - f.value},
          {size(1) == n - f.value},
          {size(2) == f.value},
          {size(3) == f.value},
          {setting.venn.size(Common{{2, 3}}) == 0}},
         meet);
  all.push_back(tight);
}

Topic make(const Parameters& /*none*/) {
  Topic topic;
  z3::context& context = *topic.context;
  majorities(context, topic.obligations);
  thresholds(context, topic.obligations);
  two_f_plus_one(context, topic.obligations);
  weighted_votes(context, topic.obligations);
  grid(context, topic.obligations);
  hierarchical(context, topic.obligations);
  read_write(context, topic.obligations);
  flexible_paxos(context, topic.obligations);
  fast_paxos(context, topic.obligations);
  byzantine_dissemination(context, topic.obligations);
  byzantine_broadcast(context, topic.obligations);
  byzantine_masking(context, topic.obligations);
  stake(context, topic.obligations);
  stake_correct(context, topic.obligations);
  return topic;
}

}  // namespace

TopicInfo quorum_topic() {
  return {
      .name = "quorum",
      .title = "Which sets of processes intersect, for every number of processes",
      .sources =
          {"Thomas, A majority consensus approach, TODS 4(2), 1979: majority",
           "Lamport, Lower bounds for asynchronous consensus, Distributed Computing 19(2), 2006",
           "Gifford, Weighted voting for replicated data, SOSP 1979: read_write, weighted_votes",
           "Garcia-Molina & Barbara, How to assign votes in a distributed system, JACM 32(4), 1985",
           "Cheung, Ammar & Ahamad, The grid protocol, TKDE 4(6), 1992: grid",
           "Kumar, Hierarchical quorum consensus, IEEE Trans. Computers 40(9), 1991: hierarchical",
           "Howard, Malkhi & Spiegelman, Flexible Paxos, OPODIS 2016: flexible_paxos",
           "Lamport, Fast Paxos, Distributed Computing 19(2), 2006, Fast Quorum Requirement",
           "Malkhi & Reiter, Byzantine quorum systems, Distributed Computing 11(4), 1998: "
           "byzantine_...",
           "Bracha, Asynchronous Byzantine agreement protocols, Information and Computation 75(2), "
           "1987: byzantine_broadcast",
           "Buterin & Griffith, Casper, arXiv:1710.09437, 2017, Accountable Safety: stake",
           "Buchman, Kwon & Milosevic, Gossip on BFT consensus, arXiv:1807.04938: stake_correct"},
      .parameters = {},
      .make = make};
}

}  // namespace synod::proof
