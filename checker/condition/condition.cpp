#include "checker/condition/condition.hpp"

#include <algorithm>

#include "checker/condition/parser.hpp"

namespace synod {

Condition parse_condition(std::string_view text, std::shared_ptr<const Vocabulary> vocabulary) {
  condition::Parser parser(*vocabulary, text, 0);
  Condition::Parsed parsed;
  parsed.root = parser.condition();
  parser.expect_end();
  parsed.root = parser.truth(std::move(parsed.root));
  parsed.text = text;
  parsed.slots = parser.slots();
  parsed.named = parser.named();
  parsed.vocabulary = std::move(vocabulary);
  return Condition(std::make_shared<const Condition::Parsed>(std::move(parsed)));
}

std::optional<AtomReader::Atom> ConditionReader::read(std::string_view text, std::size_t position) {
  condition::Parser parser(*vocabulary_, text, position);
  if (!parser.begins_atom()) return std::nullopt;
  const bool quantified = parser.begins_quantifier();
  const condition::Node node = parser.atom();
  // As a text of its own, which is what traces keep.
  std::string name(text.substr(node.begin, node.end - node.begin));
  if (quantified) name = "(" + name + ")";
  const bool known = std::any_of(conditions_.begin(), conditions_.end(),
                                 [&](const Condition& one) { return one.text() == name; });
  if (!known) conditions_.push_back(parse_condition(name, vocabulary_));
  return Atom{std::move(name), parser.at()};
}

}  // namespace synod
