#include "tests/end_to_end/moody.h"

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "scenarios/testing/toy.h"
#include "sim/core/check.h"
#include "sim/world/env.h"
#include "sim/world/world.h"

namespace tests {
namespace {

class Moody final : public sim::Component {
 public:
  explicit Moody(sim::Env& env) : env_(env) {}

  sim::Task<absl::Status> Start() override {
    SIM_CHECK(!env_.settings().Is("mood", "broken")) << "moody.Node is in a bad mood";
    if (env_.settings().Is("mood", "hashed")) DrawForAll();
    if (env_.settings().Is("mood", "fickle")) {
      SIM_CHECK(env_.Draw("mood", "today", 4) > 0) << "moody.Node is in a bad mood today";
    }
    if (env_.settings().Is("mood", "frail")) {
      SIM_CHECK(env_.clock().Now() == sim::WorldOptions().epoch) << "moody.Node died once";
      env_.Spawn("brood", Brood());
    }
    co_return absl::OkStatus();
  }

 private:
  sim::Task<> Brood() {
    for (int day = 1; day <= 2; ++day) co_await env_.clock().Sleep(absl::Seconds(1));
  }

  // The mistake: the order of a flat_hash_map is another in every process.
  void DrawForAll() {
    absl::flat_hash_map<std::string, int> customers;
    for (int i = 0; i < 64; ++i) customers[absl::StrCat("customer-", i)] = i;
    for (const auto& [name, number] : customers) env_.Draw("mood", name, 100);
  }

  sim::Env& env_;
};

}  // namespace

scenarios::Catalogue MoodyCatalogue() {
  scenarios::Catalogue catalogue = scenarios::ToyCatalogue();
  sim::SystemSpec spec;
  spec.name = "moody.Node";
  spec.about = "Wrong on purpose.";
  spec.switches = {
      {"mood", "what is wrong with it", "calm", {"calm", "hashed", "broken", "fickle", "frail"}}};
  spec.tasks = {"brood"};
  spec.make = [](sim::Env& env) { return std::make_unique<Moody>(env); };
  catalogue.AddSystem(spec);
  return catalogue;
}

}  // namespace tests
