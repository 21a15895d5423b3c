// Results as JSON: one object a line for programs that read our output, or
// indented for a file.
//
// Field names are those of the messages, 64-bit numbers are strings (JavaScript
// would round them), and the order of fields is fixed.

#ifndef REPORTS_JSON_H_
#define REPORTS_JSON_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "nlohmann/json_fwd.hpp"

namespace reports {

// {"v":1,"type":"campaign",...}, without line end. "v" grows when a reader of the
// old form would misunderstand the new one.
std::string JsonLine(absl::string_view type, const google::protobuf::Message& message);

// The same of what is no message. Bytes that are not UTF-8, such as those of a file
// name, become U+FFFD.
std::string JsonLine(absl::string_view type, const nlohmann::ordered_json& fields);

// Indented, with line end.
std::string JsonFile(const google::protobuf::Message& message);

}  // namespace reports

#endif  // REPORTS_JSON_H_
