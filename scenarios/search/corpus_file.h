// The file of a corpus: opened by one process at a time, and only if it is one.
//
// Whatever is not a corpus of this version or an older one, whole and sound, is refused and left as
// it was, byte for byte: also its log, so that what somebody has mended elsewhere is there. One of
// an older version is brought up to date; an older program then refuses it.

#ifndef SCENARIOS_SEARCH_CORPUS_FILE_H_
#define SCENARIOS_SEARCH_CORPUS_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "scenarios/checks/sqlite.h"

namespace scenarios {

enum class IfMissing { kCreate, kRefuse };

// A connection with which nobody shares the file, with all tables in it. NotFound: there
// is no such file. Unavailable: it is in use by a process, which is named, is damaged, of
// a newer version or of another program, or cannot be written.
absl::StatusOr<Connection> OpenCorpusFile(const std::string& path, IfMissing missing);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_CORPUS_FILE_H_
