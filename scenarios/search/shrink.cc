#include "scenarios/search/shrink.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "scenarios/repro.h"
#include "scenarios/search/ddmin.h"
#include "sim/choice/place.h"
#include "sim/core/check.h"
#include "sim/core/time.h"

namespace scenarios {
namespace {

using Pins = std::vector<sim::Pin>;

// One operation of one client.
struct Operation {
  std::string client;
  int64_t number;
};

std::vector<Operation> List(const Operations& operations) {
  std::vector<Operation> list;
  for (const auto& [client, numbers] : operations) {
    for (const int64_t number : numbers) list.push_back({client, number});
  }
  return list;
}

Operations ToMap(const std::vector<Operation>& list) {
  Operations operations;
  for (const Operation& operation : list) operations[operation.client].insert(operation.number);
  return operations;
}

// Of one kind of fault at one kind of place.
using Family = std::pair<sim::PlaceKind, sim::ChoiceKind>;

Family FamilyOf(const sim::Pin& pin) {
  const auto point = sim::PointText::Parse(pin.point);
  SIM_CHECK(point.ok()) << point.status().ToString();
  return {point->place().kind, pin.kind};
}

// Whether it strikes a slot of a link, so that its occurrence is a time.
bool IsOfALink(sim::ChoiceKind kind) {
  return kind == sim::ChoiceKind::kPartition || kind == sim::ChoiceKind::kClog ||
         kind == sim::ChoiceKind::kSlowPair;
}

// Shorter than these a delay tells nobody anything.
constexpr sim::Nanos kDelays[] = {sim::Millis(1),  sim::Millis(100), sim::Seconds(1),
                                  sim::Seconds(5), sim::Seconds(30), sim::Minutes(1),
                                  sim::Minutes(5), sim::Minutes(30), sim::Hours(2)};

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

class Shrinker {
 public:
  Shrinker(Runner& runner, const Wanted& wanted, int most_runs)
      : runner_(runner), wanted_(wanted), most_runs_(most_runs) {}

  Shrunk Shrink(const RunOptions& run, const Operations& all) {
    shrunk_.run = run;
    if (!shrunk_.run.only.has_value()) shrunk_.run.only = all;
    shrunk_.operations_before = Count(*shrunk_.run.only);
    RunOptions first = shrunk_.run;
    shrunk_.found = Try(first);
    if (!shrunk_.found) return std::move(shrunk_);
    const settle::RunResult& result = shrunk_.result;
    shrunk_.unreached = static_cast<int>(absl::c_count(result.pin_reached(), false));
    shrunk_.faults_before = Faults(result);

    Pass("no faults", [this] { LeaveOutAll(); });
    Pass("after the violation", [this] { Truncate(); });
    // Few operations make runs short, and most faults strike others.
    Pass("operations", [this] { LeaveOutOperations(); });
    Pass("families of faults", [this] { LeaveOutFamilies(); });
    Pass("faults", [this] { LeaveOutFaults(); });
    for (size_t before = 0; before != Size() && !Spent();) {
      before = Size();
      // A fault of a tenth message needs nine before it, and often what made them.
      Pass("earlier", [this] { MoveToFirst(); });
      Pass("operations again", [this] { LeaveOutOperations(); });
      Pass("faults again", [this] { LeaveOutFaults(); });
    }
    shrunk_.least = !Spent();
    Pass("idle clients", [this] { SendIdleClientsHome(); });
    Pass("calm messages", [this] { Calm(); });
    Pass("delays", [this] { Shorten(); });
    return std::move(shrunk_);
  }

 private:
  size_t Size() const { return shrunk_.run.pins->size() + List(*shrunk_.run.only).size(); }
  bool Spent() const {
    return shrunk_.runs >= most_runs_ || (shrunk_.run.stop && shrunk_.run.stop());
  }

  template <typename Work>
  void Pass(const char* name, Work work) {
    if (Spent()) return;
    const int before = shrunk_.runs;
    work();
    shrunk_.passes.push_back(
        {name, shrunk_.runs - before, Faults(shrunk_.result), Count(*shrunk_.run.only)});
  }

  // Makes the run; if it breaks the promise it is the smallest from now on, with the pins
  // that fired.
  bool Try(RunOptions run) {
    if (Spent()) return false;
    ++shrunk_.runs;
    settle::RunResult result = runner_.Run(run);
    if (result.stopped() || wanted_.In(result) == nullptr) return false;
    run.pins = ToPins(result.fired());
    shrunk_.run = std::move(run);
    shrunk_.result = std::move(result);
    return true;
  }

  bool TryPins(Pins pins) {
    RunOptions run = shrunk_.run;
    run.pins = std::move(pins);
    return Try(std::move(run));
  }

