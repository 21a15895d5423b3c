// KnownPart: what this build knows of a text that a newer one has written.
//
// Protobuf can skip fields that it does not know, but no values of enums, and does not say to
// what such a field belongs. Here they are blanked out instead: what is left keeps its
// lines and columns, and is parsed as strictly as any other text.
//
//   pin { point: "boot b" occurrence: 1 choice: TELEPORT weight: 3 }
//   pin { point: "boot b" occurrence: 1                            }

#ifndef FAULTS_KNOWN_PART_H_
#define FAULTS_KNOWN_PART_H_

#include <string>

#include "absl/strings/string_view.h"
#include "faults/source_text.h"
#include "google/protobuf/descriptor.h"

namespace faults {

struct KnownPart {
  std::string text;      // as long as the whole
  Diagnostics left_out;  // where what was, in order: "pin.choice: TELEPORT", "pin.weight"
};

// Of a message of `type` in `file`. What is no text of any message stays as it is: who parses it
// says what is wrong.
KnownPart KnownPartOf(absl::string_view file, absl::string_view text,
                      const google::protobuf::Descriptor& type);

}  // namespace faults

#endif  // FAULTS_KNOWN_PART_H_
