// Why Raft elects at most one leader a term, why logs match, why what was committed stays, and why
// no two servers apply different entries at an index, for any number of servers, terms, indexes and
// entries: an inductive invariant over the variables of this project's model, with the claims'
// names as in [OO14] Figure 3.
//
// Messages are those on their way, and may be lost whenever the model loses them. The log that each
// term's leader had, what servers had in common with it, and what it has committed, is history;
// guards do not depend on it. That an entry of its own term that a leader may commit is in all
// later leaders' logs goes as in Paxos: whatever a later leader lacks, every quorum has a member
// that has not got it in that term, and never will. Entries before it are committed with it. To say
// so without saying that it exists, of each term the quorum is kept with which its leader has
// committed: their logs end in that term or a later one, and so do those of whom they vote for.
//
// In which term an index is known to be committed, and with which quorum, are relations that
// actions update: to say each time that there is such a term or quorum would make quantifiers
// alternate in a cycle.
//
// Quorums are individuals; that any two of them have a server in common is the matter of another
// proof.
#include "checker/proof/structure.hpp"
#include "checker/vocabulary/quorum.hpp"
#include "model/proofs.hpp"
#include "model/raft/raft.hpp"

namespace synod {
namespace {

using proof::Action;
using proof::expr;
using proof::for_all;
using proof::for_some;
using proof::Members;
using proof::Relation;
using proof::Sort;
using proof::Variables;
using raft::Role;
using z3::implies;
using z3::ite;

using State = raft::Raft<Observe>;

// Choices of the parameter `network`
constexpr int duplicates = 1, short_lived = 2;

class RaftProof {
 public:
  explicit RaftProof(proof::Protocol& protocol) : raft(protocol) {
    raft.axiom("start_is_least", for_all({k}, up_to(start, k)));
    raft.axiom("no_term_is_least", for_all({t}, at_most(no_term, t)));
    raft.axiom("next_index_is_above",
               for_all({k, l}, implies(next_index(k, l), below_index(k, l))));
    raft.axiom("next_index_is_adjacent",
               for_all({k, l, m}, implies(next_index(k, l), up_to(m, k) || up_to(l, m))));
    raft.axiom("next_term_is_above", for_all({t, u}, implies(next_term(t, u), below(t, u))));
    raft.axiom("no_is_not_yes", no != yes);
    raft.axiom("quorums_intersect",
               for_all({q, r}, for_some({i}, in_quorum(i, q) && in_quorum(i, r))));
    initial_state();
    elections();
    votes();
    replication();
    replies();
    learning();
    faults();
    election_invariant();
    log_invariant();
    request_invariant();
    history_invariant();
    commit_invariant();
    safety_invariant();
    knowledge_invariant();
    raft.claim("ElectionSafety",
               for_all({t, i, j}, implies(elected(t, i) && elected(t, j), i == j)));
    raft.claim("LogMatching", logs_match());
  }

  proof::Reading<raft::Raft> reading() const;

 private:
  void read_constants(proof::Reading<raft::Raft>& reading) const;
  void read_servers(proof::Reading<raft::Raft>& reading) const;
  void read_rest(proof::Reading<raft::Raft>& reading) const;

  proof::Protocol& raft;
  const Sort server = raft.sort("server"), term = raft.sort("term"), index = raft.sort("index");
  const Sort value = raft.sort("value"), quorum = raft.sort("quorum"), answer = raft.sort("answer");
  const expr i = server["i"], j = server["j"], n = server["n"], x = server["x"], y = server["y"];
  const expr t = term["t"], u = term["u"], w = term["w"], last_term = term["last_term"];
  const expr previous_term = term["previous_term"], entry_term = term["entry_term"];
  const expr z = term["z"];
  const expr k = index["k"], l = index["l"], m = index["m"], last_index = index["last_index"];
  const expr previous = index["previous"], next = index["next"], size = index["size"];
  const expr commit = index["commit"], match = index["matched"], at = index["at"];
  const expr other_size = index["other_size"];
  const expr v = value["v"], entry = value["entry"], content = value["content"];
  const expr q = quorum["q"], r = quorum["r"];
  const expr granted = answer["granted"], success = answer["success"];

  // The same in all states
  const Relation at_most = raft.order("at_most", term), up_to = raft.order("up_to", index);
  const expr no_term = raft.constant(term, "no_term"), start = raft.constant(index, "start");
  const expr no_value = raft.constant(value, "no_value");
  const expr no = raft.constant(answer, "no"), yes = raft.constant(answer, "yes");
  const Relation next_term = raft.fixed("next_term", {term, term});
  const Relation next_index = raft.fixed("next_index", {index, index});
  const Relation in_quorum = raft.fixed("in_quorum", {server, quorum});
  const Relation duplicating = raft.fixed("duplicating", {});

  // Variables. Where there is a number in the model, here is what it is at least, or beyond.
  const Relation reached = raft.variable("reached", {server, term});  // currentTerm[i] >= t
  const Relation passed = raft.variable("passed", {server, term});    // currentTerm[i] > t
  const Relation votedFor = raft.variable("votedFor", {server, server});
  const Relation candidate = raft.variable("candidate", {server});
  const Relation leader = raft.variable("leader", {server});
  const Relation votesGranted = raft.variable("votesGranted", {server, server});
  const Relation term_at = raft.variable("term_at", {server, index, term});     // or no_term
  const Relation value_at = raft.variable("value_at", {server, index, value});  // or no_value
  const Relation last = raft.variable("last", {server, index});        // the length of log[i]
  const Relation commits = raft.variable("commits", {server, index});  // commitIndex[i] >= k
  const Relation before_next = raft.variable("before_next", {server, server, index});
  const Relation matches = raft.variable("matches", {server, server, index});  // matchIndex >= k
  const Relation down = raft.variable("down", {server});
  const Relation elected = raft.variable("elected", {term, server});
  const Relation had_leader = raft.variable("had_leader", {term});
  const Relation request = raft.variable("RequestVote", {server, server, term, index, term});
  const Relation vote = raft.variable("RequestVoteReply", {server, server, term, answer});
  const Relation append =
      raft.variable("AppendEntries", {server, server, term, index, term, term, value, index});
  const Relation appended =
      raft.variable("AppendEntriesReply", {server, server, term, answer, index});

