#include "faults/source_text.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "faults/spelling.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"
#include "sim/core/check.h"

namespace faults {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::TextFormat;

// Completes protobuf's `Message type "T" has no field named "f".`
std::string Suggestion(absl::string_view message, const Descriptor& root) {
  const std::vector<std::string> parts = absl::StrSplit(message, '"');
  if (parts.size() != 5 || parts[2] != " has no field named ") return "";
  const Descriptor* type = root.file()->pool()->FindMessageTypeByName(parts[1]);
  if (type == nullptr) return "";
  std::vector<std::string> names;
  for (int i = 0; i < type->field_count(); ++i) names.push_back(type->field(i)->name());
  return DidYouMean(parts[3], names);
}

class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  Collector(absl::string_view file, const Descriptor& root, Diagnostics& problems)
      : file_(file), root_(root), problems_(problems) {}

  void AddError(int line, int column, const std::string& message) override {
    Diagnostic problem;
    problem.file = file_;
    problem.line = line + 1;
    problem.column = line < 0 ? 0 : column + 1;
    problem.message = absl::StrCat(absl::StripSuffix(message, "."), Suggestion(message, root_));
    problems_.push_back(std::move(problem));
  }

 private:
  const std::string file_;
  const Descriptor& root_;
  Diagnostics& problems_;
};

}  // namespace

std::string Diagnostic::ToString() const {
  std::string text = file;
  if (line > 0) absl::StrAppend(&text, ":", line, ":", column);
  return absl::StrCat(text, text.empty() ? "error: " : ": error: ", message);
}

absl::Status ToStatus(const Diagnostics& problems) {
  if (problems.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(
      problems, "\n",
      [](std::string* out, const Diagnostic& problem) { out->append(problem.ToString()); }));
}

Where Where::Field(absl::string_view name, int index) const {
  if (type_ == nullptr) return *this;
  const FieldDescriptor* field = type_->FindFieldByName(std::string(name));
  SIM_CHECK(field != nullptr) << type_->full_name() << " has no field " << name;
  const int at = field->is_repeated() ? index : -1;
  Where where = *this;
  where.type_ = field->message_type();
  where.tree_ = nullptr;
  if (tree_ == nullptr) return where;
  const TextFormat::ParseLocation location = tree_->GetLocation(field, at);
  if (location.line < 0) return where;
  where.line_ = location.line + 1;
  where.column_ = location.column + 1;
  if (where.type_ != nullptr) {
    where.tree_ = std::shared_ptr<const Tree>(tree_, tree_->GetTreeForNested(field, at));
  }
  return where;
}

Diagnostic Where::Error(std::string message) const {
  Diagnostic problem;
  problem.file = file_;
  problem.line = line_;
  problem.column = column_;
  problem.message = std::move(message);
  return problem;
}

std::string Where::ToString() const { return line_ == 0 ? file_ : absl::StrCat(file_, ":", line_); }

Where ParseText(absl::string_view file, absl::string_view text, google::protobuf::Message& message,
                Diagnostics& problems) {
  Collector collector(file, *message.GetDescriptor(), problems);
  auto tree = std::make_shared<TextFormat::ParseInfoTree>();
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.WriteLocationsTo(tree.get());
  parser.ParseFromString(std::string(text), &message);

  Where where;
  where.file_ = std::string(file);
  where.tree_ = std::move(tree);
  where.type_ = message.GetDescriptor();
  return where;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  file.peek();  // Fails at a folder, but not at an empty file.
  if (file.fail()) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace faults
