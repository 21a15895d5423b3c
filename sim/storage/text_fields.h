// Numbers and texts in one string, each readable and told where it ends.
//
//   n         NULL
//   i-42,     a number
//   t3:abc    a text of three bytes, whatever they are

#ifndef SIM_STORAGE_TEXT_FIELDS_H_
#define SIM_STORAGE_TEXT_FIELDS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/storage/value.h"

namespace sim {

void AppendField(std::string& out, const Value& value);

// Reads fields one after the other. After the first that is damaged or missing,
// ok() is false and everything reads as nothing.
class FieldReader {
 public:
  explicit FieldReader(absl::string_view text) : rest_(text) {}

  Value Next();
  int64_t Number();
  std::string Text();

  bool ok() const { return ok_; }
  bool done() const { return rest_.empty() || !ok_; }

 private:
  std::optional<int64_t> UpTo(char end);
  Value Fail();

  absl::string_view rest_;
  bool ok_ = true;
};

}  // namespace sim

#endif  // SIM_STORAGE_TEXT_FIELDS_H_
