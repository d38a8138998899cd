// Why two-phase commit is atomic, for any number of participants, whoever crashes and comes back.
//
// Parameters that say who may crash, and whether participants ask each other, switch actions off.
// The proof has all actions, so it holds of fewer too. Parameters that change what actions do, or
// say who comes back, are propositions of the proof, and the axioms are what it takes of them: a
// coordinator that recovers has logged its decision before it sent it, a participant that recovers
// copies its workspace, and one that is asked before it has voted aborts itself. Mutants of the
// catalogue show that otherwise claims are violated.
#include "checker/proof/valued.hpp"
#include "model/proofs.hpp"
#include "model/two_phase_commit/claims.hpp"

namespace synod {
namespace {

using proof::Action;
using proof::expr;
using proof::for_all;
using proof::for_some;
using proof::Members;
using proof::Relation;
using proof::Sort;
using proof::Valued;
using proof::Variables;
using two_phase_commit::Contents;
using two_phase_commit::Recover;
using two_phase_commit::State;
using z3::implies;
using Model = two_phase_commit::TwoPhaseCommit<Observe>;

using enum State;
using two_phase_commit::Decided;

std::string text(State state) {
  static const std::vector<std::string> texts = {"INIT",  "WAIT", "READY", "COMMIT",
                                                 "ABORT", "DONE", "DOWN"};
  return texts[static_cast<std::size_t>(state)];
}
std::string text(Contents contents) {
  static const std::vector<std::string> texts = {"nothing", "before", "after"};
  return texts[static_cast<std::size_t>(contents)];
}
const std::vector<Contents> all_contents = {Contents::nothing, Contents::before, Contents::after};

/// The relations of a variable: "coordinator_INIT".
template <class Value>
std::vector<std::pair<Value, std::string>> named(const std::string& variable,
                                                 const std::vector<Value>& values) {
  std::vector<std::pair<Value, std::string>> all;
  for (const Value value : values) all.emplace_back(value, variable + "_" + text(value));
  return all;
}

struct Proof {
  std::shared_ptr<proof::Protocol> protocol = std::make_shared<proof::Protocol>("two_phase_commit");
  proof::Protocol& commit = *protocol;

  const Sort Participant = commit.sort("participant");
  const expr p = Participant["p"], q = Participant["q"], x = Participant["x"];

  const Relation log_first = commit.fixed("log_first", {});
  const Relation copied = commit.fixed("copied", {});
  const Relation both_abort = commit.fixed("both_abort", {});
  const Relation coordinator_recovers = commit.fixed("coordinator_recovers", {});
  const Relation participants_recover = commit.fixed("participants_recover", {});

  const Valued<State> coordinator{
      commit, {}, named<State>("coordinator", {INIT, WAIT, COMMIT, ABORT, DONE, DOWN})};
  const Valued<State> coordinatorLog{
      commit, {}, named<State>("coordinatorLog", {INIT, WAIT, COMMIT, ABORT, DONE})};
  const Valued<State> participant{
      commit, {Participant}, named<State>("participant", {INIT, READY, COMMIT, ABORT, DOWN})};
  const Valued<State> participantLog{
      commit, {Participant}, named<State>("participantLog", {INIT, READY, COMMIT, ABORT})};
  const Valued<Contents> workspace{commit, {Participant}, named("workspace", all_contents)};
  const Valued<Contents> storage{commit, {Participant}, named("storage", all_contents)};
  const Relation timedOut = commit.variable("timedOut", {});
  const Relation VoteRequest = commit.variable("vote-request", {});
  const Relation VoteCommit = commit.variable("vote-commit", {Participant});
  const Relation VoteAbort = commit.variable("vote-abort", {Participant});
  const Relation GlobalCommit = commit.variable("global-commit", {Participant});
  const Relation GlobalAbort = commit.variable("global-abort", {Participant});
  const Relation ACK = commit.variable("ACK", {Participant});

  Proof() {
    commit.axiom("log_first_or_stay_down", implies(coordinator_recovers(), log_first()));
    commit.axiom("copied_or_stay_down", implies(participants_recover(), copied()));
    commit.axiom("asked_in_init_aborts", both_abort());
    at_first();
    actions_of_the_coordinator();
    actions_of_a_participant();
    crashes_and_recovery();
    invariant_of_decisions();
    invariant_of_participants();
    invariant_of_results();
    claims();
    step_claims();
  }

