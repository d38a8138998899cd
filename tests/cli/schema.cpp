#include "tests/cli/schema.hpp"

#include <algorithm>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace synod::test {

const Json& schema_text() {
  static const Json text = Json::parse(read_text(SYNOD_SCHEMA));
  return text;
}

namespace {

Json schema_of(const std::string& kind) {
  std::string name = kind;
  std::replace(name.begin(), name.end(), ' ', '_');
  Json schema = schema_text();
  schema.erase("oneOf");
  schema.erase("properties");
  schema.erase("required");
  schema["allOf"] = Json::array({Json{{"$ref", "#/definitions/" + name}}});
  return schema;
}

}  // namespace

std::string fault(const Json& schema, const Json& object) {
  valijson::Schema parsed;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), parsed);
  valijson::ValidationResults results;
  valijson::Validator validator;
  if (validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(object), &results))
    return "";
  std::string text = "refused";
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    text += "\n  ";
    for (const std::string& part : error.context) text += part;
    text += ": " + error.description;
  }
  return text;
}

std::string fault(const Json& object) {
  const std::string kind = object.value("kind", "");
  const auto& kinds = schema_text().at("properties").at("kind").at("enum");
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) return "no kind '" + kind + "'";
  return fault(schema_of(kind), object);
}

}  // namespace synod::test
