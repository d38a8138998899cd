// Proofs by inductive invariants: that they are proofs, that nothing in them is idle, that they are
// about the models of the same names, and that what is wrong is found.
#include "checker/proof/inductive.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "checker/input/input.hpp"
#include "checker/proof/correspondence.hpp"
#include "checker/proof/prove.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "model/proofs.hpp"
#include "tests/proof/asking.hpp"

namespace synod::test {
namespace {

using proof::expr;
using proof::for_all;
using z3::implies;

#ifdef SYNOD_SANITIZED
constexpr std::uint64_t most_states = 1'000;  // ten times slower
#else
constexpr std::uint64_t most_states = 3'000;
#endif

/// The proofs that have models.
std::vector<proof::TopicInfo> modelled_proofs() {
  std::vector<proof::TopicInfo> all;
  for (const proof::TopicInfo& info : proofs())
    if (info.modelled) all.push_back(info);
  return all;
}

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "\n" + line;
  return text;
}

/// The instances that a proof covers, with more than `above` and at most `most` states.
std::vector<Parameters> covered(const proof::Modelled& modelled, const System& system,
                                std::uint64_t above, std::uint64_t most) {
  std::vector<Parameters> all;
  for (const Instance& instance : system.instances) {
    const Parameters parameters = resolve_parameters(system, instance.parameters);
    if (modelled.covers(parameters) && instance.expected.distinct > above &&
        instance.expected.distinct <= most)
      all.push_back(parameters);
  }
  return all;
}

std::string text(const proof::TopicInfo& info, const Parameters& parameters) {
  const System& system = find_system(catalogue(), info.name);
  return info.name + " " + join_assignments(write_parameters(system, parameters, true));
}

void compare_instances(std::uint64_t above, std::uint64_t most) {
  for (const proof::TopicInfo& info : modelled_proofs()) {
    const auto modelled = info.modelled();
    const System& system = find_system(catalogue(), info.name);
    for (const Parameters& parameters : covered(*modelled, system, above, most)) {
      const proof::Correspondence found = proof::compare(*modelled, system, parameters);
      BOOST_TEST_CONTEXT(text(info, parameters)) {
        BOOST_TEST(found.complete);
        BOOST_CHECK_MESSAGE(found.faults.empty(), text_of(found.faults));
        for (const auto& [name, counts] : found.actions) {
          BOOST_TEST_CONTEXT(name) {
            // Where the model takes this action at all.
            if (counts.steps > 0) BOOST_TEST(counts.rejected >= 1'000U);
          }
        }
      }
    }
  }
}

/// Leaves out what proofs rest on, piece by piece: those of more than `above` questions, and at
/// most `most`.
void try_controls(std::size_t above, std::size_t most) {
  proof::ProveOptions options;
  options.controls = true;
  std::size_t tried = 0;
  for (const proof::TopicInfo& info : modelled_proofs()) {
    const proof::Topic topic = info.make({});
    const std::size_t questions = topic.obligations[0].queries.size();
    if (questions <= above || questions > most) continue;
    for (const proof::Obligation& obligation : topic.obligations) {
      const proof::ObligationReport report =
          proof::prove(*topic.context, info.name, obligation, options);
      BOOST_TEST(report.controls == obligation.controls.size(), info.name);
      tried += report.controls;
      for (const proof::Remark& idle : report.idle)
        BOOST_ERROR(info.name << " " << idle.question << ": " << idle.text);
    }
  }
  BOOST_TEST(tried > 20U);
}

/// A token that goes round among any number of processes: who has the token, and who had it.
proof::Protocol token_ring() {
  proof::Protocol ring("ring");
  const proof::Sort process = ring.sort("process");
  const expr p = process["p"], q = process["q"], x = process["x"];
  const expr first = ring.constant(process, "first");
  const proof::Relation next = ring.fixed("next", {process, process});
  const proof::Relation has = ring.variable("has", {process});
  ring.initially(for_all({p}, has(p) == (p == first)));
  ring.action("Pass", {p, q})
      .when("mine", has(p))
      .when("neighbour", next(p, q))
      .then("give", has, {x}, x == q);
  ring.invariant("AtMostOne", for_all({p, q}, implies(has(p) && has(q), p == q)));
  ring.claim("MutualExclusion", for_all({p, q}, implies(has(p) && has(q), p == q)));
  return ring;
}

std::vector<std::string> refuted(const proof::Protocol& protocol,
                                 const std::vector<proof::Query>& queries) {
  std::vector<std::string> names;
  for (const proof::Query& query : queries)
    if (proof::solve(protocol.context(), query, 20).answer == proof::Answer::sat)
      names.push_back(query.name);
  return names;
}

/// Whether a protocol claims this, of states or of steps.
bool claims(const proof::Protocol& protocol, const std::string& name) {
  const std::vector<proof::Query> queries = protocol.safety();
  return std::any_of(queries.begin(), queries.end(), [&](const proof::Query& query) {
    return query.name == name + " follows" || query.name.ends_with(" respects " + name);
  });
}

/// Whether some question about an action has a model.
bool is_refuted(const proof::Protocol& protocol, const std::string& action) {
  for (const auto& queries : {protocol.consecution(), protocol.safety()})
    for (const proof::Query& query : queries)
      if (query.name.starts_with(action + " ") &&
          proof::solve(protocol.context(), query, 60).answer == proof::Answer::sat)
        return true;
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(inductive_proofs)

BOOST_AUTO_TEST_CASE(all_are_proved) {
  BOOST_TEST(modelled_proofs().size() >= 2U);
  for (const proof::TopicInfo& info : modelled_proofs()) {
    const proof::Topic topic = info.make({});
    for (const proof::Obligation& obligation : topic.obligations) {
      const proof::ObligationReport report =
          proof::prove(*topic.context, info.name, obligation, {});
      BOOST_TEST((report.outcome == proof::Outcome::proved), info.name << " " << obligation.name);
      for (const proof::Remark& remark : report.wrong)
        BOOST_TEST_MESSAGE(remark.question << ": " << remark.text);
    }
  }
}

// A protocol from which the catalogue leaves out what one of the claims rests on has no such proof,
// where the proof's axioms are true of it.
BOOST_AUTO_TEST_CASE(mutants_are_not_proved) {
  std::set<std::string> tried;
  for (const proof::TopicInfo& info : modelled_proofs()) {
    const std::shared_ptr<const proof::Modelled> modelled = info.modelled();
    const std::shared_ptr<const proof::Protocol> whole = modelled->protocol;
    const System& system = find_system(catalogue(), info.name);
    for (const Mutant& mutant : system.mutants) {
      if (mutant.drops.empty() || !claims(*whole, mutant.violates) ||
          !modelled->covers(mutant_request(system, mutant).parameters))
        continue;
      proof::Protocol mutated = *whole;
      for (const Drop& drop : mutant.drops) mutated.drop(drop);
      BOOST_TEST(is_refuted(mutated, mutant.drops[0].action), info.name << " " << mutant.name);
      tried.insert(mutant.name);
    }
  }
  BOOST_TEST(tried.contains("figure_8"));
  BOOST_TEST(tried.contains("literal_accept"));
  BOOST_TEST(tried.size() >= 10U);
}

BOOST_AUTO_TEST_CASE(a_small_proof_and_what_it_rests_on) {
  const proof::Protocol ring = token_ring();
  const proof::Topic topic = ring.topic("One process has the token.", "any number of processes");
  BOOST_TEST(topic.notes == "quantifiers alternate: nowhere; in no cycle");
  BOOST_REQUIRE(topic.obligations.size() == 1U);
  proof::ProveOptions options;
  options.controls = true;
  for (const proof::Obligation& obligation : topic.obligations)
    BOOST_TEST(proof::prove(ring.context(), "ring", obligation, options).success());
}

// The state before, the action, what changes, and what then is false.
BOOST_AUTO_TEST_CASE(a_refutation_is_two_states) {
  proof::Protocol ring = token_ring();
  const proof::Sort process = ring.sorts()[0];
  const proof::Relation has = ring.relations()[2];
  ring.action("Forge", {process["p"]}).insert("take", has, {process["p"]});
  for (const proof::Query& query : ring.consecution()) {
    const proof::Solved solved = proof::solve(ring.context(), query, 20);
    if (query.name != "Forge keeps AtMostOne") {
      BOOST_TEST((solved.answer == proof::Answer::unsat), query.name);
      continue;
    }
    BOOST_REQUIRE((solved.answer == proof::Answer::sat));
    const std::string& text = solved.explanation;
    BOOST_TEST(text.starts_with("state 1\n  first = process"), text);
    BOOST_TEST(text.find("\nForge(process") != std::string::npos, text);
    BOOST_TEST(text.find("\nstate 2\n  + has(process") != std::string::npos, text);
    BOOST_TEST(text.find("AtMostOne is false of p = process") != std::string::npos, text);
    // Two are enough, and one cannot do.
    BOOST_TEST(text.find("process2") != std::string::npos, text);
    BOOST_TEST(text.find("process3") == std::string::npos, text);
  }
}

// An argument of an action and a variable of the invariant may have one name: they are two. All but
// the argument get the token here, so that nobody is wrong of any p but the argument.
BOOST_AUTO_TEST_CASE(arguments_are_no_variables) {
  proof::Protocol ring = token_ring();
  const proof::Sort process = ring.sorts()[0];
  const proof::Relation has = ring.relations()[2];
  const expr p = process["p"], x = process["x"];
  ring.invariant("Nobody", for_all({p}, !has(p)));
  ring.action("Scatter", {p}).then("give", has, {x}, has(x) || x != p);
  const std::vector<std::string> found = refuted(ring, ring.consecution());
  BOOST_TEST(std::count(found.begin(), found.end(), "Scatter keeps Nobody") == 1);
}

BOOST_AUTO_TEST_CASE(what_is_false_at_first_is_refuted) {
  proof::Protocol ring = token_ring();
  const expr p = ring.sorts()[0]["p"];
  ring.invariant("Everybody", for_all({p}, ring.relations()[2](p)));
  BOOST_TEST(refuted(ring, ring.initiation()) == std::vector<std::string>{"Everybody at first"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_claim_that_does_not_follow_is_refuted) {
  proof::Protocol ring = token_ring();
  const expr p = ring.sorts()[0]["p"];
  ring.claim("Nobody", for_all({p}, !ring.relations()[2](p)));
  BOOST_TEST(refuted(ring, ring.safety()) == std::vector<std::string>{"Nobody follows"},
             boost::test_tools::per_element());
}

// Where a step does not keep what is claimed, the refutation is that step.
BOOST_AUTO_TEST_CASE(a_claim_about_steps_is_proved_or_refuted) {
  proof::Protocol ring = token_ring();
  const expr p = ring.sorts()[0]["p"], q = ring.sorts()[0]["q"];
  const proof::Relation has = ring.relations()[2];
  ring.step_claim({"Kept", {p}, {{has(p), has(p)}}});
  ring.step_claim({"KeptOrPassed", {p, q}, {{has(p) && p != q, !has(p) || !has(q)}}});
  ring.step_claim(
      {"SomebodyHasIt", {}, {{proof::for_some({p}, has(p)), proof::for_some({p}, has(p))}}});
  BOOST_TEST(refuted(ring, ring.safety()) == std::vector<std::string>{"Pass respects Kept"},
             boost::test_tools::per_element());
  for (const proof::Query& query : ring.safety()) {
    if (query.name != "Pass respects Kept") continue;
    const std::string text = proof::solve(ring.context(), query, 20).explanation;
    BOOST_TEST(text.find("Kept is false of p = process") != std::string::npos, text);
  }
}

// History changes as actions say, and is proved of like any variable; nothing else may depend on
// it.
BOOST_AUTO_TEST_CASE(history_is_only_remembered) {
  proof::Protocol ring = token_ring();
  const proof::Sort process = ring.sorts()[0];
  const expr p = process["p"], q = process["q"];
  const proof::Relation has = ring.relations()[2];
  const proof::Relation had = ring.history("had", {p}, p == ring.relations()[0]());
  const auto with_pass = [&](const expr& guard, const expr& given) {
    proof::Protocol another = ring;
    another.action("Give", {p, q})
        .when("mine", has(p) && guard)
        .then("give", has, {process["x"]}, process["x"] == q && given)
        .insert("remember", had, {q});
    another.drop({"Pass", "give"});
    another.invariant("HadIt", for_all({p}, implies(has(p), had(p))));
    return another;
  };
  const expr holds = ring.context().bool_val(true);
  const proof::Protocol remembers = with_pass(holds, holds);
  BOOST_TEST(remembers.histories().size() == 1U);
  BOOST_TEST((remembers.history(had) != nullptr && remembers.history(has) == nullptr));
  BOOST_TEST(refuted(remembers, remembers.initiation()).empty());
  BOOST_TEST(refuted(remembers, remembers.consecution()).empty());
  BOOST_CHECK_NO_THROW(remembers.topic("", ""));
  BOOST_CHECK_THROW(with_pass(!had(q), holds).topic("", ""), ModelError);
  BOOST_CHECK_THROW(with_pass(holds, had(process["x"])).topic("", ""), ModelError);
  ring.invariant("HadIt", for_all({p}, implies(has(p), had(p))));
  BOOST_TEST(refuted(ring, ring.consecution()) == std::vector<std::string>{"Pass keeps HadIt"},
             boost::test_tools::per_element());
}

// An axiom that only the initial states need is needed.
BOOST_AUTO_TEST_CASE(controls_ask_about_the_initial_states) {
  proof::Protocol ring("ring");
  const proof::Sort process = ring.sort("process");
  const expr p = process["p"];
  const expr first = ring.constant(process, "first"), other = ring.constant(process, "other");
  const proof::Relation has = ring.variable("has", {process});
  ring.axiom("two", first != other);
  ring.initially(for_all({p}, has(p) == (p == first)));
  ring.invariant("OtherHasNone", !has(other));
  ring.claim("OtherHasNone", !has(other));
  BOOST_TEST(
      refuted(ring, ring.without("two")) == std::vector<std::string>{"OtherHasNone at first"},
      boost::test_tools::per_element());
}

// Controls are made when they are asked, of the protocol as it was.
BOOST_AUTO_TEST_CASE(controls_outlive_their_protocol) {
  const proof::Topic topic = token_ring().topic("", "");
  const std::vector<proof::Control>& controls = topic.obligations[0].controls;
  BOOST_REQUIRE(controls.size() == 1U);
  BOOST_TEST(controls[0].name == "without AtMostOne");
  const std::vector<proof::Query> questions = controls[0].any_of();
  BOOST_REQUIRE(questions.size() == 1U);
  BOOST_TEST(questions[0].name == "MutualExclusion follows");
  BOOST_TEST((proof::solve(*topic.context, questions[0], 20).answer == proof::Answer::sat));
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_protocol_are_found) {
  proof::Protocol ring = token_ring();
  const proof::Sort process = ring.sorts()[0];
  const proof::Relation has = ring.relations()[2];
  const expr p = process["p"];
  BOOST_CHECK_THROW(has(p, p), ModelError);
  BOOST_CHECK_THROW(ring.drop({"Pass", "nothing"}), ModelError);
  BOOST_CHECK_THROW(ring.action("Take", {p}).then("take", has, {p}, has(p)), ModelError);
  BOOST_CHECK_THROW(ring.index(ring.context().uninterpreted_sort("another")), ModelError);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(alternation)

BOOST_AUTO_TEST_CASE(edges_and_cycles) {
  using proof::Alternation;
  using proof::for_some;
  proof::Protocol any("any");
  const proof::Sort A = any.sort("A"), B = any.sort("B");
  const expr a = A["a"], b = B["b"], c = B["c"];
  const proof::Relation r = any.fixed("r", {A, B});
  const auto edges = [](const expr& formula) { return proof::alternations({formula}); };
  const std::vector<Alternation> none, a_b = {{"A", "B"}}, b_a = {{"B", "A"}},
                                       both = {{"A", "B"}, {"B", "A"}}, b_b = {{"B", "B"}};
  BOOST_TEST((edges(for_all({a}, for_all({b}, r(a, b)))) == none));
  BOOST_TEST((edges(for_all({a}, for_some({b}, r(a, b)))) == a_b));
  BOOST_TEST((edges(for_some({b}, for_all({a}, r(a, b)))) == none));
  // What is denied is the other way round; so is what something follows from.
  BOOST_TEST((edges(!for_some({b}, for_all({a}, r(a, b)))) == b_a));
  BOOST_TEST((edges(implies(for_some({b}, for_all({a}, r(a, b))), r(a, b))) == b_a));
  BOOST_TEST((edges(for_all({a}, r(a, b) == for_some({b}, r(a, b)))) == a_b));
  BOOST_TEST((edges(for_all({b}, for_some({c}, r(a, c) && r(a, b)))) == b_b));
  BOOST_TEST((proof::alternations({for_all({a}, for_some({b}, r(a, b))),
                                   for_all({b}, for_some({a}, r(a, b)))}) == both));
  BOOST_TEST(proof::cycle(none).empty());
  BOOST_TEST(proof::cycle(a_b).empty());
  BOOST_TEST(proof::cycle(b_b).size() == 2U);
  BOOST_TEST(proof::cycle(both).size() == 3U);
  any.invariant("Each", for_all({a}, for_some({b}, r(a, b))));
  // To deny this is to say that each b has an a.
  any.claim("EachOther", for_some({b}, for_all({a}, !r(a, b))));
  BOOST_CHECK_THROW(any.topic("", ""), ModelError);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(proofs_and_models)

// A claim by the model's name that says less is told from the model's, of states and of steps.
BOOST_AUTO_TEST_CASE(claims_say_as_much_as_those_of_the_model) {
  for (const auto& [name, claim] : {std::pair{"transaction_commit", "TCConsistent"},
                                    std::pair{"chandy_lamport", "RecordedOnce"}}) {
    const auto modelled = test::modelled(name);
    const auto another = std::make_shared<proof::Protocol>(*modelled->protocol);
    const expr anything = another->context().bool_val(true);
    if (std::string(name) == "transaction_commit")
      another->claim(claim, anything);
    else
      another->step_claim({claim, {}, {{anything, anything}}});
    const System& system = find_system(catalogue(), name);
    const Parameters parameters = covered(*modelled, system, 0, most_states).at(0);
    const proof::Correspondence found =
        proof::compare({another, modelled->structures, modelled->covers}, system, parameters);
    BOOST_TEST(!found.faults.empty());
    for (const std::string& fault : found.faults)
      BOOST_TEST(fault == std::string(claim) + ": the proof claims less than the model");
  }
}

// What `synod prove` compares has steps of all actions, in instances that are visited in seconds.
BOOST_AUTO_TEST_CASE(all_actions_are_compared) {
  for (const proof::TopicInfo& info : modelled_proofs()) {
    std::set<std::string> compared;
    const auto modelled = info.modelled();
    const std::vector<std::string> wanting =
        proof::compare_all_actions(*modelled, find_system(catalogue(), info.name), 5'000,
                                   [&](const Instance&, const proof::Correspondence& found) {
                                     for (const auto& [name, counts] : found.actions)
                                       if (counts.steps > 0) compared.insert(name);
                                   });
    BOOST_TEST(compared.size() + wanting.size() == modelled->protocol->actions().size());
    // Paxos crashes in larger instances only.
    BOOST_TEST(wanting.size() == (info.name == "paxos" ? 2U : 0U), info.name);
  }
}

BOOST_AUTO_TEST_CASE(small_instances_correspond) { compare_instances(0, most_states); }

// Some claims say nothing where there is one value, or one entry.
BOOST_AUTO_TEST_CASE(all_claims_are_compared) {
  std::map<std::string, std::uint64_t> broken;
  for (const proof::TopicInfo& info : modelled_proofs()) {
    const auto modelled = info.modelled();
    const System& system = find_system(catalogue(), info.name);
    for (const Parameters& parameters : covered(*modelled, system, 0, 50 * most_states)) {
      const proof::Correspondence found =
          proof::compare(*modelled, system, parameters, {.most_states = 1'000, .mutated = 10});
      BOOST_CHECK_MESSAGE(found.faults.empty(), text(info, parameters) << text_of(found.faults));
      for (const auto& [name, counts] : found.claims)
        broken[info.name + " " + name] += counts.broken;
    }
  }
  for (const auto& [claim, count] : broken) BOOST_TEST(count > 0U, claim);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(proofs_and_large_models)

// A proof from which any conjunct or effect is gone is about another protocol, and that is seen.
BOOST_AUTO_TEST_CASE(every_part_matters) {
  for (const proof::TopicInfo& info : modelled_proofs()) {
    const auto modelled = info.modelled();
    const System& system = find_system(catalogue(), info.name);
    const std::vector<Parameters> instances = covered(*modelled, system, 0, 50'000);
    std::set<std::string> parts;
    for (const Parameters& parameters : instances)
      for (const NamedPart& part : named_parts(*system.instantiate(parameters, {})->observer()))
        parts.insert(part.part.text());
    std::size_t dropped = 0;
    for (const std::string& part : parts) {
      const auto mutated = std::make_shared<proof::Protocol>(*modelled->protocol);
      try {
        mutated->drop(*Drop::read(part));
      } catch (const ModelError&) {
        continue;  // the proof says it in other parts, or it is a bound
      }
      ++dropped;
      const proof::Modelled another{mutated, modelled->structures, modelled->covers};
      bool noticed = false;
      // A few states show it of most parts. The invariant says nothing of actions, and is slow.
      using Options = proof::CorrespondenceOptions;
      for (const Options& options :
           {Options{.most_states = 200, .invariant = false, .sampled = 30, .mutated = 10},
            Options{.most_states = 3'000, .invariant = false, .sampled = 30, .mutated = 10},
            Options{.most_states = 30'000, .invariant = false, .sampled = 3'000, .mutated = 10}})
        for (const Parameters& parameters : instances)
          noticed = noticed || !proof::compare(another, system, parameters, options).faults.empty();
      BOOST_TEST(noticed, info.name << " without " << part);
    }
    BOOST_TEST(2 * dropped > parts.size(), info.name);
  }
}

BOOST_AUTO_TEST_CASE(large_instances_correspond) { compare_instances(most_states, 300'000); }

BOOST_AUTO_TEST_SUITE_END()

// What each proof rests on: without any of it some question has a model.
BOOST_AUTO_TEST_SUITE(controls)
BOOST_AUTO_TEST_CASE(nothing_is_idle) { try_controls(0, 100); }
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(controls_of_large_proofs)
BOOST_AUTO_TEST_CASE(nothing_is_idle) { try_controls(100, 10'000); }
BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
