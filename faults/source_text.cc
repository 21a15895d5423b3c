#include "faults/source_text.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
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

// A text that people write is shorter by far; a trace or an image is longer.
constexpr off_t kMostBytes = off_t{16} << 20;

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

// How many bytes the character at the front of `text` has; 0: it is not UTF-8.
size_t CharacterSize(absl::string_view text) {
  const auto at = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (size == 0 || size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  // Longer than need be, half of a pair of UTF-16, beyond the last character.
  if ((first == 0xe0 && at(1) < 0xa0) || (first == 0xed && at(1) > 0x9f)) return 0;
  if ((first == 0xf0 && at(1) < 0x90) || (first == 0xf4 && at(1) > 0x8f)) return 0;
  return size;
}

// What makes bytes no text: all that is written with them, such as JSON, must be.
struct Flaw {
  size_t at = 0;
  std::string what;  // empty: there is none
};

Flaw FindFlaw(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\0') return {at, "a NUL byte: this is no text"};
    const size_t size = CharacterSize(text.substr(at));
    if (size == 0) {
      return {at, absl::StrCat("not UTF-8: byte 0x",
                               absl::AsciiStrToUpper(absl::BytesToHexString(text.substr(at, 1))))};
    }
    at += size;
  }
  return {};
}

// Of the whole text, at its line and column.
bool HasFlaw(absl::string_view file, absl::string_view text, Diagnostics& problems) {
  Flaw flaw = FindFlaw(text);
  if (absl::StartsWith(text, "\xef\xbb\xbf")) {
    flaw = {0, "a byte order mark; save the text as UTF-8 without one"};
  } else if (absl::StartsWith(text, "\xff\xfe") || absl::StartsWith(text, "\xfe\xff")) {
    flaw = {0, "not UTF-8 but UTF-16; save the text as UTF-8"};
  }
  if (flaw.what.empty()) return false;
  const absl::string_view before = text.substr(0, flaw.at);
  const size_t line_end = before.rfind('\n');
  Diagnostic problem;
  problem.file = std::string(file);
  problem.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  problem.column = static_cast<int>(line_end == before.npos ? flaw.at + 1 : flaw.at - line_end);
  problem.message = flaw.what;
  problems.push_back(std::move(problem));
  return true;
}

// Of what escapes such as "\351" and "\000" have put into a field.
void FindFlawsOfFields(const google::protobuf::Message& message, const Where& where,
                       Diagnostics& problems) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const Where here = where.Field(field->name(), i);
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        FindFlawsOfFields(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                               : reflection.GetMessage(message, field),
                          here, problems);
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        const Flaw flaw =
            FindFlaw(field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                          : reflection.GetString(message, field));
        if (flaw.what.empty()) continue;
        problems.push_back(here.Error(absl::StrCat(field->name(), ": ", flaw.what)));
      }
    }
  }
}

}  // namespace

std::string Diagnostic::ToString(absl::string_view kind) const {
  std::string text = file;
  if (line > 0) absl::StrAppend(&text, ":", line, ":", column);
  return absl::StrCat(text, text.empty() ? "" : ": ", kind, ": ", message);
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
  Where where;
  where.file_ = std::string(file);
  where.line_ = 1;
  where.column_ = 1;
  where.type_ = message.GetDescriptor();
  if (HasFlaw(file, text, problems)) return where;
  Collector collector(file, *message.GetDescriptor(), problems);
  auto tree = std::make_shared<TextFormat::ParseInfoTree>();
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.WriteLocationsTo(tree.get());
  parser.ParseFromString(std::string(text), &message);
  where.tree_ = std::move(tree);
  FindFlawsOfFields(message, where, problems);
  return where;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const auto cannot = [&path](absl::string_view why) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path, ": ", why));
  };
  // Pipes and devices may never end, or never begin.
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return cannot(std::strerror(errno));
  if (S_ISDIR(status.st_mode)) return cannot(std::strerror(EISDIR));
  if (!S_ISREG(status.st_mode)) return cannot("not a regular file");
  if (status.st_size > kMostBytes) return cannot("more than 16 MiB are no text of settle");
  std::ifstream file(path, std::ios::binary);
  file.peek();  // Not to fail at an empty file.
  if (file.fail()) return cannot(std::strerror(errno));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace faults
