#include "scenarios/command/main.h"

#include "tests/end_to_end/moody.h"

int main(int argc, char** argv) { return scenarios::Main(argc, argv, tests::MoodyCatalogue()); }
