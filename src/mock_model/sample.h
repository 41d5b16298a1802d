// JSON made up to fit: of a JSON Schema, or of the shape of an example. The same seed gives the
// same.
//
// Concurrency: pure. Limits: kMaxJsonDepth levels; of lists at most two items more than asked for.
#pragma once

#include "base/json.h"
#include "base/random.h"

namespace guildhall::mock_model {

// Knows type, enum, const, properties, items, minItems, minimum, maximum, anyOf, oneOf, allOf (its
// first) and local $ref; what it does not know gives a word.
json::value sample_of_schema(const json::value& schema, Random& random);

// Of texts such as "A|B|tie" one; of numbers one between 0 and the example's.
json::value sample_of_example(const json::value& example, Random& random);

}  // namespace guildhall::mock_model