  void LeaveOutAll() {
    if (shrunk_.run.pins->empty()) return;
    if (TryPins({})) return;
    // How business ends is no fault: perhaps that alone does it.
    Pins outcomes;
    for (const sim::Pin& pin : *shrunk_.run.pins) {
      if (pin.kind == sim::ChoiceKind::kOutcome) outcomes.push_back(pin);
    }
    if (!outcomes.empty() && outcomes.size() < shrunk_.run.pins->size()) TryPins(outcomes);
  }

  // Faults fire in the order of time: the shortest beginning that is enough, roughly.
  void Truncate() {
    for (size_t step = shrunk_.run.pins->size() / 2; step > 0; step /= 2) {
      const Pins& all = *shrunk_.run.pins;
      if (step >= all.size()) continue;
      TryPins(Pins(all.begin(), all.end() - static_cast<std::ptrdiff_t>(step)));
    }
  }

  void LeaveOutOperations() {
    Ddmin<Operation>(
        List(*shrunk_.run.only),
        [this](const std::vector<Operation>& tried) -> std::optional<std::vector<Operation>> {
          RunOptions run = shrunk_.run;
          run.only = ToMap(tried);
          return Try(std::move(run)) ? std::optional(tried) : std::nullopt;
        });
  }

  void LeaveOutFamilies() {
    std::map<Family, size_t> families;
    for (const sim::Pin& pin : *shrunk_.run.pins) ++families[FamilyOf(pin)];
    std::vector<std::pair<size_t, Family>> largest;
    for (const auto& [family, size] : families) largest.emplace_back(size, family);
    absl::c_stable_sort(largest, [](const auto& a, const auto& b) { return b < a; });
    for (const auto& [size, family] : largest) {
      if (size < 2 || families.size() < 2) continue;
      Pins others = *shrunk_.run.pins;
      std::erase_if(others, [&](const sim::Pin& pin) { return FamilyOf(pin) == family; });
      TryPins(std::move(others));
    }
  }

  void LeaveOutFaults() {
    if (shrunk_.run.pins->empty()) return;
    Ddmin<sim::Pin>(*shrunk_.run.pins, [this](const Pins& tried) -> std::optional<Pins> {
      return TryPins(tried) ? std::optional(*shrunk_.run.pins) : std::nullopt;
    });
    if (shrunk_.run.pins->size() == 1) TryPins({});
  }

  void MoveToFirst() {
    for (size_t i = 0; i < shrunk_.run.pins->size(); ++i) {
      const sim::Pin& pin = (*shrunk_.run.pins)[i];
      if (pin.occurrence < 2 || IsOfALink(pin.kind)) continue;
      Pins pins = *shrunk_.run.pins;
      pins[i].occurrence = 1;
      const size_t many = pins.size();
      if (TryPins(std::move(pins)) && shrunk_.run.pins->size() != many) return MoveToFirst();
    }
  }

  // Clients and operations are counted from 1, so the last that does something decides.
  void SendIdleClientsHome() {
    int clients = 1;
    int64_t operations = 1;
    for (const auto& [client, numbers] : *shrunk_.run.only) {
      if (numbers.empty()) continue;
      operations = std::max(operations, *numbers.rbegin());
      const size_t digits = client.find_last_not_of("0123456789") + 1;
      clients = std::max(clients, std::atoi(client.c_str() + digits));
    }
    RunOptions run = shrunk_.run;
    run.clients = clients;
    run.operations = static_cast<int>(operations);
    Try(std::move(run));
  }

  void Calm() {
    RunOptions run = shrunk_.run;
    run.calm = true;
    Try(std::move(run));
  }

  void Shorten() {
    for (size_t i = 0; i < shrunk_.run.pins->size(); ++i) {
      const sim::Pin pin = (*shrunk_.run.pins)[i];
      if (!IsDelay(pin.kind)) continue;
      for (const sim::Nanos delay : kDelays) {
        if (delay >= pin.amount || Spent()) break;
        Pins pins = *shrunk_.run.pins;
        pins[i].amount = delay;
        const size_t many = pins.size();
        if (TryPins(std::move(pins))) {
          if (shrunk_.run.pins->size() != many) return Shorten();
          break;
        }
      }
    }
  }

  Runner& runner_;
  const Wanted& wanted_;
  const int most_runs_;
  Shrunk shrunk_;
};

}  // namespace

const settle::FindingResult* Wanted::In(const settle::RunResult& run) const {
  for (const settle::FindingResult& finding : run.finding()) {
    if (finding.check() == check && finding.key() == key) return &finding;
  }
  return nullptr;
}

int Faults(const settle::RunResult& run) {
  return static_cast<int>(absl::c_count_if(
      run.fired(), [](const settle::Pin& pin) { return pin.choice() != settle::Pin::OUTCOME; }));
}

int Count(const Operations& operations) {
  size_t count = 0;
  for (const auto& [client, numbers] : operations) count += numbers.size();
  return static_cast<int>(count);
}

Shrunk Shrink(Runner& runner, const RunOptions& run, const Operations& all, const Wanted& wanted,
              int most_runs) {
  return Shrinker(runner, wanted, most_runs).Shrink(run, all);
}

}  // namespace scenarios
