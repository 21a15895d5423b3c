#include "faults/known_part.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace faults {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::Tokenizer;

// No message of ours is nested as deep as this; the stack ends somewhere.
constexpr int kDeepest = 100;

bool Knows(const EnumDescriptor& type, const std::string& value) {
  int number = 0;
  if (absl::SimpleAtoi(value, &number)) return type.FindValueByNumber(number) != nullptr;
  return type.FindValueByName(value) != nullptr;
}

// Goes through the fields of a text once. Its functions return false where the text is none.
class Reader final : private google::protobuf::io::ErrorCollector {
 public:
  Reader(absl::string_view file, absl::string_view text)
      : file_(file),
        text_(text),
        known_{std::string(text), {}},
        input_(text.data(), static_cast<int>(text.size())),
        tokens_(&input_, this) {
    // As TextFormat reads.
    tokens_.set_allow_f_after_float(true);
    tokens_.set_comment_style(Tokenizer::SH_COMMENT_STYLE);
    tokens_.set_require_space_after_number(false);
    tokens_.set_allow_multiline_strings(true);
    tokens_.Next();
  }

  KnownPart Read(const Descriptor& type) {
    if (!Fields(&type, "", "", 0) || broken_) return {std::string(text_), {}};
    return std::move(known_);
  }

 private:
  // Up to `close`; up to the end of the text if that is empty. Of an unknown message
  // `type` is null.
  bool Fields(const Descriptor* type, const std::string& path, absl::string_view close, int depth) {
    while (tokens_.current().text != close) {
      if (!Field(type, path, depth)) return false;
    }
    return true;
  }

  bool Field(const Descriptor* type, const std::string& path, int depth) {
    const Tokenizer::Token name = tokens_.current();
    if (name.type != Tokenizer::TYPE_IDENTIFIER) return false;
    const FieldDescriptor* field = type == nullptr ? nullptr : type->FindFieldByName(name.text);
    const std::string here = absl::StrCat(path, path.empty() ? "" : ".", name.text);
    const size_t begin = Offset();
    std::string unknown;
    Take();
    Skip(":");
    if (!Values(field, here, depth, unknown)) return false;
    if (!Skip(";")) Skip(",");
    if (type == nullptr || (field != nullptr && unknown.empty())) return true;
    known_.left_out.push_back({file_, name.line + 1, name.column + 1,
                               absl::StrCat(here, unknown.empty() ? "" : ": ", unknown)});
    for (size_t i = begin; i < end_; ++i) {
      if (known_.text[i] != '\n') known_.text[i] = ' ';
    }
    return true;
  }

  bool Values(const FieldDescriptor* field, const std::string& path, int depth,
              std::string& unknown) {
    if (!Skip("[")) return Value(field, path, depth, unknown);
    if (Skip("]")) return true;
    do {
      if (!Value(field, path, depth, unknown)) return false;
    } while (Skip(","));
    return Skip("]");
  }

  // `unknown` becomes the value if its enum lacks it.
  bool Value(const FieldDescriptor* field, const std::string& path, int depth,
             std::string& unknown) {
    for (const auto& [open, close] : {std::pair{"{", "}"}, std::pair{"<", ">"}}) {
      if (!Skip(open)) continue;
      const Descriptor* type = field == nullptr ? nullptr : field->message_type();
      return depth < kDeepest && Fields(type, path, close, depth + 1) && Skip(close);
    }
    if (tokens_.current().type == Tokenizer::TYPE_STRING) {
      while (tokens_.current().type == Tokenizer::TYPE_STRING) Take();
      return true;
    }
    const std::string sign = Skip("-") ? "-" : "";
    const Tokenizer::Token value = tokens_.current();
    if (value.type != Tokenizer::TYPE_IDENTIFIER && value.type != Tokenizer::TYPE_INTEGER &&
        value.type != Tokenizer::TYPE_FLOAT) {
      return false;
    }
    Take();
    const EnumDescriptor* type = field == nullptr ? nullptr : field->enum_type();
    if (type != nullptr && !Knows(*type, sign + value.text)) unknown = sign + value.text;
    return true;
  }

  bool Skip(absl::string_view symbol) {
    if (tokens_.current().text != symbol) return false;
    Take();
    return true;
  }

  void Take() {
    end_ = Offset() + tokens_.current().text.size();
    tokens_.Next();
  }

  // Where the current token begins. To the tokenizer a tab goes on to a multiple of eight.
  size_t Offset() {
    const Tokenizer::Token& token = tokens_.current();
    for (; at_ < text_.size(); ++at_) {
      if (line_ > token.line || (line_ == token.line && column_ >= token.column)) break;
      if (text_[at_] == '\n') {
        ++line_;
        column_ = 0;
      } else {
        column_ += text_[at_] == '\t' ? 8 - column_ % 8 : 1;
      }
    }
    return at_;
  }

  void AddError(int, int, const std::string&) override { broken_ = true; }

  const std::string file_;
  const absl::string_view text_;
  KnownPart known_;
  google::protobuf::io::ArrayInputStream input_;
  Tokenizer tokens_;
  bool broken_ = false;
  size_t end_ = 0;  // of the last token that was taken
  size_t at_ = 0;   // of the current token, or before it
  int line_ = 0;    // the same, as the tokenizer counts
  int column_ = 0;
};

}  // namespace

KnownPart KnownPartOf(absl::string_view file, absl::string_view text, const Descriptor& type) {
  return Reader(file, text).Read(type);
}

}  // namespace faults
