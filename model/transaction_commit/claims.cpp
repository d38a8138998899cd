// What Two-Phase Commit promises. [GL06] is cited in transaction_commit.hpp.
#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"
#include "model/transaction_commit/transaction_commit.hpp"

namespace synod {
namespace {

using namespace transaction_commit;

bool final(RMState state) { return state == RMState::committed || state == RMState::aborted; }

auto transaction_commit_claims() {
  return claims(
      always("TCConsistent",
             "[GL06] section 2: no RM commits while another aborts. An RM commits on the TM's word "
             "only, which needs all RMs prepared; a prepared RM no longer aborts alone.",
             [](const auto& s) {
               return !(s.rmState.any(RMState::committed) && s.rmState.any(RMState::aborted));
             })
          .witness("AllCommit")
          .witness("AllAbort"),
      always("CommitNeedsAllPrepared",
             "[GL06] section 3.1: the TM decides to commit only if every RM has prepared.",
             [](const auto& s) {
               if (s.tmState != TMState::committed) return true;
               return !s.rmState.any(RMState::working) && !s.rmState.any(RMState::aborted);
             })
          .witness("AllCommit"),
      step("Irrevocable",
           "[GL06] section 2, Stability: once an RM has committed or aborted, it stays so. The TM "
           "decides once, and sends only what it has decided.",
           [](const auto& before, const auto& after) {
             for (const int rm : before.RM)
               if (final(before.rmState[rm]) && after.rmState[rm] != before.rmState[rm])
                 return before.conjunct("an RM keeps its decision", false);
             return before.conjunct(
                 "the TM keeps its decision",
                 before.tmState == TMState::init || after.tmState == before.tmState);
           })
          .witness("AllCommit")
          .witness("AllAbort"),
      reachable("AllCommit", "[GL06] section 2, Nontriviality: with no fault, all RMs can commit.",
                [](const auto& s) { return s.rmState.all(RMState::committed); }),
      reachable("AllAbort", "[GL06] section 2: all RMs can abort.",
                [](const auto& s) { return s.rmState.all(RMState::aborted); }),
      always_possible("CanDecide",
                      "From every state, all RMs can still reach a decision: nothing is blocked "
                      "for good while the TM may act.",
                      [](const auto& s) {
                        return s.rmState.all(RMState::committed) || s.rmState.all(RMState::aborted);
                      }),
      named("SomeCommitted", "Some RM has committed.",
            [](const auto& s) { return s.rmState.any(RMState::committed); })
          .decides("commit"),
      named("SomeAborted", "Some RM has aborted.",
            [](const auto& s) { return s.rmState.any(RMState::aborted); })
          .decides("abort"),
      named("AllDecided", "Every RM has committed or aborted.",
            [](const auto& s) { return s.RM.all([&](int rm) { return final(s.rmState[rm]); }); }),
      temporal(
          "Terminates",
          "[GL06] section 2: every RM eventually commits or aborts. The TM may decide to abort "
          "while it is undecided, so it can always decide, and its word reaches every RM.",
          "<> AllDecided")
          .assuming("WF(TMCommit, TMAbort)")
          .assuming("WF(RMRcvCommitMsg, RMRcvAbortMsg by rm)"),
      proper_end("Only when every RM has decided may nothing be left to do.", [](const auto& s) {
        return s.rmState.all(RMState::committed) || s.rmState.all(RMState::aborted);
      }));
}

}  // namespace

System transaction_commit_system() {
  System system;
  system.name = "transaction_commit";
  system.title = "Transaction commit by Two-Phase Commit over a message set";
  system.summary =
      "Resource managers agree with a transaction manager to commit all or abort all. The "
      "calibration model: many checkers publish its state counts.";
  system.sources = {
      "[GL06] J. Gray, L. Lamport, Consensus on Transaction Commit, ACM TODS 31(1), 2006"};
  system.faults =
      "Asynchronous; messages may be lost, duplicated and reordered (the message set never shrinks "
      "and nobody has to read it). No crash: an RM that stops taking steps stands for one.";
  system.parameters = {integer("participants", "resource managers", 1, 20, 3)};
  system.instances = {
      quick("participants=3", holds(288, 1'146, 11)),
      quick("participants=5", holds(8'832, 58'146, 17)),
      quick("participants=6", holds(50'816, 402'306, 20)),
      thorough("participants=7", holds(296'448, 2'744'706, 23)),
      thorough("participants=9", holds(10'340'352, 123'558'402, 29)),
  };
  system.mutants = {
      mutant("early_commit",
             "The TM commits before all RMs are prepared; one of them may have aborted.",
             without("TMCommit.all_prepared"), violates("TCConsistent", 4)),
      mutant("change_of_mind", "A prepared RM still aborts alone, though it gave up that right.",
             without("RMChooseToAbort.working"), violates("TCConsistent", 10)),
      mutant("silent_abort", "The TM aborts and tells nobody: prepared RMs wait for ever.",
             without("TMAbort.announce"), violates("CanDecide", 3)),
      mutant("deaf_rm", "An RM that hears the abort and does nothing never ends its transaction.",
             without("RMRcvAbortMsg.abort"), violates("Terminates", 2)),
  };
  system.admissible = {"WF(TMCommit, TMAbort)", "WF(RMRcvCommitMsg, RMRcvAbortMsg by rm)"};
  system.not_needed = {
      {{"TMRcvPrepared", "undecided"},
       "After its decision the TM no longer reads tmPrepared; noting one more RM changes nothing."},
  };
  system.tla_constants = [](const Parameters& p) -> Assignments {
    return {{"RM", interchangeable("rm", "rm", p["participants"]).text()}};
  };
  return define<TransactionCommit>(std::move(system), transaction_commit_claims());
}

}  // namespace synod
