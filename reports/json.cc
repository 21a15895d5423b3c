#include "reports/json.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"
#include "sim/core/check.h"

namespace reports {
namespace {

std::string Json(const google::protobuf::Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  options.add_whitespace = indented;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  SIM_CHECK(status.ok()) << message.GetTypeName() << ": " << status.ToString();
  return json;
}

}  // namespace

std::string JsonLine(absl::string_view type, const google::protobuf::Message& message) {
  const std::string json = Json(message, false);
  const bool empty = json == "{}";
  return absl::StrCat("{\"v\":1,\"type\":\"", type, empty ? "\"" : "\",", json.substr(1));
}

std::string JsonLine(absl::string_view type, const nlohmann::ordered_json& fields) {
  nlohmann::ordered_json line = {{"v", 1}, {"type", std::string(type)}};
  for (const auto& [name, value] : fields.items()) line[name] = value;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string JsonFile(const google::protobuf::Message& message) { return Json(message, true); }

}  // namespace reports
