#include "reports/passages.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "faults/pins.h"
#include "faults/sentences.h"
#include "google/protobuf/text_format.h"
#include "reports/words.h"
#include "sim/net/network.h"

namespace reports {
namespace {

using absl::StrAppend;
using absl::StrCat;

std::string PinLine(const settle::Pin& pin) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(pin, &text);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return StrCat("pin { ", text, " }");
}

}  // namespace

std::string Paint(absl::string_view text, Color color, const TextStyle& style) {
  static constexpr absl::string_view kCodes[] = {"0", "1;31", "32", "33", "2"};
  if (!style.color || color == Color::kPlain) return std::string(text);
  return StrCat("\x1b[", kCodes[static_cast<int>(color)], "m", text, "\x1b[0m");
}

Color ColorOf(settle::Verdict verdict) {
  switch (verdict) {
    case settle::HELD:
      return Color::kGreen;
    case settle::VIOLATED:
      return Color::kRed;
    default:
      return Color::kYellow;
  }
}

std::string PinText(const settle::Pin& pin) {
  faults::Diagnostics problems;
  return faults::Sentence(faults::CompilePin(pin, faults::Where(), problems), sim::kLinkSlot);
}

std::string DriftText(const google::protobuf::RepeatedPtrField<settle::Pin>& unreached,
                      const TextStyle& style) {
  if (unreached.empty()) return "";
  std::string text =
      StrCat("  ",
             Paint(StrCat("drifted: this run does not come to ",
                          Counted(static_cast<uint64_t>(unreached.size()), "pin"), ":"),
                   Color::kYellow, style),
             "\n");
  for (int i = 0; i < std::min(unreached.size(), style.max_faults); ++i) {
    StrAppend(&text, "    ", PinText(unreached[i]), "\n");
  }
  if (unreached.size() > style.max_faults) StrAppend(&text, "    ...\n");
  return text;
}

std::string FaultsText(const std::vector<std::string>& sentences,
                       const google::protobuf::RepeatedPtrField<settle::Pin>& pins,
                       const std::string& all_in, const TextStyle& style) {
  const int count = static_cast<int>(sentences.size());
  // One more line is no longer than "and 1 more".
  const int shown = count <= style.max_faults + 1 ? count : style.max_faults;
  size_t width = 0;
  for (int i = 0; i < shown; ++i)
    width = std::max(width, std::min<size_t>(sentences[i].size(), 88));
  const int fired = std::min(count, faults::CountFaults(pins));
  std::string text = StrCat("    ", fired == 0 ? "no fault" : Counted(fired, "fault"), " fired");
  if (fired < count) {
    StrAppend(&text, ", business ended otherwise ", Counted(count - fired, "time"));
  }
  StrAppend(&text, count == 0 ? "\n" : ":\n");
  for (int i = 0; i < shown; ++i) {
    std::string sentence = sentences[i];
    const bool pin = count <= style.max_pins && i < pins.size();
    if (pin && sentence.size() < width) sentence.resize(width, ' ');
    StrAppend(&text, "      ", sentence);
    if (pin) StrAppend(&text, "   ", Paint(PinLine(pins[i]), Color::kDim, style));
    StrAppend(&text, "\n");
  }
  if (shown < count) {
    StrAppend(&text, "      and ", Grouped(count - shown), " more",
              all_in.empty() ? "" : StrCat(" in ", all_in), "\n");
  }
  return text;
}

std::string CheckTitle(absl::string_view verdict, Color color, absl::string_view name,
                       absl::string_view catalogue, absl::string_view claim,
                       const TextStyle& style) {
  return StrCat("  ", Paint(verdict, color, style), "  ", name,
                catalogue.empty() ? "" : StrCat(" (", catalogue, ")"),
                claim.empty() ? "" : StrCat(": \"", claim, "\""), "\n");
}

}  // namespace reports