  const Relation noted = raft.variable("noted", {index});  // committed.size() >= k
  const Relation committed = raft.variable("committed", {index, term, value, term});

  // History that the model does not keep. Of each term: the quorum that elected its leader; the log
  // that this leader has had; what a server has had in common with it in that term; up to where the
  // leader has committed, and with which quorum at last; and what it has told others of that. Of
  // each index: the first term whose leader has committed it, and all that are not before one.
  const expr never = raft.context().bool_val(false);
  const Relation elected_by = raft.history("elected_by", {t, q}, never);
  const Relation log_of = raft.history("log_of", {t, k, u}, u == no_term);
  const Relation value_of = raft.history("value_of", {t, k, v}, v == no_value);
  const Relation acked = raft.history("acked", {i, t, k}, never);
  const Relation safe = raft.history("safe", {t, k}, never);
  const Relation safe_with = raft.history("safe_with", {t, q}, never);
  const Relation first = raft.history("first", {k, t}, never);
  const Relation told = raft.history("told", {t, k}, never);
  const Relation safe_by = raft.history("safe_by", {k, t}, never);

  // Whether an action finds room for a reply in the network. Like what is the same in all states,
  // nothing is known of it; but it need not stay as it is, so that no conjunct may speak of it.
  const Relation room = raft.fixed("room", {});

  // Definitions

  expr below(const expr& one, const expr& other) const {
    return at_most(one, other) && one != other;
  }
  expr below_index(const expr& one, const expr& other) const {
    return up_to(one, other) && one != other;
  }
  expr current(const expr& s, const expr& in) const { return reached(s, in) && !passed(s, in); }
  expr has_entry(const expr& s, const expr& position) const {
    return !term_at(s, position, no_term);
  }
  /// The greatest index of which `holds`.
  expr greatest(const expr& position, auto holds) const {
    return holds(position) && for_all({m}, implies(holds(m), up_to(m, position)));
  }
  /// A vote of `voter` for `s` that is on its way or counted.
  expr has_vote(const expr& s, const expr& in, const expr& voter) const {
    return vote(voter, s, in, yes) || (votesGranted(s, voter) && current(s, in));
  }
  /// Two logs that have an entry of the same index and term are the same up to it. An entry is what
  /// is not beyond the end, as it is in the model: it may have any term.
  expr logs_match() const {
    const expr in_both = up_to(l, size) && up_to(l, other_size);
    const expr same =
        term_at(i, k, u) == term_at(j, k, u) && value_at(i, k, v) == value_at(j, k, v);
    return for_all(
        {i, j, size, other_size},
        implies(last(i, size) && last(j, other_size),
                for_all({k, l, t, u, v}, implies(in_both && term_at(i, l, t) && term_at(j, l, t) &&
                                                     up_to(k, l) && k != start,
                                                 same))));
  }
  expr there(const expr& s, const expr& position) const {
    return position == start || has_entry(s, position);
  }
  expr stands_by(const expr& voter, const expr& in, const expr& s) const {
    return reached(voter, in) && (passed(voter, in) || votedFor(voter, s));
  }

  // Parts of actions

  /// The term of `s` is at least `in` from now on.
  void reach(Action& action, const expr& s, const expr& in) const {
    action.then("term", reached, {x, z}, reached(x, z) || (x == s && at_most(z, in)))
        .then("term", passed, {x, z}, passed(x, z) || (x == s && below(z, in)));
  }
  /// `changes`: whether `s` takes a role, which leaves it without what it kept in the one before.
  void take_role(Action& action, const expr& s, const expr& changes, bool candidate_now,
                 bool leader_now) const {
    const expr it = x == s && changes;
    const auto now = [&](bool holds) { return raft.context().bool_val(holds); };
    action.then("role", candidate, {x}, ite(it, now(candidate_now), candidate(x)))
        .then("role", leader, {x}, ite(it, now(leader_now), leader(x)));
  }
  void forget_votes(Action& action, const expr& s, const expr& changes) const {
    action.then("forget", votesGranted, {x, y}, votesGranted(x, y) && !(x == s && changes));
  }
  void forget_indexes(Action& action, const expr& s, const expr& changes) const {
    const expr it = x == s && changes;
    action.then("forget", before_next, {x, y, m}, ite(it, m == start, before_next(x, y, m)))
        .then("forget", matches, {x, y, m}, ite(it, m == start, matches(x, y, m)));
  }
  void become_follower(Action& action, const expr& s, const expr& changes) const {
    take_role(action, s, changes, false, false);
    forget_votes(action, s, changes);
    forget_indexes(action, s, changes);
  }
  void receive(Action& action, const Relation& message, const Variables& fields) const {
    const Variables all = variables_of(message);
    expr same = raft.context().bool_val(true);
    for (std::size_t each = 0; each < all.size(); ++each) same = same && all[each] == fields[each];
    action.then("receive", message, all, message.apply(all) && (!same || duplicating()));
  }
  void send(Action& action, const Relation& message, const Variables& fields,
            const expr& if_) const {
    const Variables all = variables_of(message);
    expr same = if_;
    for (std::size_t each = 0; each < all.size(); ++each) same = same && all[each] == fields[each];
    action.then("send", message, all, message.apply(all) || same);
  }
  Variables variables_of(const Relation& message) const {
    Variables all;
    for (unsigned each = 0; each < message.symbol().arity(); ++each)
      all.push_back(raft.context().constant(("field" + std::to_string(each)).c_str(),
                                            message.symbol().domain(each)));
    return all;
  }

