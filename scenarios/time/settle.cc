// The command over the toys of this folder: ./bazelw run //scenarios/time:settle

#include "scenarios/command/main.h"
#include "scenarios/time/catalogue.h"

int main(int argc, char** argv) { return scenarios::Main(argc, argv, scenarios::TimeCatalogue()); }
