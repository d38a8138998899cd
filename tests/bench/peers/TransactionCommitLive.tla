----------------------- MODULE TransactionCommitLive -----------------------
(* The claim Terminates of model/transaction_commit, for TLC. *)
EXTENDS transaction_commit

Fair ==
  /\ Spec
  /\ WF_vars(TMCommit \/ TMAbort)
  /\ \A r \in RM : WF_vars(RMRcvCommitMsg(r) \/ RMRcvAbortMsg(r))

Terminates == <>(\A r \in RM : rmState[r] \in {"committed", "aborted"})
=============================================================================
