// Goal: a run removes what an earlier one has left, and nothing that is a person's.
// Method: names of both kinds, and a folder with all of them.

#include "scenarios/command/result_files.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace scenarios {
namespace {

const std::vector<std::string>& Ours() {
  static const std::vector<std::string> names = {
      "result.json",
      "report.txt",
      "booked_once-3f9c1a.repro.textproto",
      "booked_once-3f9c1a.trace.txt",
      "seed-17.trace.txt",
      "result.json.4711.partial",
      "seed-17.trace.txt.4711.partial",
  };
  return names;
}

const std::vector<std::string>& Theirs() {
  static const std::vector<std::string> names = {
      "notes.txt",          "my.repro.textproto",        "pay-3f9c1.repro.textproto",
      "pay.textproto",      "result.json.bak",           "booked_once-3f9c1a.txt",
      "seed-x.trace.txt",   "result.json.partial",       "-3f9c1a.repro.textproto",
      "report.txt.partial", "seed-late.repro.textproto",
  };
  return names;
}

TEST(ResultFiles, KnowsItsOwnNames) {
  for (const std::string& name : Ours()) EXPECT_TRUE(IsResultFile(name)) << name;
  for (const std::string& name : Theirs()) EXPECT_FALSE(IsResultFile(name)) << name;

  settle::Failure failure;
  failure.mutable_finding()->set_check("booked_once");
  failure.set_signature("00ab12");
  EXPECT_TRUE(IsResultFile(FailureFile(failure) + kReproEnding));
  EXPECT_TRUE(IsResultFile(FailureFile(failure) + kTraceEnding));
  EXPECT_TRUE(IsResultFile(SeedTraceFile(0)));
}

TEST(ResultFiles, RemovesThoseAndNothingElse) {
  const std::string folder = testing::TempDir() + "/older";
  std::filesystem::create_directories(folder + "/result.json.d");
  for (const auto* names : {&Ours(), &Theirs()}) {
    for (const std::string& name : *names) std::ofstream(folder + "/" + name) << "text";
  }
  EXPECT_TRUE(RemoveOlderResults(folder).ok());
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    left.push_back(entry.path().filename().string());
  }
  std::vector<std::string> expected = Theirs();
  expected.push_back("result.json.d");
  EXPECT_THAT(left, testing::UnorderedElementsAreArray(expected));
}

TEST(ResultFiles, SaysWhichFolderCannotBeRead) {
  EXPECT_THAT(std::string(RemoveOlderResults("no/such").message()),
              testing::StartsWith("no/such: "));
}

}  // namespace
}  // namespace scenarios
