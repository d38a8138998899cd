-- Transaction commit as in spec/transaction_commit: the same states, for Rumur. tests/bench/compare
-- fills in N.
--
-- Made for speed: sets of resource managers are bits of a number, which takes a fifth less time
-- than arrays of enumerations. A step of the specification that changes nothing (a message received
-- again) is no step here. Nothing is a scalarset: all states are counted.

const
  N: 3;
  EACH: (1 << N) - 1;

type
  RM: 0 .. N - 1;
  RMs: 0 .. EACH;

var
  -- rmState; who is in none of them is prepared
  working: RMs;
  aborted: RMs;
  committed: RMs;

  decided: boolean;  -- tmState; which message was sent says what
  tmPrepared: RMs;

  sentPrepared: RMs;
  sentCommit: boolean;
  sentAbort: boolean;

startstate begin
  working := EACH;
  aborted := 0;
  committed := 0;
  decided := false;
  tmPrepared := 0;
  sentPrepared := 0;
  sentCommit := false;
  sentAbort := false;
end;

rule "TMCommit"
  !decided & tmPrepared = EACH
==>
  decided := true;
  sentCommit := true;
end;

rule "TMAbort"
  !decided
==>
  decided := true;
  sentAbort := true;
end;

ruleset r: RM do
  rule "TMRcvPrepared"
    !decided && ((sentPrepared >> r) & 1) = 1 && ((tmPrepared >> r) & 1) = 0
  ==>
    tmPrepared := tmPrepared + (1 << r);
  end;

  rule "RMPrepare"
    ((working >> r) & 1) = 1
  ==>
    working := working - (1 << r);
    sentPrepared := sentPrepared + (1 << r);
  end;

  rule "RMChooseToAbort"
    ((working >> r) & 1) = 1
  ==>
    working := working - (1 << r);
    aborted := aborted + (1 << r);
  end;

  rule "RMRcvCommitMsg"
    sentCommit && ((committed >> r) & 1) = 0
  ==>
    working := (EACH - (1 << r)) & working;
    aborted := (EACH - (1 << r)) & aborted;
    committed := committed + (1 << r);
  end;

  rule "RMRcvAbortMsg"
    sentAbort && ((aborted >> r) & 1) = 0
  ==>
    working := (EACH - (1 << r)) & working;
    committed := (EACH - (1 << r)) & committed;
    aborted := aborted + (1 << r);
  end;
end;

invariant "TCConsistent"
  aborted = 0 | committed = 0;
