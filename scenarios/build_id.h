// Which program this is: a run is a pure function of it, too.
//
// Two builds with one id give the same digests. Two that differ may, and nobody should
// count on it: a repro file that another build has written is replayed, and said so.

#ifndef SCENARIOS_BUILD_ID_H_
#define SCENARIOS_BUILD_ID_H_

#include <string>

namespace scenarios {

// The linker's build id in hexadecimal, a hash of the program's contents;
// "unknown" if it was linked without one.
std::string BuildId();

}  // namespace scenarios

#endif  // SCENARIOS_BUILD_ID_H_
