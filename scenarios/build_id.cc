#include "scenarios/build_id.h"

#include <elf.h>
#include <link.h>

#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace scenarios {
namespace {

// Notes and their parts begin at multiples of four bytes.
constexpr size_t Aligned(size_t size) { return (size + 3) & ~size_t{3}; }

// The build id among the ELF notes in `notes`, as bytes; empty: there is none.
absl::string_view FindBuildId(absl::string_view notes) {
  ElfW(Nhdr) header;
  while (notes.size() >= sizeof(header)) {
    std::memcpy(&header, notes.data(), sizeof(header));
    const size_t name_at = sizeof(header);
    const size_t value_at = name_at + Aligned(header.n_namesz);
    const size_t next_at = value_at + Aligned(header.n_descsz);
    if (next_at > notes.size()) break;
    if (header.n_type == NT_GNU_BUILD_ID &&
        notes.substr(name_at, header.n_namesz) == absl::string_view("GNU", 4)) {
      return notes.substr(value_at, header.n_descsz);
    }
    notes.remove_prefix(next_at);
  }
  return {};
}

// Called for each loaded object, the program itself first.
int Visit(dl_phdr_info* object, size_t, void* id) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const char* at = reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr);
    const absl::string_view found = FindBuildId({at, segment.p_memsz});
    if (!found.empty()) *static_cast<std::string*>(id) = absl::BytesToHexString(found);
  }
  return 1;  // Only the program itself.
}

}  // namespace

std::string BuildId() {
  std::string id = "unknown";
  dl_iterate_phdr(&Visit, &id);
  return id;
}

}  // namespace scenarios
