#include "sim/net/meaning.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "sim/net/options.pb.h"

namespace sim {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

static_assert(static_cast<int>(Meaning::kAccepted) == settle::ACCEPTED);
static_assert(static_cast<int>(Meaning::kSystemError) == settle::SYSTEM_ERROR);
static_assert(static_cast<int>(Meaning::kNotFound) == settle::NOT_FOUND);

struct Marked {
  const FieldDescriptor* field = nullptr;
  const EnumValueDescriptor* value = nullptr;
};

Marked Find(const Descriptor& reply, Meaning meaning) {
  for (int i = 0; i < reply.field_count(); ++i) {
    const FieldDescriptor& field = *reply.field(i);
    if (field.is_repeated() || field.enum_type() == nullptr) continue;
    for (int j = 0; j < field.enum_type()->value_count(); ++j) {
      const EnumValueDescriptor& value = *field.enum_type()->value(j);
      if (static_cast<int>(value.options().GetExtension(settle::outcome)) ==
          static_cast<int>(meaning)) {
        return {&field, &value};
      }
    }
  }
  return {};
}

}  // namespace

absl::string_view MeaningName(Meaning meaning) {
  switch (meaning) {
    case Meaning::kNone:
      return "";
    case Meaning::kAccepted:
      return "ACCEPTED";
    case Meaning::kSystemError:
      return "SYSTEM_ERROR";
    case Meaning::kNotFound:
      return "NOT_FOUND";
  }
  return "";
}

bool CanMean(const Descriptor& reply, Meaning meaning) {
  return Find(reply, meaning).value != nullptr;
}

MessagePtr ReplyThatMeans(const Message& prototype, Meaning meaning) {
  const Marked marked = Find(*prototype.GetDescriptor(), meaning);
  if (marked.value == nullptr) return nullptr;
  MessagePtr reply(prototype.New());
  reply->GetReflection()->SetEnum(reply.get(), marked.field, marked.value);
  return reply;
}

}  // namespace sim
