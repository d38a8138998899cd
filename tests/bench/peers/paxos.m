-- Paxos as in spec/paxos without crashes: the same states, for Rumur. tests/bench/compare fills in
-- the first three constants; quorums are majorities.
--
-- A step of the specification that changes nothing (a message sent again) is no step here. Nothing
-- is a scalarset: all states are counted.

const
  A: 3;  -- acceptors
  V: 2;  -- values
  B: 2;  -- ballots
  QUORUM: A / 2 + 1;

type
  Acceptor: 0 .. A - 1;
  Value: 0 .. V - 1;
  Ballot: 0 .. B - 1;
  Vote: 0 .. B * V;        -- maxVBal and maxVal: 0 without a vote, else 1 + b * V + v
  Report: 0 .. 1 + B * V;  -- of a 1b: 0 when not sent, else 1 + the vote

var
  maxBal: array [Acceptor] of 0 .. B;                        -- 0: none, 1 + b
  vote: array [Acceptor] of Vote;
  msg1a: array [Ballot] of boolean;
  msg1b: array [Ballot] of array [Acceptor] of Report;
  msg2a: array [Ballot] of 0 .. V;                           -- 0: not sent, 1 + v
  msg2b: array [Ballot] of array [Acceptor] of 0 .. V;       -- 0: not sent, 1 + v

-- From 1, and 0 without a vote.
function ballot_of(r: Report): 0 .. B;
begin
  if r < 2 then return 0; else return (r - 2) / V + 1; end;
end;

-- Of some quorum's reports for b one is of no vote, or of a vote for v, and none is of a later
-- vote: that is, enough acceptors report nothing later than this one.
function ShowsSafeAt(b: Ballot; v: Value): boolean;
var no_later: 0 .. A;
begin
  for a: Acceptor do
    if msg1b[b][a] = 1 | (msg1b[b][a] > 1 & (msg1b[b][a] - 2) % V = v) then
      no_later := 0;
      for other: Acceptor do
        if msg1b[b][other] != 0 & ballot_of(msg1b[b][other]) <= ballot_of(msg1b[b][a]) then
          no_later := no_later + 1;
        end;
      end;
      if no_later >= QUORUM then return true; end;
    end;
  end;
  return false;
end;

function Chosen(v: Value): boolean;
var votes: 0 .. A;
begin
  for b: Ballot do
    votes := 0;
    for a: Acceptor do
      if msg2b[b][a] = v + 1 then votes := votes + 1; end;
    end;
    if votes >= QUORUM then return true; end;
  end;
  return false;
end;

function Agreement(): boolean;
var found: boolean;
begin
  found := false;
  for v: Value do
    if Chosen(v) then
      if found then return false; end;
      found := true;
    end;
  end;
  return true;
end;

startstate begin
  for a: Acceptor do
    maxBal[a] := 0;
    vote[a] := 0;
  end;
  for b: Ballot do
    msg1a[b] := false;
    msg2a[b] := 0;
    for a: Acceptor do
      msg1b[b][a] := 0;
      msg2b[b][a] := 0;
    end;
  end;
end;

ruleset b: Ballot do
  rule "Phase1a"
    !msg1a[b]
  ==>
    msg1a[b] := true;
  end;

  ruleset a: Acceptor do
    rule "Phase1b"
      msg1a[b] & b + 1 > maxBal[a]
    ==>
      maxBal[a] := b + 1;
      msg1b[b][a] := 1 + vote[a];
    end;

    -- For the one value that b has proposed; only this step can make a value chosen.
    rule "Phase2b"
      msg2a[b] != 0 & b + 1 >= maxBal[a] & msg2b[b][a] = 0
    ==>
      maxBal[a] := b + 1;
      vote[a] := b * V + msg2a[b];
      msg2b[b][a] := msg2a[b];
      assert "Agreement" Agreement();
    end;
  end;

  ruleset v: Value do
    rule "Phase2a"
      msg2a[b] = 0 & ShowsSafeAt(b, v)
    ==>
      msg2a[b] := v + 1;
    end;
  end;
end;