  void initial_state();
  void elections();
  void votes();
  void replication();
  void replies();
  void learning();
  void faults();
  void election_invariant();
  void log_invariant();
  void request_invariant();
  void history_invariant();
  void commit_invariant();
  void safety_invariant();
  void knowledge_invariant();
};

void RaftProof::initial_state() {
  raft.initially(for_all({i, t}, reached(i, t) == (t == no_term)));
  raft.initially(for_all({i, t}, !passed(i, t)));
  raft.initially(for_all({i, j}, !votedFor(i, j)));
  raft.initially(for_all({i}, !candidate(i) && !leader(i) && !down(i)));
  raft.initially(for_all({i, j}, !votesGranted(i, j)));
  raft.initially(for_all({i, k, t}, term_at(i, k, t) == (t == no_term)));
  raft.initially(for_all({i, k, v}, value_at(i, k, v) == (v == no_value)));
  raft.initially(for_all({i, k}, last(i, k) == (k == start)));
  raft.initially(for_all({i, k}, commits(i, k) == (k == start)));
  raft.initially(for_all({i, j, k}, before_next(i, j, k) == (k == start)));
  raft.initially(for_all({i, j, k}, matches(i, j, k) == (k == start)));
  raft.initially(for_all({t, i}, !elected(t, i)));
  raft.initially(for_all({t}, !had_leader(t)));
  raft.initially(for_all({k}, noted(k) == (k == start)));
  raft.initially(for_all({k, t, v, u}, !committed(k, t, v, u)));
  for (const Relation& message : {request, vote, append, appended}) {
    const Variables fields = variables_of(message);
    raft.initially(for_all(fields, !message.apply(fields)));
  }
}

void RaftProof::elections() {
  Action& timeout = raft.action("Timeout", {i, t, u})
                        .when("up", !down(i))
                        .when("not_leader", !leader(i))
                        .when("in", current(i, t) && next_term(t, u));
  reach(timeout, i, u);
  take_role(timeout, i, i == i, true, false);
  forget_indexes(timeout, i, i == i);
  timeout.then("vote", votedFor, {x, y}, ite(x == i, y == i, votedFor(x, y)))
      .then("vote", votesGranted, {x, y}, ite(x == i, y == i, votesGranted(x, y)));

  Action& ask = raft.action("SendRequestVote", {i, j, t, size, last_term})
                    .when("candidate", candidate(i) && i != j)
                    .when("in", current(i, t))
                    .when("last", last(i, size) && term_at(i, size, last_term));
  send(ask, request, {i, j, t, size, last_term}, i != j);

  Action& lead = raft.action("BecomeLeader", {i, q, t, size})
                     .when("quorum", for_all({x}, implies(in_quorum(x, q), votesGranted(i, x))))
                     .when("in", current(i, t))
                     .when("last", last(i, size));
  take_role(lead, i, i == i, false, true);
  forget_votes(lead, i, i == i);
  lead.then("next", before_next, {x, y, m}, ite(x == i, m == size, before_next(x, y, m)))
      .then("next", matches, {x, y, m}, ite(x == i, m == start, matches(x, y, m)))
      .insert("history", elected, {t, i})
      .insert("history", had_leader, {t})
      .then("history", elected_by, {w, r}, ite(w == t, r == q, elected_by(w, r)))
      .then("history", log_of, {w, m, z}, ite(w == t, term_at(i, m, z), log_of(w, m, z)))
      .then("history", value_of, {w, m, content},
            ite(w == t, value_at(i, m, content), value_of(w, m, content)))
      .then("history", acked, {x, w, m}, acked(x, w, m) || (x == i && w == t && up_to(m, size)));
}

void RaftProof::votes() {
  const expr free = !reached(j, t) || votedFor(j, i) || for_all({x}, !votedFor(j, x));
  const expr up_to_date = below(u, last_term) || (u == last_term && up_to(size, last_index));
  const expr newer = !reached(j, t);
  Action& grant = raft.action("GrantVote", {i, j, t, last_index, last_term, size, u})
                      .when("requested", request(i, j, t, last_index, last_term))
                      .when("up", !down(j))
                      .when("not_stale", !passed(j, t))
                      .when("free", free)
                      .when("last", last(j, size) && term_at(j, size, u))
                      .when("up_to_date", up_to_date);
  receive(grant, request, {i, j, t, last_index, last_term});
  reach(grant, j, t);
  become_follower(grant, j, newer);
  grant.then("vote", votedFor, {x, y}, ite(x == j, y == i, votedFor(x, y)));
  send(grant, vote, {j, i, t, yes}, room());

  Action& deny = raft.action("DenyVote", {i, j, t, last_index, last_term, size, u, w})
                     .when("requested", request(i, j, t, last_index, last_term))
                     .when("up", !down(j))
                     .when("last", last(j, size) && term_at(j, size, u))
                     .when("refused", passed(j, t) || !free || !up_to_date)
                     .when("in", ite(newer, w == t, current(j, w)));
  receive(deny, request, {i, j, t, last_index, last_term});
  reach(deny, j, t);
  become_follower(deny, j, newer);
  deny.then("receive", votedFor, {x, y}, votedFor(x, y) && !(x == j && newer));
  send(deny, vote, {j, i, w, no}, room());

  Action& count = raft.action("HandleRequestVoteReply", {j, i, t, granted})
                      .when("answered", vote(j, i, t, granted))
                      .when("up", !down(i))
                      .when("not_stale", !reached(i, t) || (current(i, t) && candidate(i)));
  const expr later = !reached(i, t);
  receive(count, vote, {j, i, t, granted});
  reach(count, i, t);
  take_role(count, i, later, false, false);
  forget_indexes(count, i, later);
  count.then("receive", votedFor, {x, y}, votedFor(x, y) && !(x == i && later))
      .then("count", votesGranted, {x, y},
            (votesGranted(x, y) && !(x == i && later)) || (x == i && y == j && granted == yes));
}

void RaftProof::replication() {
  raft.action("ClientRequest", {i, v, t, size, next})
      .when("a_request", v != no_value)
      .when("leader", leader(i))
      .when("in", current(i, t))
      .when("last", last(i, size) && next_index(size, next))
      .then("append", term_at, {x, m, z}, ite(x == i && m == next, z == t, term_at(x, m, z)))
      .then("append", value_at, {x, m, content},
            ite(x == i && m == next, content == v, value_at(x, m, content)))
      .then("append", last, {x, m}, ite(x == i, m == next, last(x, m)))
      .then("history", log_of, {w, m, z}, ite(w == t && m == next, z == t, log_of(w, m, z)))
      .then("history", value_of, {w, m, content},
            ite(w == t && m == next, content == v, value_of(w, m, content)))
      .insert("history", acked, {i, t, next});

  Action& replicate =
      raft.action("SendAppendEntries",
                  {i, j, t, previous, previous_term, next, entry_term, entry, commit})
          .when("leader", leader(i) && i != j)
          .when("in", current(i, t))
          .when("previous", before_next(i, j, previous) && term_at(i, previous, previous_term))
          .when("entry", (for_all({m}, implies(next_index(previous, m), !has_entry(i, m))) &&
                          entry_term == no_term && entry == no_value) ||
                             (next_index(previous, next) && has_entry(i, next) &&
                              term_at(i, next, entry_term) && value_at(i, next, entry)))
          .when("commit", greatest(commit, [&](const expr& a) { return commits(i, a); }));
  send(replicate, append, {i, j, t, previous, previous_term, entry_term, entry, commit}, i != j);
  replicate.then("history", told, {w, m}, told(w, m) || (w == t && up_to(m, commit)));

  raft.action("AdvanceCommitIndex", {i, at, q, t})
      .when("beyond", !commits(i, at) && has_entry(i, at))
      .when("leader", leader(i))
      .when("replicated", for_all({x}, implies(in_quorum(x, q), x == i || matches(i, x, at))))
      .when("own_term", term_at(i, at, t) && current(i, t))
      .then("commit", commits, {x, m}, commits(x, m) || (x == i && up_to(m, at)))
      .then("history", committed, {m, z, content, w},
            committed(m, z, content, w) || (up_to(m, at) && m != start && !noted(m) &&
                                            term_at(i, m, z) && value_at(i, m, content) && w == t))
      .then("history", noted, {m}, noted(m) || up_to(m, at))
      .then("history", safe, {w, m}, safe(w, m) || (w == t && up_to(m, at)))
      .then("history", safe_with, {w, r}, ite(w == t, r == q, safe_with(w, r)))
      .then("history", first, {m, w},
            ite(up_to(m, at) && m != start && !safe_by(m, t), w == t, first(m, w)))
      .then("history", safe_by, {m, w}, safe_by(m, w) || (up_to(m, at) && at_most(t, w)));
}

void RaftProof::replies() {
  const Variables fields = {i, j, t, previous, previous_term, entry_term, entry, commit};
  const expr newer = !reached(j, t);
  const expr follows = newer || (current(j, t) && candidate(j));
  Variables arguments = fields;
  arguments.push_back(next);  // the last index that both have then
  const expr new_entry = entry != no_value && !term_at(j, next, entry_term);
  Action& accept =
      raft.action("AcceptEntries", arguments)
          .when("requested", append.apply(fields))
          .when("up", !down(j))
          .when("not_stale", !passed(j, t))
          .when("consistent", term_at(j, previous, previous_term))
          .when("last_new", ite(entry == no_value, next == previous, next_index(previous, next)));
  receive(accept, append, fields);
  reach(accept, j, t);
  become_follower(accept, j, follows);
  accept.then("receive", votedFor, {x, y}, votedFor(x, y) && !(x == j && newer))
      .then("write", term_at, {x, m, z},
            ite(x == j && new_entry && up_to(next, m),
                ite(m == next, z == entry_term, z == no_term), term_at(x, m, z)))
      .then("write", value_at, {x, m, content},
            ite(x == j && new_entry && up_to(next, m),
                ite(m == next, content == entry, content == no_value), value_at(x, m, content)))
      .then("write", last, {x, m}, ite(x == j && new_entry, m == next, last(x, m)))
      .then("commit", commits, {x, m},
            commits(x, m) || (x == j && up_to(m, commit) && up_to(m, next)))
      .then("history", acked, {x, w, m}, acked(x, w, m) || (x == j && w == t && up_to(m, next)));
  send(accept, appended, {j, i, t, yes, next}, room());

  arguments.back() = w;
  Action& reject = raft.action("RejectEntries", arguments)
                       .when("requested", append.apply(fields))
                       .when("up", !down(j))
                       .when("refused", passed(j, t) || !term_at(j, previous, previous_term))
                       .when("in", ite(newer, w == t, current(j, w)));
  receive(reject, append, fields);
  reach(reject, j, t);
  become_follower(reject, j, follows);
  reject.then("receive", votedFor, {x, y}, votedFor(x, y) && !(x == j && newer));
  send(reject, appended, {j, i, w, no, start}, room());
}

void RaftProof::learning() {
  // `at`: the index that i knew j to have; `previous`, `next`: what comes before nextIndex, before
  // and after.
  const expr later = !reached(i, t);
  const expr stepped_back =
      ite(later, next == start,
          before_next(i, j, previous) &&
              (next_index(next, previous) || (previous == start && next == start)));
  Action& learn =
      raft.action("HandleAppendEntriesReply", {j, i, t, success, match, at, previous, next})
          .when("answered", appended(j, i, t, success, match))
          .when("up", !down(i))
          .when("not_stale", later || (current(i, t) && leader(i)))
          .when("known", greatest(at, [&](const expr& a) { return matches(i, j, a); }))
          .when("next", ite(success == yes, ite(up_to(at, match), next == match, next == at),
                            stepped_back));
  receive(learn, appended, {j, i, t, success, match});
  reach(learn, i, t);
  take_role(learn, i, later, false, false);
  forget_votes(learn, i, later);
  learn.then("receive", votedFor, {x, y}, votedFor(x, y) && !(x == i && later))
      .then("advance", matches, {x, y, m},
            ite(x == i && later, m == start, matches(x, y, m)) ||
                (x == i && y == j && success == yes && up_to(m, match)))
      .then(
          "next", before_next, {x, y, m},
          ite(x == i && y == j, m == next, ite(x == i && later, m == start, before_next(x, y, m))));
}

void RaftProof::faults() {
  Action& crash = raft.action("Crash", {i}).when("up", !down(i)).insert("stop", down, {i});
  become_follower(crash, i, i == i);
  crash.then("forget", commits, {x, m}, ite(x == i, m == start, commits(x, m)));
  raft.action("Restart", {i}).when("down", down(i)).remove("start", down, {i});
  for (const Relation& message : {request, vote, append, appended}) {
    Variables lost = variables_of(message);
    for (expr& field : lost)
      field =
          raft.context().constant(("lost_" + field.decl().name().str()).c_str(), field.get_sort());
    raft.action("LoseMessage_" + message.name(), lost)
        .when("on_its_way", message.apply(lost))
        .remove("lose", message, lost);
  }
}

void RaftProof::election_invariant() {
  raft.invariant("ReachedIsBeyond",
                 for_all({i, t, u}, implies(reached(i, t) && below(u, t), passed(i, u))));
  raft.invariant("PassedIsReached", for_all({i, t}, implies(passed(i, t), reached(i, t))));
  raft.invariant("OneVote", for_all({i, j, n}, implies(votedFor(i, j) && votedFor(i, n), j == n)));
  raft.invariant("OnlyCandidatesHaveVotes",
                 for_all({i, j}, implies(votesGranted(i, j), candidate(i))));
  raft.invariant("RequestsAreOfTerms",
                 for_all({i, j, t, last_index, last_term},
                         implies(request(i, j, t, last_index, last_term), reached(i, t))));
  raft.invariant("VotesAreOfTerms", for_all({i, j, t}, implies(vote(j, i, t, yes), reached(i, t))));
  raft.invariant("VotesAreCast",
                 for_all({i, j, t}, implies(has_vote(i, t, j), stands_by(j, t, i))));
  raft.invariant("VotesOnceATerm",
                 for_all({i, j, n, t}, implies(has_vote(i, t, j) && has_vote(n, t, j), i == n)));
  // A quorum stands by the one that was elected, and nobody else has a vote of it, nor ever will.
  raft.invariant("ElectedByQuorum",
                 for_all({t}, for_some({q}, implies(had_leader(t), elected_by(t, q)))));
  raft.invariant(
      "QuorumElects",
      for_all({t, q, i, j, n}, implies(elected_by(t, q) && elected(t, i) && in_quorum(j, q),
                                       stands_by(j, t, i) && implies(has_vote(n, t, j), n == i))));
  raft.invariant("LeadersAreElected",
                 for_all({i, t}, implies(leader(i) && current(i, t), elected(t, i))));
  raft.invariant("ElectedOnce",
                 for_all({t, i, j}, implies(elected(t, i) && elected(t, j), i == j)));
}

void RaftProof::log_invariant() {
  raft.invariant("OneTerm",
                 for_all({i, k, t, u}, implies(term_at(i, k, t) && term_at(i, k, u), t == u)));
  raft.invariant("OneValue",
                 for_all({i, k, v, content},
                         implies(value_at(i, k, v) && value_at(i, k, content), v == content)));
  raft.invariant("NothingAtStart", for_all({i}, term_at(i, start, no_term)));
  raft.invariant("NoGaps",
                 for_all({i, k, l}, implies(has_entry(i, l) && up_to(k, l), there(i, k))));
  raft.invariant("LastIsThere", for_all({i, k}, implies(last(i, k), there(i, k))));
  raft.invariant("NothingBeyondLast",
                 for_all({i, k, l}, implies(last(i, k) && has_entry(i, l), up_to(l, k))));
  // What was elected
  raft.invariant("CandidatesAreInTerms", for_all({i}, implies(candidate(i), passed(i, no_term))));
  raft.invariant("ElectedInTerms", for_all({i}, !elected(no_term, i)));
  raft.invariant("ElectedInReached",
                 for_all({i, t}, implies(elected(t, i), reached(i, t) && had_leader(t))));
  raft.invariant("CandidatesAreNotElected",
                 for_all({i, t}, implies(candidate(i) && current(i, t), !elected(t, i))));
  raft.invariant("SomeoneWasElected",
                 for_all({t}, implies(had_leader(t), for_some({i}, elected(t, i)))));
  raft.invariant("NextIsThere",
                 for_all({i, j, k}, implies(leader(i) && before_next(i, j, k), there(i, k))));
}

/// Entries on their way.
void RaftProof::request_invariant() {
  const Variables fields = {i, j, t, previous, previous_term, entry_term, entry, commit};
  const expr sent = append.apply(fields);
  raft.invariant("RequestOfElected", for_all(fields, implies(sent, elected(t, i) && i != j)));
  raft.invariant("RequestAtStart",
                 for_all(fields, implies(sent && previous_term == no_term, previous == start)));
  raft.invariant("RequestHasTerm",
                 for_all(fields, implies(sent && entry != no_value, entry_term != no_term)));
  raft.invariant(
      "RequestIsOfLog",
      for_all(fields,
              implies(sent, log_of(t, previous, previous_term) &&
                                for_all({k}, implies(entry != no_value && next_index(previous, k),
                                                     log_of(t, k, entry_term) &&
                                                         value_of(t, k, entry))))));
}

/// An entry of index l and term u leads to the same log as the leader of that term had.
void RaftProof::history_invariant() {
  const expr before = u != no_term && up_to(k, l) && k != start;
  raft.invariant("LogsAreOfLeaders",
                 for_all({i, l, u, k, z},
                         implies(term_at(i, l, u) && before, term_at(i, k, z) == log_of(u, k, z))));
  raft.invariant("ValuesAreOfLeaders",
                 for_all({i, l, u, k, v}, implies(term_at(i, l, u) && before,
                                                  value_at(i, k, v) == value_of(u, k, v))));
  raft.invariant("LeadersLogsMatch",
                 for_all({t, l, u, k, z},
                         implies(log_of(t, l, u) && before, log_of(t, k, z) == log_of(u, k, z))));
  raft.invariant("LeadersValuesMatch",
                 for_all({t, l, u, k, v}, implies(log_of(t, l, u) && before,
                                                  value_of(t, k, v) == value_of(u, k, v))));
  raft.invariant("LogOfLeader",
                 for_all({i, t, k, z},
                         implies(leader(i) && current(i, t), term_at(i, k, z) == log_of(t, k, z))));
  raft.invariant("ValuesOfLeader",
                 for_all({i, t, k, v}, implies(leader(i) && current(i, t),
                                               value_at(i, k, v) == value_of(t, k, v))));
  raft.invariant("LogOfIsOneTerm",
                 for_all({t, k, u, z}, implies(log_of(t, k, u) && log_of(t, k, z), u == z)));
  raft.invariant("LogOfIsOneValue",
                 for_all({t, k, v, content},
                         implies(value_of(t, k, v) && value_of(t, k, content), v == content)));
  raft.invariant("LogOfNothingAtStart", for_all({t}, log_of(t, start, no_term)));
  raft.invariant("LogOfElected",
                 for_all({t, k, u}, implies(log_of(t, k, u) && u != no_term, had_leader(u))));
  raft.invariant("LogOfEarlier", for_all({t, k, u}, implies(log_of(t, k, u), at_most(u, t))));
  raft.invariant("EntriesAreEarlier", for_all({i, k, t}, implies(term_at(i, k, t), reached(i, t))));
}

void RaftProof::commit_invariant() {
  raft.invariant("AckedIsReached",
                 for_all({j, t, k}, implies(acked(j, t, k), reached(j, t) && had_leader(t))));
  raft.invariant("AckedIsThere",
                 for_all({j, t, k}, implies(acked(j, t, k), k == start || !log_of(t, k, no_term))));
  raft.invariant(
      "RepliesAreAcked",
      for_all({i, j, t, k, l}, implies(appended(j, i, t, yes, l) && up_to(k, l), acked(j, t, k))));
  raft.invariant(
      "MatchesAreAcked",
      for_all({i, j, t, k}, implies(leader(i) && current(i, t) && matches(i, j, k) && k != start,
                                    acked(j, t, k))));
  raft.invariant("RequestsAreOfLogs", for_all({i, j, t, last_index, last_term},
                                              implies(request(i, j, t, last_index, last_term) &&
                                                          candidate(i) && current(i, t),
                                                      term_at(i, last_index, last_term))));
  const expr own = t != no_term && log_of(t, k, t);
  const expr doomed = for_some({n}, in_quorum(n, q) && passed(n, t) && !acked(n, t, k));
  raft.invariant("LaterLeadersHaveIt",
                 for_all({t, k, u, q},
                         implies(own && below(t, u) && had_leader(u) && !log_of(u, k, t), doomed)));
  raft.invariant(
      "AckedIsKept",
      for_all({t, k, q},
              implies(own, doomed || for_all({j}, implies(acked(j, t, k), term_at(j, k, t))))));
  raft.invariant(
      "VotedForHaveIt",
      for_all({t, k, q},
              implies(own, doomed || for_all({i, j, u}, implies(acked(j, t, k) && below(t, u) &&
                                                                    candidate(i) && current(i, u) &&
                                                                    has_vote(i, u, j),
                                                                term_at(i, k, t))))));
}

/// What the leader of a term has committed is in the logs of a quorum, of those it votes for later,
/// and of all later leaders.
void RaftProof::safety_invariant() {
  raft.invariant("SafeIsThere",
                 for_all({t, k}, implies(safe(t, k),
                                         had_leader(t) && (k == start || !log_of(t, k, no_term)))));
  raft.invariant("SafeBelow", for_all({t, k, l}, implies(safe(t, l) && up_to(k, l), safe(t, k))));
  raft.invariant(
      "LeaderKnowsSafe",
      for_all({i, t, k}, implies(leader(i) && current(i, t) && safe(t, k), commits(i, k))));
  raft.invariant("SafeByQuorum",
                 for_all({t}, for_some({q}, implies(safe(t, start), safe_with(t, q)))));
  raft.invariant("QuorumIsOfSafe", for_all({t, q}, implies(safe_with(t, q), safe(t, start))));
  const expr in_it = safe_with(t, q) && in_quorum(j, q);
  raft.invariant(
      "QuorumHasSafe",
      for_all({t, q, j, k, z},
              implies(in_it,
                      reached(j, t) && implies(safe(t, k), term_at(j, k, z) == log_of(t, k, z)))));
  raft.invariant(
      "QuorumEndsLater",
      for_all({t, q, j, l, w}, implies(in_it && last(j, l) && term_at(j, l, w), at_most(t, w))));
  const auto later_beyond = [&](const expr& holds) {
    return implies(holds && w != no_term && !safe(t, l), at_most(t, w));
  };
  raft.invariant("QuorumGoesOnLater",
                 for_all({t, q, j, l, w}, later_beyond(in_it && term_at(j, l, w))));
  const expr has_its_vote =
      in_it && below(t, u) && candidate(i) && current(i, u) && has_vote(i, u, j);
  raft.invariant("VotedForHaveSafe",
                 for_all({i, j, q, k, t, u, z},
                         implies(has_its_vote && safe(t, k), term_at(i, k, z) == log_of(t, k, z))));
  raft.invariant("VotedForGoOnLater",
                 for_all({i, j, q, l, t, u, w}, later_beyond(has_its_vote && term_at(i, l, w))));
  const expr not_before = at_most(t, u) && had_leader(u);
  raft.invariant(
      "LeadersHaveSafe",
      for_all({t, k, u, z}, implies(not_before && safe(t, k), log_of(u, k, z) == log_of(t, k, z))));
  raft.invariant(
      "LeadersGoOnLater",
      for_all({t, l, u, w}, later_beyond(safe(t, start) && not_before && log_of(u, l, w))));
  raft.invariant("CommittedIsSafe",
                 for_all({k, t, v, u},
                         implies(committed(k, t, v, u), k != start && safe(u, k) &&
                                                            log_of(u, k, t) && value_of(u, k, v))));
  raft.claim("LeaderCompleteness",
             for_all({i, k, t, v, w, u},
                     implies(committed(k, t, v, w) && below(w, u) && leader(i) && current(i, u),
                             term_at(i, k, t) && value_at(i, k, v))));
}

/// What servers know to be committed, from the leader of a term that is not later than theirs.
void RaftProof::knowledge_invariant() {
  raft.invariant("NotedIsSafe",
                 for_all({k}, for_some({t}, implies(noted(k) && k != start, first(k, t)))));
  raft.invariant(
      "FirstIsSafe",
      for_all({k, t, u}, implies(first(k, t), k != start && safe(t, k) &&
                                                  implies(safe_by(k, u), at_most(t, u)))));
  raft.invariant("SafeByIsNoted", for_all({k, t}, implies(safe_by(k, t), noted(k))));
  raft.invariant("SafeByLater",
                 for_all({k, t, u}, implies(safe_by(k, t) && at_most(t, u), safe_by(k, u))));
  raft.invariant("KnownBelow",
                 for_all({i, k, l}, implies(commits(i, l) && up_to(k, l), commits(i, k))));
  const expr known = commits(i, k) && k != start;
  raft.invariant(
      "KnownIsNoted",
      for_all({i, k, u}, implies(known, noted(k) && implies(!passed(i, u), safe_by(k, u)))));
  raft.invariant(
      "KnownIsSafe",
      for_all({i, k, t, z}, implies(known && safe(t, k), term_at(i, k, z) == log_of(t, k, z))));
  raft.invariant(
      "RequestsTell",
      for_all({i, j, t, previous, previous_term, entry_term, entry, commit, k},
              implies(append(i, j, t, previous, previous_term, entry_term, entry, commit) &&
                          up_to(k, commit),
                      told(t, k))));
  const expr known_then = told(t, k) && k != start;
  raft.invariant(
      "ToldIsNoted",
      for_all({t, k, u}, implies(known_then, noted(k) && implies(at_most(t, u), safe_by(k, u)))));
  const expr same = term_at(j, k, t) && value_at(i, k, v) == value_at(j, k, v);
  raft.claim("StateMachineSafety",
             for_all({i, j, k, t, v, u},
                     implies(known, noted(k) && implies(commits(j, k) && term_at(i, k, t), same) &&
                                        implies(committed(k, t, v, u),
                                                term_at(i, k, t) && value_at(i, k, v)))));
}

proof::Reading<raft::Raft> RaftProof::reading() const {
  proof::Reading<raft::Raft> reading(raft);
  read_constants(reading);
  read_servers(reading);
  read_rest(reading);
  return reading;
}

void RaftProof::read_constants(proof::Reading<raft::Raft>& reading) const {
  reading.sort(server, [](const State& s) { return s.Server; });
  reading.sort(term, [](const State& s) { return s.Term; });
  reading.sort(index, [](const State& s) { return s.Index; });
  reading.sort(value, [](const State& s) { return optional(s.Value); });
  reading.sort(answer, [](const State&) { return boolean(); });
  reading.quorums(quorum, in_quorum, [](const State& s) { return Subsets(s.Server, s.quorum); });
  reading.constant(no_term, 0);
  reading.constant(start, 0);
  reading.constant(no_value, none);
  reading.constant(no, 0);
  reading.constant(yes, 1);
  const auto at_least = [](const State&, const Members& x) { return x[0] <= x[1]; };
  const auto successor = [](const State&, const Members& x) { return x[0] + 1 == x[1]; };
  reading.relation(at_most, at_least);
  reading.relation(up_to, at_least);
  reading.relation(next_term, successor);
  reading.relation(next_index, successor);
  const auto is_duplicating = [](const State& s) { return s.parameter("network") == duplicates; };
  reading.relation(duplicating, [=](const State& s, const Members&) { return is_duplicating(s); });
  reading.relation(room, [=](const State& s, const Members&) {
    return !is_duplicating(s) || s.msgs.room_for(1);
  });
}

void RaftProof::read_servers(proof::Reading<raft::Raft>& reading) const {
  reading.relation(reached,
                   [](const State& s, const Members& x) { return s.currentTerm[x[0]] >= x[1]; });
  reading.relation(passed,
                   [](const State& s, const Members& x) { return s.currentTerm[x[0]] > x[1]; });
  reading.relation(votedFor,
                   [](const State& s, const Members& x) { return s.votedFor[x[0]] == x[1]; });
  reading.relation(
      candidate, [](const State& s, const Members& x) { return s.role[x[0]] == Role::Candidate; });
  reading.relation(leader,
                   [](const State& s, const Members& x) { return s.role[x[0]] == Role::Leader; });
  reading.relation(votesGranted, [](const State& s, const Members& x) {
    return s.votesGranted[x[0]].contains(x[1]);
  });
  reading.relation(term_at,
                   [](const State& s, const Members& x) { return s.term_at(x[0], x[1]) == x[2]; });
  reading.relation(value_at, [](const State& s, const Members& x) {
    return s.log(x[0]).at_or(x[1], raft::no_entry).value == x[2];
  });
  reading.relation(last,
                   [](const State& s, const Members& x) { return s.log(x[0]).size() == x[1]; });
  reading.relation(commits,
                   [](const State& s, const Members& x) { return s.commitIndex[x[0]] >= x[1]; });
  reading.relation(before_next, [](const State& s, const Members& x) {
    return s.nextIndex(x[0], x[1]) - 1 == x[2];
  });
  reading.relation(
      matches, [](const State& s, const Members& x) { return s.matchIndex(x[0], x[1]) >= x[2]; });
}

/// Who is down, what is history in the model too, and messages.
void RaftProof::read_rest(proof::Reading<raft::Raft>& reading) const {
  reading.relation(down, [](const State& s, const Members& x) { return !s.crashes.up(x[0]); });
  reading.relation(elected,
                   [](const State& s, const Members& x) { return s.elected[x[0]] == x[1]; });
  reading.relation(had_leader,
                   [](const State& s, const Members& x) { return s.elected[x[0]] != none; });
  reading.relation(noted,
                   [](const State& s, const Members& x) { return s.committed.size() >= x[0]; });
  reading.relation(committed, [](const State& s, const Members& x) {
    const raft::Committed at = s.committed().at_or(x[0], {0, none, 0});
    return at.value != none && at.term == x[1] && at.value == x[2] && at.in == x[3];
  });
  reading.relation(request, [](const State& s, const Members& x) {
    return s.msgs.on_its_way(raft::RequestVote{x[0], x[1], x[2], x[3], x[4]});
  });
  reading.relation(vote, [](const State& s, const Members& x) {
    return s.msgs.on_its_way(raft::RequestVoteReply{x[0], x[1], x[2], x[3]});
  });
  reading.relation(append, [](const State& s, const Members& x) {
    return s.msgs.on_its_way(raft::AppendEntries{x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]});
  });
  reading.relation(appended, [](const State& s, const Members& x) {
    return s.msgs.on_its_way(raft::AppendEntriesReply{x[0], x[1], x[2], x[3], x[4]});
  });
}

std::shared_ptr<const proof::Modelled> raft_proof() {
  const auto protocol = std::make_shared<proof::Protocol>("raft");
  const RaftProof raft(*protocol);
  return std::make_shared<proof::Modelled>(proof::Modelled{
      protocol, raft.reading().structures(), [](const Parameters& parameters) {
        return 2 * parameters["quorum"] > parameters["servers"] && parameters["commit_by"] == 0 &&
               parameters["network"] != short_lived &&
               (parameters["crash"] == 0 ||
                parameters["durable"] == static_cast<int>(raft::Durable::all));
      }});
}

}  // namespace

proof::TopicInfo raft_topic() {
  return {"raft",
          "Raft elects at most one leader a term, logs match, and servers apply the same entries",
          {"[OO14] D. Ongaro, J. Ousterhout, In Search of an Understandable Consensus Algorithm, "
           "USENIX ATC 2014, extended version, Figures 2 and 3"},
          {},
          [](const Parameters&) {
            return raft_proof()->protocol->topic(
                "Raft elects at most one leader in each term; two logs that have an entry of the "
                "same index and term are the same up to it; an entry that a leader has committed "
                "is in the logs of the leaders of all later terms; and no two servers know "
                "different entries at the same index to be committed.",
                "any number of servers, terms, indexes and entries; any quorums that intersect");
          },
          raft_proof};
}

}  // namespace synod
