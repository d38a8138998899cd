#include "tests/proof/asking.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "checker/input/input.hpp"
#include "tests/checker/scratch.hpp"

namespace synod::test {

using namespace proof;

namespace {

constexpr double seconds = 60;

bool cvc5_is_installed(const Scratch& scratch) {
  const std::string command = "cvc5 --version >" + scratch.file("version") + " 2>&1";
  return std::system(command.c_str()) == 0;
}

}  // namespace

Solved asked(const Topic& topic, const Query& query) {
  Solved solved = solve(*topic.context, query, seconds);
  BOOST_TEST((solved.answer != Answer::unknown), query.name << ": " << solved.reason);
  return solved;
}

void for_each_query(
    const Topic& topic,
    const std::function<void(const std::string& where, const Query& query)>& visit) {
  for (const Obligation& one : topic.obligations) {
    for (const Query& query : one.queries) visit(one.name, query);
    for (const Control& control : one.controls)
      for (const Query& query : control.any_of) visit(one.name + ", " + control.name, query);
  }
}

void check_second_opinions(const Topic& topic, const std::function<Answer(const Query&)>& answer) {
  const Scratch scratch;
  if (!cvc5_is_installed(scratch)) {
    fmt::print(stderr, "cvc5 is not installed: its answers are not compared\n");
    return;
  }
  for_each_query(topic, [&](const std::string& where, const Query& query) {
    const Answer expected = answer(query);
    Query stated = query;
    stated.expected = expected == Answer::sat ? Status::sat : Status::unsat;
    std::ofstream(scratch.file("question.smt2")) << smt2(*topic.context, stated, where);
    const SecondOpinion opinion = ask_cvc5(scratch.file("question.smt2"), stated.expected, seconds);
    BOOST_TEST((opinion.answer == expected), where << ", " << query.name << ": " << opinion.reason);
  });
}

const Obligation& obligation(const Topic& topic, const std::string& name) {
  for (const Obligation& one : topic.obligations)
    if (one.name == name) return one;
  throw std::logic_error("no obligation " + name);
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
