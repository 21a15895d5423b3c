// Goal: a reply is made of the value that its type marks, and of nothing else; a type
// that marks none makes none. Method: the toy's replies.

#include "sim/net/meaning.h"

#include <google/protobuf/descriptor.h>

#include "gtest/gtest.h"
#include "sim/testing/toy.pb.h"

namespace sim {
namespace {

TEST(Meaning, IsWhatTheReplyMarks) {
  EXPECT_TRUE(CanMean(*toy::PutReply::descriptor(), Meaning::kAccepted));
  EXPECT_TRUE(CanMean(*toy::PutReply::descriptor(), Meaning::kSystemError));
  EXPECT_FALSE(CanMean(*toy::PutReply::descriptor(), Meaning::kNotFound));
  EXPECT_TRUE(CanMean(*toy::NoteReply::descriptor(), Meaning::kNotFound));
  EXPECT_FALSE(CanMean(*toy::NoteRequest::descriptor(), Meaning::kAccepted));
}

TEST(Meaning, MakesAReplyOfTheMarkAlone) {
  toy::PutReply expected;
  expected.set_result(toy::PutReply::SYSTEM_ERROR);
  const MessagePtr reply = ReplyThatMeans(toy::PutReply::default_instance(), Meaning::kSystemError);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->ShortDebugString(), expected.ShortDebugString());
}

TEST(Meaning, MakesNoneWithoutAMark) {
  EXPECT_EQ(ReplyThatMeans(toy::PutReply::default_instance(), Meaning::kNotFound), nullptr);
}

}  // namespace
}  // namespace sim
