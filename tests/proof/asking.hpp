// What tests of proofs share: asking both solvers, what has to be true of every topic, and reading
// the sets of an example.
#pragma once

#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "checker/proof/obligation.hpp"
#include "checker/proof/solve.hpp"

namespace synod::test {

#ifdef SYNOD_SANITIZED
constexpr int share = 8;  // of the random cases, one in so many
#else
constexpr int share = 1;
#endif

/// The topic with these parameters, the others being what they are when not given; with none, its
/// overview, if it has one.
proof::Topic topic_of(const proof::TopicInfo& info,
                      const std::vector<std::pair<std::string, int>>& given = {});

/// What relates the proof of a protocol to its model.
std::shared_ptr<const proof::Modelled> modelled(const std::string& protocol);

/// The obligation of a name, and a question of it.
const proof::Obligation& obligation(const proof::Topic& topic, const std::string& name);
const proof::Query& query_of(const proof::Topic& topic, const std::string& obligation,
                             const std::string& query);

/// Z3's answer; unknown is a failure.
proof::Solved asked(const proof::Topic& topic, const proof::Query& query);

/// Queries of quick obligations, and all controls, with the name of their obligation, or control.
void for_each_query(
    const proof::Topic& topic,
    const std::function<void(const std::string& where, const proof::Query& query)>& visit);

/// That the questions of quick obligations are answered as expected, and every control has a model.
void check_topic(const proof::Topic& topic);

/// That cvc5 accepts every question as a file and gives the answer `answer` says; without cvc5,
/// says that nothing was compared.
void check_second_opinions(
    const proof::Topic& topic,
    const std::function<proof::Answer(const proof::Query&)>& answer = proof::expected_answer);

/// The members of "NAME = {1, 2}, weight 3" in an example; process p is bit p - 1.
unsigned members_in(const std::string& example, const std::string& name);

/// The number after "NAME = " in the first line of an example.
int number_in(const std::string& example, const std::string& name);

/// The message of the InputError that the call throws, which has to be one line; "" if it throws
/// none.
std::string refusal(const std::function<void()>& call);

}  // namespace synod::test
