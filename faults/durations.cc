#include "faults/durations.h"

#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace faults {
namespace {

constexpr uint64_t kMicro = 1'000;
constexpr uint64_t kMilli = 1'000'000;
constexpr uint64_t kSecond = 1'000'000'000;

// `nanos` as a decimal number of `unit`, which is a power of ten.
std::string Decimal(uint64_t nanos, uint64_t unit) {
  std::string text = absl::StrCat(nanos / unit);
  uint64_t rest = nanos % unit;
  if (rest != 0) text += '.';
  while (rest != 0) {
    unit /= 10;
    absl::StrAppend(&text, rest / unit);
    rest %= unit;
  }
  return text;
}

uint64_t Magnitude(sim::Nanos nanos) {
  return nanos < 0 ? -static_cast<uint64_t>(nanos) : static_cast<uint64_t>(nanos);
}

// "1m20s" and not "1m20.016666666s".
sim::Nanos Readable(sim::Nanos amount) {
  sim::Nanos unit = 1;
  for (const sim::Nanos larger : {sim::Micros(1), sim::Millis(1), sim::Seconds(1)}) {
    if (amount >= 10 * larger) unit = larger;
  }
  return amount / unit * unit;
}

}  // namespace

absl::StatusOr<sim::Nanos> ParseSignedNanos(absl::string_view text) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is not a duration; write a number with its unit, as in ",
                     "\"250ms\", \"10m\" or \"2h\""));
  }
  const sim::Nanos nanos = sim::ToNanos(duration);
  // Saturated, or finer than a nanosecond: the run could not keep it exactly.
  if (sim::FromNanos(nanos) != duration) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is not a whole number of nanoseconds below 292 years"));
  }
  return nanos;
}

absl::StatusOr<sim::Nanos> ParseNanos(absl::string_view text) {
  absl::StatusOr<sim::Nanos> nanos = ParseSignedNanos(text);
  if (nanos.ok() && *nanos < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is negative; it must be 0 or more"));
  }
  return nanos;
}

std::string NanosText(sim::Nanos nanos) {
  const uint64_t n = Magnitude(nanos);
  const std::string sign = nanos < 0 ? "-" : "";
  if (n == 0) return "0s";
  if (n < kMicro) return absl::StrCat(sign, n, "ns");
  if (n < kMilli) return absl::StrCat(sign, Decimal(n, kMicro), "us");
  if (n < kSecond) return absl::StrCat(sign, Decimal(n, kMilli), "ms");
  std::string text = sign;
  const uint64_t minutes = n / (60 * kSecond);
  const uint64_t rest = n % (60 * kSecond);
  if (minutes >= 60) absl::StrAppend(&text, minutes / 60, "h");
  if (minutes % 60 != 0) absl::StrAppend(&text, minutes % 60, "m");
  if (rest != 0) absl::StrAppend(&text, Decimal(rest, kSecond), "s");
  return text;
}

std::string NanosInWords(sim::Nanos nanos) {
  // The same numbers, but with a space around every unit and "min" for "m".
  std::string words;
  const std::string text = NanosText(nanos);
  for (size_t i = 0; i < text.size(); ++i) {
    const bool letter = text[i] >= 'a' && text[i] <= 'z';
    const bool after_letter = i > 0 && text[i - 1] >= 'a' && text[i - 1] <= 'z';
    if (i > 0 && letter != after_letter) words += ' ';
    words += text[i];
    const bool minutes = text[i] == 'm' && (i + 1 == text.size() || text[i + 1] != 's');
    if (minutes) words += "in";
  }
  return words;
}

std::vector<int64_t> Alternatives(sim::Nanos min, sim::Nanos max) {
  std::vector<int64_t> amounts;
  for (int i = 0; i < kAlternatives; ++i) {
    const __int128 way = static_cast<__int128>(max - min) * i / (kAlternatives - 1);
    sim::Nanos amount = min + static_cast<sim::Nanos>(way);
    if (i > 0 && i < kAlternatives - 1) amount = std::max(min, Readable(amount));
    if (amounts.empty() || amounts.back() != amount) amounts.push_back(amount);
  }
  return amounts;
}

}  // namespace faults