  void at_first() {
    commit.initially(coordinator.is_only(INIT, {}));
    commit.initially(coordinatorLog.is_only(INIT, {}));
    commit.initially(for_all({p}, participant.is_only(INIT, {p})));
    commit.initially(for_all({p}, participantLog.is_only(INIT, {p})));
    commit.initially(for_all({p}, workspace.is_only(Contents::nothing, {p})));
    commit.initially(for_all({p}, storage.is_only(Contents::before, {p})));
    commit.initially(!timedOut() && !VoteRequest());
    for (const Relation* const sent : {&VoteCommit, &VoteAbort, &GlobalCommit, &GlobalAbort, &ACK})
      commit.initially(for_all({p}, !(*sent)(p)));
  }

  // Actions

  void actions_of_the_coordinator() {
    auto& ask = commit.action("SendVoteRequest", {}).when("init", coordinator[INIT]());
    coordinatorLog.set(ask, "log", {}, WAIT);
    coordinator.set(ask, "enter", {}, WAIT);
    ask.insert("ask", VoteRequest, {});

    decide(commit.action("DecideCommit", {}).when("waiting", coordinator[WAIT]()), COMMIT)
        .when("all_yes", for_all({p}, VoteCommit(p)));
    decide(commit.action("DecideAbort", {}).when("waiting", coordinator[WAIT]()), ABORT)
        .when("some_no", for_some({p}, VoteAbort(p)));
    decide(commit.action("TimeOut", {}).when("waiting", coordinator[WAIT]()), ABORT)
        .insert("note", timedOut, {});

    auto& late = commit.action("LogDecision", {})
                     .when("decided", !log_first() && is_decided(coordinator, {}));
    coordinatorLog.update(late, "log", {}, [&](State value, const expr&) {
      return Decided(value) ? coordinator[value]() : commit.context().bool_val(false);
    });

    commit.action("SendGlobalCommit", {p})
        .when("decided", coordinator[COMMIT]())
        .insert("tell", GlobalCommit, {p});
    commit.action("SendGlobalAbort", {p})
        .when("decided", coordinator[ABORT]())
        .insert("tell", GlobalAbort, {p});

    auto& forget = commit.action("Forget", {})
                       .when("decided", is_decided(coordinator, {}))
                       .when("all_done", for_all({p}, ACK(p)));
    coordinatorLog.set(forget, "log", {}, DONE);
    coordinator.set(forget, "enter", {}, DONE);
  }

  Action& decide(Action& action, State decision) {
    coordinatorLog.update(action, "log", {}, [&](State value, const expr& old) {
      return z3::ite(log_first(), commit.context().bool_val(value == decision), old);
    });
    coordinator.set(action, "enter", {}, decision);
    return action;
  }

  void actions_of_a_participant() {
    auto& yes = commit.action("SendVoteCommit", {p})
                    .when("requested", VoteRequest())
                    .when("init", in(INIT, p));
    workspace.set(yes, "prewrite", {p}, Contents::after);
    participantLog.set(yes, "log", {p}, READY);
    participant.set(yes, "enter", {p}, READY);
    yes.insert("vote", VoteCommit, {p});

    auto& no = commit.action("SendVoteAbort", {p}).when("init", in(INIT, p));
    participantLog.set(no, "abort", {p}, ABORT);
    no.insert("abort", VoteAbort, {p});

    auto& hear_commit = commit.action("RcvGlobalCommit", {p})
                            .when("told", GlobalCommit(p))
                            .when("ready", in(READY, p));
    participantLog.set(hear_commit, "log", {p}, COMMIT);
    auto& hear_abort = commit.action("RcvGlobalAbort", {p})
                           .when("told", GlobalAbort(p))
                           .when("ready", in(READY, p));
    participantLog.set(hear_abort, "log", {p}, ABORT);

    auto& ask = commit.action("Ask", {p, q})
                    .when("ready", in(READY, p))
                    .when("up", !participant[DOWN](q))
                    .when("knows", !participantLog[READY](q));
    const expr aborts_itself = both_abort() && participantLog[INIT](q);
    participantLog.update(ask, "follow", {x}, [&](State value, const expr& old) {
      const expr no = commit.context().bool_val(false);
      const expr commits = participantLog[COMMIT](q);
      const expr followed = value == COMMIT ? commits : value == ABORT ? !commits : no;
      const expr answered = value == ABORT ? !no : no;
      return z3::ite(x == p, followed, z3::ite(x == q && aborts_itself, answered, old));
    });
    ask.then("answer", VoteAbort, {x}, VoteAbort(x) || (x == q && aborts_itself));
    ask.insert("note", timedOut, {});

    auto& enter = commit.action("Enter", {p})
                      .when("decided", is_decided(participantLog, {p}))
                      .when("outside", participant[INIT](p) || participant[READY](p));
    resume(enter, "enter");
    carry_out(enter, "carry_out");
    enter.insert("acknowledge", ACK, {p});
  }

