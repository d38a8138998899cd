#include "tests/proof/asking.hpp"

#include <fmt/format.h>

#include <cctype>
#include <set>
#include <stdexcept>

#include "checker/input/input.hpp"
#include "model/proofs.hpp"

namespace synod::test {

using namespace proof;

namespace {

constexpr double seconds = 120;

}  // namespace

Topic topic_of(const TopicInfo& info, const std::vector<std::pair<std::string, int>>& given) {
  if (given.empty() && info.overview) return info.overview();
  Parameters parameters;
  for (const ParameterSpec& spec : info.parameters) {
    int value = spec.fallback.value(parameters);
    for (const auto& [name, wanted] : given)
      if (name == spec.name) value = wanted;
    BOOST_REQUIRE(spec.low.value(parameters) <= value);
    BOOST_REQUIRE(value <= spec.high.value(parameters));
    parameters.set(spec.name, value);
  }
  return info.make(parameters);
}

std::shared_ptr<const Modelled> modelled(const std::string& protocol) {
  for (const TopicInfo& info : proofs())
    if (info.name == protocol) return info.modelled();
  throw std::logic_error("no proof of " + protocol);
}

const Obligation& obligation(const Topic& topic, const std::string& name) {
  for (const Obligation& one : topic.obligations)
    if (one.name == name) return one;
  throw std::logic_error("no obligation " + name);
}

const Query& query_of(const Topic& topic, const std::string& obligation, const std::string& query) {
  for (const Query& one : test::obligation(topic, obligation).queries)
    if (one.name == query) return one;
  throw std::logic_error("no query " + query);
}

Solved asked(const Topic& topic, const Query& query) {
  Solved solved = solve(*topic.context, query, seconds);
  BOOST_TEST((solved.answer != Answer::unknown), query.name << ": " << solved.reason);
  return solved;
}

void for_each_query(
    const Topic& topic,
    const std::function<void(const std::string& where, const Query& query)>& visit) {
  for (const Obligation& one : topic.obligations) {
    for (const Query& query : one.queries)
      if (one.quick) visit(one.name, query);
    for (const Control& control : one.controls)
      for (const Query& query : control.any_of()) visit(one.name + ", " + control.name, query);
  }
}

void check_topic(const Topic& topic) {
  std::set<std::string> names;
  for (const Obligation& one : topic.obligations) {
    BOOST_TEST(names.insert(one.name).second, one.name << " is there twice");
    BOOST_TEST_MESSAGE("\n## " << one.name << "\n" << one.sentence << "\n[" << one.scope << "]");
    std::set<std::string> queries;
    BOOST_TEST(!one.queries.empty());
    for (const Query& query : one.queries) {
      BOOST_TEST(queries.insert(query.name).second,
                 one.name << ": " << query.name << " is there twice");
      if (!one.quick) continue;
      const Solved solved = asked(topic, query);
      BOOST_TEST(solved.as_expected(query), one.name << ": " << query.name);
      BOOST_TEST_MESSAGE("- " << query.name << " (" << solved.seconds << " s)\n"
                              << solved.explanation);
    }
    for (const Control& control : one.controls) {
      bool has_model = false;
      for (const Query& query : control.any_of()) {
        const Solved solved = solve(*topic.context, query, seconds);
        has_model = has_model || solved.answer == Answer::sat;
        BOOST_TEST_MESSAGE("  control " << control.name << ": " << query.name << " ("
                                        << solved.seconds << " s)\n"
                                        << solved.explanation);
      }
      BOOST_TEST(has_model, one.name << ": " << control.name << " has no model");
    }
  }
}

void check_second_opinions(const Topic& topic, const std::function<Answer(const Query&)>& answer) {
  if (!has_cvc5()) {
    fmt::print(stderr, "cvc5 is not installed: its answers are not compared\n");
    return;
  }
  for_each_query(topic, [&](const std::string& where, const Query& query) {
    const Answer expected = answer(query);
    const SecondOpinion opinion = ask_cvc5(smt2(*topic.context, query, where), seconds);
    BOOST_TEST((opinion.answer == expected), where << ", " << query.name << ": " << opinion.reason);
  });
}

unsigned members_in(const std::string& example, const std::string& name) {
  const std::string begin = "\n" + name + " = {";
  std::size_t at = example.find(begin);
  if (at == std::string::npos) throw std::logic_error("no set " + name + " in " + example);
  unsigned members = 0;
  for (at += begin.size(); example[at] != '}';) {
    if (std::isdigit(static_cast<unsigned char>(example[at])) == 0) {
      ++at;
      continue;
    }
    std::size_t digits = 0;
    const int process = std::stoi(example.substr(at), &digits);
    if (process < 1 || process > 31) throw std::logic_error("too many processes: " + example);
    members |= 1U << (process - 1);
    at += digits;
  }
  return members;
}

int number_in(const std::string& example, const std::string& name) {
  const std::string line = ", " + example.substr(0, example.find('\n'));
  const std::string begin = ", " + name + " = ";
  const std::size_t at = line.find(begin);
  if (at == std::string::npos) throw std::logic_error("no number " + name + " in " + example);
  return std::stoi(line.substr(at + begin.size()));
}

std::string refusal(const std::function<void()>& call) {
  try {
    call();
    return "";
  } catch (const InputError& error) {
    const std::string message = error.what();
    BOOST_TEST(!message.empty());
    for (const char c : message) BOOST_TEST((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    return message;
  }
}

}  // namespace synod::test
