// Goal: the business key is the marked field, whatever its type; a hash of a
// message depends on its contents and its type; copies are independent.
// Method: messages of the toy components.

#include "sim/net/message.h"

#include "gtest/gtest.h"
#include "sim/testing/toy.pb.h"

namespace sim {
namespace {

toy::PutRequest Put(const std::string& key, int64_t amount) {
  toy::PutRequest request;
  request.set_key(key);
  request.set_amount(amount);
  return request;
}

TEST(KeyReader, ReadsAStringKey) {
  const KeyReader reader{toy::PutRequest()};
  EXPECT_EQ(reader.Read(Put("order-7", 1)), "order-7");
  EXPECT_EQ(reader.Read(toy::PutRequest()), "");
}

TEST(KeyReader, ReadsAnIntegerKey) {
  const KeyReader reader{toy::NoteRequest()};
  toy::NoteRequest note;
  note.set_number(-42);
  EXPECT_EQ(reader.Read(note), "-42");
}

TEST(KeyReader, ReadsNothingWhereNothingIsMarked) {
  const KeyReader reader{toy::PutReply()};
  toy::PutReply reply;
  reply.set_amount(7);
  EXPECT_EQ(reader.Read(reply), "");
}

TEST(HashMessage, CoversContentsAndType) {
  EXPECT_EQ(HashMessage(Put("k", 1)), HashMessage(Put("k", 1)));
  EXPECT_NE(HashMessage(Put("k", 1)), HashMessage(Put("k", 2)));
  EXPECT_NE(HashMessage(toy::PutReply()), HashMessage(toy::NoteReply()));
}

TEST(CloneMessage, IsIndependent) {
  toy::PutRequest original = Put("k", 1);
  const MessagePtr copy = CloneMessage(original);
  original.set_amount(2);
  EXPECT_EQ(static_cast<toy::PutRequest*>(copy.get())->amount(), 1);
}

}  // namespace
}  // namespace sim
