// The one file that knows valijson. Its exceptions end here.
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "work/template/schema.h"

namespace guildhall::work {

struct AnswerSchema::Compiled {
  valijson::Schema schema;
};

AnswerSchema::AnswerSchema(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
AnswerSchema::AnswerSchema(AnswerSchema&&) noexcept = default;
AnswerSchema& AnswerSchema::operator=(AnswerSchema&&) noexcept = default;
AnswerSchema::~AnswerSchema() = default;

Result<AnswerSchema> AnswerSchema::compile(const json::value& schema) {
  auto compiled = std::make_unique<Compiled>();
  try {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::BoostJsonAdapter(schema), compiled->schema);
  } catch (const std::exception&) {
    return fail(Fault::invalid, "invalid-template", "No schema can be made from this form.",
                "/template");
  }
  return AnswerSchema(std::move(compiled));
}

bool AnswerSchema::accepts(const json::value& answers) const {
  try {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    return validator.validate(compiled_->schema, valijson::adapters::BoostJsonAdapter(answers),
                              nullptr);
  } catch (const std::exception&) {
    return false;  // what the validator cannot judge is not accepted
  }
}

}  // namespace guildhall::work
