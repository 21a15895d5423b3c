#include "scenarios/search/plainer.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "scenarios/scenario.h"
#include "sim/core/time.h"

namespace scenarios {
namespace {

// Shorter than these a delay tells nobody anything.
constexpr sim::Nanos kDelays[] = {sim::Millis(1),  sim::Millis(100), sim::Seconds(1),
                                  sim::Seconds(5), sim::Seconds(30), sim::Minutes(1),
                                  sim::Minutes(5), sim::Minutes(30), sim::Hours(2)};

constexpr int64_t kAmounts[] = {1, 10, 100, 1'000, 10'000};

// Whether the amount of such a fault is a time that may be shorter.
bool IsDelay(sim::ChoiceKind kind) {
  switch (kind) {
    case sim::ChoiceKind::kDuplicate:
    case sim::ChoiceKind::kLate:
    case sim::ChoiceKind::kOvertaken:
    case sim::ChoiceKind::kCrash:
    case sim::ChoiceKind::kPartition:
    case sim::ChoiceKind::kClog:
    case sim::ChoiceKind::kSlowPair:
    case sim::ChoiceKind::kPause:
    case sim::ChoiceKind::kSlow:
    case sim::ChoiceKind::kReplicaLag:
    case sim::ChoiceKind::kDiskFull:
    case sim::ChoiceKind::kDoubleClick:
    case sim::ChoiceKind::kPaysLate:
      return true;
    default:
      return false;
  }
}

}  // namespace

// Clients and operations are counted from 1, so the last that does something decides.
void SendIdleClientsHome(Trials& trials) {
  int clients = 1;
  int64_t operations = 1;
  for (const auto& [client, numbers] : *trials.smallest().only) {
    if (numbers.empty()) continue;
    operations = std::max(operations, *numbers.rbegin());
    const size_t digits = client.find_last_not_of("0123456789") + 1;
    clients = std::max(clients, std::atoi(client.c_str() + digits));
  }
  RunOptions run = trials.smallest();
  run.clients = clients;
  run.operations = static_cast<int>(operations);
  trials.Try(std::move(run));
}

void LeaveOutInstances(Trials& trials) {
  if (trials.runner().scenario() == nullptr) return;
  for (const sim::ServiceSpec& service : trials.runner().scenario()->world().services) {
    for (const std::string& kept : service.nodes) {
      if (service.nodes.size() < 2) break;
      RunOptions run = trials.smallest();
      run.without.insert(service.nodes.begin(), service.nodes.end());
      run.without.erase(kept);
      if (trials.Try(std::move(run))) break;
    }
  }
}

void Calm(Trials& trials) {
  RunOptions run = trials.smallest();
  run.calm = true;
  trials.Try(std::move(run));
}

void LetBegin(Trials& trials) {
  if (trials.smallest().starts.empty()) return;
  RunOptions run = trials.smallest();
  run.starts.clear();
  if (trials.Try(std::move(run))) return;
  // Those of operations that are no more say nothing.
  run = trials.smallest();
  for (auto& [client, starts] : run.starts) {
    std::erase_if(starts, [&, &client = client](const auto& start) {
      const auto kept = run.only->find(client);
      return kept == run.only->end() || kept->second.count(start.first) == 0;
    });
  }
  std::erase_if(run.starts, [](const auto& of_client) { return of_client.second.empty(); });
  trials.Try(std::move(run));
}

void Shorten(Trials& trials) {
  for (size_t i = 0; i < trials.pins().size(); ++i) {
    const sim::Pin pin = trials.pins()[i];
    if (!IsDelay(pin.kind)) continue;
    for (const sim::Nanos delay : kDelays) {
      if (delay >= pin.amount || trials.spent()) break;
      Pins pins = trials.pins();
      pins[i].amount = delay;
      const size_t many = pins.size();
      if (trials.TryPins(std::move(pins))) {
        if (trials.pins().size() != many) return Shorten(trials);
        break;
      }
    }
  }
}

void RoundAmounts(Trials& trials) {
  for (const int64_t amount : kAmounts) {
    if (trials.smallest().amount.has_value() && amount >= *trials.smallest().amount) return;
    RunOptions run = trials.smallest();
    run.amount = amount;
    if (trials.Try(std::move(run))) return;
  }
}

}  // namespace scenarios
