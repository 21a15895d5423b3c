// Text that people write - plans, scenarios - parsed into protobuf messages that
// remember where each of their fields stands, so that every error can say
//
//   plans/lost.textproto:7:3: error: one_in is missing; one_in: 1 means always
//
// also when only the meaning is wrong, not the syntax.
//
//   Diagnostics problems;
//   settle::FaultPlan plan;
//   const Where where = ParseText(file, text, plan, problems);
//   if (plan.rule(0).one_in() == 0) {
//     problems.push_back(where.Field("rule", 0).Field("one_in").Error("one_in is missing"));
//   }

#ifndef FAULTS_SOURCE_TEXT_H_
#define FAULTS_SOURCE_TEXT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"

namespace faults {

// One error, or a note. Lines and columns count from 1; line 0 means the whole file, an
// empty file a message that a program has made.
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;

  // "file:line:col: error: message".
  std::string ToString(absl::string_view kind = "error") const;
};

using Diagnostics = std::vector<Diagnostic>;

// OK if there are none; else InvalidArgument with one line for each.
absl::Status ToStatus(const Diagnostics& problems);

// Where a message or a field stands in its text. Copies are cheap.
class Where {
 public:
  // Nowhere: of a message that a program has made.
  Where() = default;

  // The place of a field of this message, which may be a message itself; of a
  // repeated one, of its element `index`. A field that is not in the text is
  // where its message is. `name` must be a field of this message.
  Where Field(absl::string_view name, int index = 0) const;

  Diagnostic Error(std::string message) const;

  const std::string& file() const { return file_; }
  int line() const { return line_; }

  // "file:line".
  std::string ToString() const;

 private:
  using Tree = google::protobuf::TextFormat::ParseInfoTree;
  friend Where ParseText(absl::string_view, absl::string_view, google::protobuf::Message&,
                         Diagnostics&);

  std::string file_;
  int line_ = 0;
  int column_ = 0;
  std::shared_ptr<const Tree> tree_;  // Shares ownership of the whole text's tree.
  const google::protobuf::Descriptor* type_ = nullptr;
};

// Parses `text`, which must be UTF-8 without byte order mark and NUL bytes, into
// `message` and says where that is. Errors are added to
// `problems` under the name `file`; the message then holds what was understood.
Where ParseText(absl::string_view file, absl::string_view text, google::protobuf::Message& message,
                Diagnostics& problems);

// All of a file. NotFound with the reason if it cannot be read, is no regular file or
// has more than 16 MiB.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace faults

#endif  // FAULTS_SOURCE_TEXT_H_
