#include "scenarios/command/test_environment.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace scenarios {
namespace {

// Where Bazel will put the outputs of a target.
std::string ZipOf(absl::string_view target, uint64_t shard, uint64_t shards) {
  std::string path(absl::StripPrefix(target, "//"));
  if (path.front() == ':') path.erase(0, 1);
  path = absl::StrReplaceAll(path, {{":", "/"}});
  const std::string part =
      shards > 1 ? absl::StrCat("/shard_", shard + 1, "_of_", shards) : std::string();
  return absl::StrCat("bazel-testlogs/", path, part, "/test.outputs/outputs.zip");
}

}  // namespace

uint64_t TestEnvironment::Scaled(uint64_t seeds) const {
  return std::max<uint64_t>(1, seeds * factor / divisor);
}

Seeds TestEnvironment::Share(Seeds asked) const {
  const uint64_t count = Scaled(asked.count());
  const uint64_t first = (first_seed > 0 ? first_seed : asked.first) + (run - 1) * count;
  return Seeds{first, first + count - 1, 1}.Shard(shard, shards);
}

void TestEnvironment::AcknowledgeShards() const {
  const char* path = std::getenv("TEST_SHARD_STATUS_FILE");
  if (path == nullptr) return;
  if (std::FILE* file = std::fopen(path, "w"); file != nullptr) std::fclose(file);
}

absl::StatusOr<TestEnvironment> ReadTestEnvironment(
    const std::function<const char*(const char*)>& get) {
  absl::Status status;
  auto text = [&get](const char* name) {
    const char* value = get(name);
    return std::string(value == nullptr ? "" : value);
  };
  auto number = [&](const char* name, uint64_t fallback) {
    const std::string value = text(name);
    uint64_t parsed = fallback;
    if (value.empty() || (absl::SimpleAtoi(value, &parsed) && parsed > 0)) return parsed;
    status.Update(
        absl::InvalidArgumentError(absl::StrCat(name, "=", value, " is no number of 1 or more")));
    return fallback;
  };

  TestEnvironment test;
  test.target = text("TEST_TARGET");
  test.outputs = text("TEST_UNDECLARED_OUTPUTS_DIR");
  test.junit = text("XML_OUTPUT_FILE");
  test.timeout_nanos = static_cast<int64_t>(number("TEST_TIMEOUT", 0)) * 1'000'000'000;
  test.shards = number("TEST_TOTAL_SHARDS", 1);
  // Zero is a shard too, so it cannot be read by `number`.
  const std::string shard = text("TEST_SHARD_INDEX");
  if (!shard.empty() && (!absl::SimpleAtoi(shard, &test.shard) || test.shard >= test.shards)) {
    status.Update(absl::InvalidArgumentError(
        absl::StrCat("TEST_SHARD_INDEX=", shard, " is no shard of ", test.shards)));
  }
  test.run = number("TEST_RANDOM_SEED", 1);
  test.factor = number("SETTLE_SEEDS_FACTOR", 1);
  test.divisor = number("SETTLE_SEEDS_DIVISOR", 1);
  test.first_seed = number("SETTLE_FIRST_SEED", 0);
  if (!test.target.empty()) test.outputs_zip = ZipOf(test.target, test.shard, test.shards);
  if (!status.ok()) return status;
  return test;
}

}  // namespace scenarios
