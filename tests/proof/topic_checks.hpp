// What has to be true of every topic: its questions are answered as expected, every control has a
// model, and cvc5 says the same of what Z3 was asked.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checker/proof/obligation.hpp"

namespace synod::test {

/// The topic with these parameters, the others being what they are when not given.
proof::Topic topic_of(const proof::TopicInfo& info,
                      const std::vector<std::pair<std::string, int>>& given = {});

/// Everything in it, but of obligations that are not quick only the controls.
void check_topic(const proof::Topic& topic);

/// Skipped, with a message, where cvc5 is not installed.
void check_second_opinions(const proof::Topic& topic);

const proof::Obligation& obligation_of(const proof::Topic& topic, const std::string& name);
const proof::Query& query_of(const proof::Topic& topic, const std::string& obligation,
                             const std::string& query);

}  // namespace synod::test