  void crashes_and_recovery() {
    auto& stop = commit.action("CrashCoordinator", {}).when("up", !coordinator[DOWN]());
    coordinator.set(stop, "stop", {}, DOWN);

    auto& back = commit.action("RecoverCoordinator", {})
                     .when("down", coordinator_recovers() && coordinator[DOWN]());
    coordinator.update(back, "resume", {}, [&](State value, const expr&) {
      return value == DOWN ? commit.context().bool_val(false) : coordinatorLog[value]();
    });

    auto& crash = commit.action("CrashParticipant", {p}).when("up", !participant[DOWN](p));
    participant.set(crash, "stop", {p}, DOWN);

    auto& recover = commit.action("RecoverParticipant", {p})
                        .when("down", participants_recover() && participant[DOWN](p));
    resume(recover, "resume");
    carry_out(recover, "redo");
    recover.then("acknowledge", ACK, {x}, ACK(x) || (x == p && is_decided(participantLog, {p})));
  }

  /// p is what its log says.
  void resume(Action& action, const std::string& effect) {
    participant.update(action, effect, {x}, [&](State value, const expr& old) {
      const expr said = value == DOWN ? commit.context().bool_val(false) : participantLog[value](p);
      return z3::ite(x == p, said, old);
    });
  }

  void carry_out(Action& action, const std::string& effect) {
    const expr commits = participantLog[COMMIT](p), aborts = participantLog[ABORT](p);
    storage.update(action, effect, {x}, [&](Contents value, const expr& old) {
      return z3::ite(x == p && commits, workspace[value](p), old);
    });
    workspace.update(action, effect, {x}, [&](Contents value, const expr& old) {
      return z3::ite(x == p && (aborts || (commits && !copied())),
                     commit.context().bool_val(value == Contents::nothing), old);
    });
  }

  /// p is up, in this state, and has no decision in its log that it is about to carry out.
  expr in(State state, const expr& who) const {
    return participant[state](who) && participantLog[state](who);
  }
  expr is_decided(const Valued<State>& valued, const Variables& of) const {
    return valued[COMMIT].apply(of) || valued[ABORT].apply(of);
  }

  // Invariant

  void invariant_of_decisions() {
    commit.invariant("OneCoordinatorState", coordinator.is_one({}));
    commit.invariant("OneCoordinatorRecord", coordinatorLog.is_one({}));
    commit.invariant("CoordinatorLogsFirst", coordinator_logs_first());
    commit.invariant("CommitIsFinal", is_final(COMMIT, GlobalCommit));
    commit.invariant("AbortIsFinal", is_final(ABORT, GlobalAbort));
    commit.invariant("ForgottenIsFinal",
                     implies(coordinatorLog[DONE](), coordinator[DONE]() || coordinator[DOWN]()));
    commit.invariant("NotBothTold", for_all({p, q}, !(GlobalCommit(p) && GlobalAbort(q))));
    commit.invariant(
        "ToldMeansLogged",
        for_all({p}, implies(log_first() && (GlobalCommit(p) || GlobalAbort(p)),
                             is_decided(coordinatorLog, {}) || coordinatorLog[DONE]())));
    commit.invariant(
        "CommitMeansAllYes",
        implies(coordinator[COMMIT]() || coordinatorLog[COMMIT]() || for_some({p}, GlobalCommit(p)),
                for_all({p}, VoteCommit(p))));
    commit.invariant("AbortHasAReason", implies(coordinator[ABORT]() || coordinatorLog[ABORT]() ||
                                                    for_some({p}, GlobalAbort(p)),
                                                timedOut() || for_some({p}, VoteAbort(p))));
  }

  /// The coordinator's log says what the coordinator is, if it is written first.
  expr coordinator_logs_first() const {
    expr any = !log_first() || coordinator[DOWN]();
    for (const auto& [state, record] : coordinatorLog.relations())
      any = any || (coordinator[state]() && record());
    return any;
  }

  /// A participant's log says what it is, or is ahead by a decision.
  expr participants_log_first() const {
    expr any = participant[DOWN](p);
    for (const auto& [state, record] : participantLog.relations()) {
      const expr ahead = is_decided(participantLog, {p});
      any = any || (participant[state](p) && (Decided(state) ? record(p) : record(p) || ahead));
    }
    return for_all({p}, any);
  }

