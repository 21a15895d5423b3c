// The seal of a repro: whether it is still as settle wrote it.
//
// A repro whose run has another digest than it says means nondeterminism, the
// gravest of findings - unless a person has edited the file. Comments and layout
// do not break the seal. Of a file of a newer schema, of which a part was left out, nobody can say
// so: a build can verify only what it knows.

#ifndef SCENARIOS_COMMAND_SEAL_H_
#define SCENARIOS_COMMAND_SEAL_H_

namespace settle {
class Repro;  // reports/result.proto
}

namespace scenarios {

// Writes the schema, too. Call it last: any later change breaks the seal.
void Seal(settle::Repro& repro);

bool IsSealed(const settle::Repro& repro);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_SEAL_H_
