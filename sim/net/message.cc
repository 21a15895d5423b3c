#include "sim/net/message.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/strings/str_cat.h"
#include "sim/core/hash.h"
#include "sim/net/options.pb.h"

namespace sim {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

const FieldDescriptor* KeyField(const Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->options().GetExtension(settle::key)) return type.field(i);
  }
  return nullptr;
}

std::string Text(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(reflection.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection.GetUInt32(message, &field));
    default:
      return "";
  }
}

}  // namespace

void MessageDeleter::operator()(Message* message) const {
  if (pooled == 0) {
    delete message;
  } else {
    message->~Message();
    Pool::GiveBack(message, pooled);
  }
}

MessagePtr CloneMessage(const Message& message) {
  MessagePtr copy(message.New());
  copy->CopyFrom(message);
  return copy;
}

KeyReader::KeyReader(const Message& prototype) : field_(KeyField(*prototype.GetDescriptor())) {}

std::string KeyReader::Read(const Message& message) const {
  return field_ == nullptr ? "" : Text(message, *field_);
}

uint64_t HashMessage(const Message& message) {
  // Without map fields the encoding of one build is a function of the contents.
  return HashBytes(message.SerializeAsString(), HashName(message.GetDescriptor()->full_name()));
}

}  // namespace sim