  /// What is logged or told is neither still to be decided nor decided otherwise.
  expr is_final(State decision, const Relation& told) const {
    const State other = decision == COMMIT ? ABORT : COMMIT;
    return implies(coordinatorLog[decision]() || for_some({p}, told(p)),
                   !coordinator[INIT]() && !coordinator[WAIT]() && !coordinator[other]() &&
                       !coordinatorLog[other]());
  }

  void invariant_of_participants() {
    commit.invariant("OneRecord", for_all({p}, participantLog.is_one({p})));
    commit.invariant("YesIsLogged", for_all({p}, implies(VoteCommit(p), !participantLog[INIT](p))));
    commit.invariant("NoIsLogged", for_all({p}, implies(VoteAbort(p), participantLog[ABORT](p))));
    commit.invariant("OneVote", for_all({p}, !(VoteCommit(p) && VoteAbort(p))));
    commit.invariant("CommitsWhenTold", implies(for_some({p}, participantLog[COMMIT](p)),
                                                for_some({p}, GlobalCommit(p))));
    commit.invariant("AbortsAloneOrWhenTold",
                     implies(for_some({p}, participantLog[ABORT](p)),
                             for_some({p}, VoteAbort(p)) || for_some({p}, GlobalAbort(p))));
    commit.invariant("VotesAreAnswers", for_all({p}, implies(VoteCommit(p), VoteRequest())));
  }

  /// What becomes of a participant's results.
  void invariant_of_results() {
    const expr commits = participantLog[COMMIT](p);
    commit.invariant("OneParticipantState", for_all({p}, participant.is_one({p})));
    commit.invariant("ParticipantsLogFirst", participants_log_first());
    commit.invariant("AcknowledgedMeansDone",
                     for_all({p}, implies(ACK(p), is_decided(participantLog, {p}))));
    commit.invariant(
        "AcknowledgedOnEntry",
        for_all({p}, implies(ACK(p), !participant[INIT](p) && !participant[READY](p))));
    commit.invariant(
        "ResultsAreKept",
        for_all({p}, implies(participantLog[READY](p) || (commits && (copied() || !ACK(p))),
                             workspace.is_only(Contents::after, {p}))));
    commit.invariant(
        "AbortClears",
        for_all({p}, implies(participant[ABORT](p), workspace.is_only(Contents::nothing, {p}))));
    commit.invariant("StoredOnce", stored_once());
  }

  /// Storage has changed once a commit is carried out, only then.
  expr stored_once() const {
    const expr done = ACK(p) && participantLog[COMMIT](p);
    return for_all({p}, z3::ite(done, storage.is_only(Contents::after, {p}),
                                storage.is_only(Contents::before, {p})));
  }

  void claims() {
    const expr commits = coordinatorLog[COMMIT]() || for_some({p}, participantLog[COMMIT](p));
    const expr aborts = coordinatorLog[ABORT]() || for_some({p}, participantLog[ABORT](p));
    const expr all_yes = for_all({p}, VoteCommit(p));
    commit.claim("AC1", !(commits && aborts));
    commit.claim("AC3", implies(commits, all_yes));
    commit.claim("AC4", timedOut() || !all_yes || !aborts);
    commit.claim("LoggedFirst", participants_log_first() && coordinator_logs_first());
    commit.claim("VotesAreAnswers", VoteRequest() || !for_some({p}, VoteCommit(p)));
    commit.claim("RedoIsIdempotent",
                 stored_once() && for_all({p}, implies(participant[ABORT](p),
                                                       workspace.is_only(Contents::nothing, {p}))));
    commit.claim("AcknowledgedMeansDone",
                 for_all({p}, implies(ACK(p), is_decided(participantLog, {p}))));
  }

  void step_claims() {
    const auto stays = [](const expr& formula) { return std::pair{formula, formula}; };
    const Relation& done = coordinatorLog[DONE];
    proof::StepClaim kept{"AC2", {p}, {stays(done())}};
    for (const State decision : {COMMIT, ABORT}) {
      kept.cases.push_back(stays(participantLog[decision](p)));
      kept.cases.push_back({coordinatorLog[decision](), coordinatorLog[decision]() || done()});
    }
    commit.step_claim(kept);

    const expr coordinator_down = coordinator[DOWN]();
    const expr participant_down = participant[DOWN](p);
    proof::StepClaim silent{"DownMeansSilent",
                            {p},
                            {{coordinator_down && !coordinator_recovers(), coordinator_down},
                             {participant_down && !participants_recover(), participant_down}}};
    for (const auto& [state, record] : coordinatorLog.relations())
      silent.cases.push_back({coordinator_down && record(), record()});
    for (const auto& [state, record] : participantLog.relations())
      silent.cases.push_back({participant_down && record(p), record(p)});
    commit.step_claim(silent);

    // [S12]: "the protocol blocks".
    const expr can_tell = (participants_recover() || !participant_down) &&
                          (!participantLog[READY](p) || GlobalCommit(p) || GlobalAbort(p));
    const expr blocked = coordinator_down && !for_some({p}, can_tell);
    commit.step_claim({"BlockedForGood", {}, {{!coordinator_recovers() && blocked, blocked}}});
  }

  std::shared_ptr<const proof::Modelled> modelled() const;
};

std::shared_ptr<const proof::Modelled> Proof::modelled() const {
  proof::Reading<two_phase_commit::TwoPhaseCommit> reading(commit);
  reading.sort(Participant, [](const Model& s) { return s.Participant; });
  reading.relation(log_first, [](const Model& s, const Members&) { return s.log_first; });
  reading.relation(copied, [](const Model& s, const Members&) { return s.copied; });
  reading.relation(both_abort, [](const Model& s, const Members&) { return s.both_abort; });
  reading.relation(coordinator_recovers, [](const Model& s, const Members&) {
    return s.coordinator_crashes && s.recover == Recover::all;
  });
  reading.relation(participants_recover, [](const Model& s, const Members&) {
    return s.participants_crash && s.recover != Recover::none;
  });
  coordinator.read(reading, [](const Model& s, const Members&) { return State{s.coordinator}; });
  coordinatorLog.read(reading,
                      [](const Model& s, const Members&) { return State{s.coordinatorLog}; });
  participant.read(reading,
                   [](const Model& s, const Members& x) { return State{s.participant[x[0]]}; });
  participantLog.read(
      reading, [](const Model& s, const Members& x) { return State{s.participantLog[x[0]]}; });
  workspace.read(reading,
                 [](const Model& s, const Members& x) { return Contents{s.workspace[x[0]]}; });
  storage.read(reading, [](const Model& s, const Members& x) { return Contents{s.storage[x[0]]}; });
  reading.relation(timedOut, [](const Model& s, const Members&) { return bool{s.timedOut}; });
  reading.relation(VoteRequest,
                   [](const Model& s, const Members&) { return s.VoteRequest.sent(); });
  reading.relation(VoteCommit,
                   [](const Model& s, const Members& x) { return s.VoteCommit.sent(x[0]); });
  reading.relation(VoteAbort,
                   [](const Model& s, const Members& x) { return s.VoteAbort.sent(x[0]); });
  reading.relation(GlobalCommit,
                   [](const Model& s, const Members& x) { return s.GlobalCommit.sent(x[0]); });
  reading.relation(GlobalAbort,
                   [](const Model& s, const Members& x) { return s.GlobalAbort.sent(x[0]); });
  reading.relation(ACK, [](const Model& s, const Members& x) { return s.ACK.sent(x[0]); });
  const auto covers = [](const Parameters& parameters) {
    using namespace two_phase_commit;
    const bool coordinator_stays_down =
        !coordinator_crashes(parameters) || coordinator_may_stay_down(parameters);
    const bool participants_stay_down =
        !participants_crash(parameters) || participants_may_stay_down(parameters);
    return (parameters["log"] == 0 || coordinator_stays_down) &&
           (parameters["workspace"] == 0 || participants_stay_down) &&
           parameters["init_answer"] == 0;
  };
  return std::make_shared<proof::Modelled>(
      proof::Modelled{protocol, reading.structures(), covers, true});
}

std::shared_ptr<const proof::Modelled> two_phase_commit_proof() { return Proof().modelled(); }

}  // namespace

proof::TopicInfo two_phase_commit_topic() {
  return {
      "two_phase_commit",
      "All participants and the coordinator decide alike, whoever crashes and recovers",
      {"[BHG87] P. Bernstein, V. Hadzilacos, N. Goodman, Concurrency Control and Recovery in "
       "Database Systems, 1987, chapter 7",
       "[S12] M. van Steen, Distributed Systems, lecture on chapter 8, 2012, section 8.5"},
      {},
      [](const Parameters&) {
        return two_phase_commit_proof()->protocol->topic(
            "In two-phase commit with crashes, recovery from logs and cooperative termination all "
            "who decide decide alike and for good: commit only if all have voted for it, abort "
            "only if not all have or somebody has given up waiting. While the coordinator "
            "stays down and no participant that can be reached knows the decision or may "
            "still abort, none of these ever decides.",
            "any number of participants; whoever crashes and recovers, if a coordinator that "
            "recovers logs decisions before it sends them, participants that recover copy "
            "their workspaces, and whoever is asked before it has voted aborts");
      },
      two_phase_commit_proof};
}

}  // namespace synod
