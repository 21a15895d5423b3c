#include "sim/storage/sqlite_vfs.h"

#include <sqlite3.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"

namespace sim {
namespace {

// "<address of the disk in hexadecimal>/<file>"
struct Path {
  Disk* disk;
  absl::string_view file;
};

Path Parse(const char* path) {
  uintptr_t address = 0;
  for (; *path != '/'; ++path) {
    address = address * 16 + static_cast<uintptr_t>(*path <= '9' ? *path - '0' : *path - 'a' + 10);
  }
  return {reinterpret_cast<Disk*>(address), path + 1};
}

// What SQLite allocates for an open file.
struct OpenFile {
  sqlite3_file base;
  Disk* disk;
  Disk::File* file;
};

OpenFile& Self(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }

int Close(sqlite3_file*) { return SQLITE_OK; }

// What SQLite calls `answer`; `io_error` says what was being done.
int Code(DiskAnswer answer, int io_error) {
  switch (answer) {
    case DiskAnswer::kOk:
      return SQLITE_OK;
    case DiskAnswer::kShort:
      return SQLITE_IOERR_SHORT_READ;
    case DiskAnswer::kIoError:
      return io_error;
    case DiskAnswer::kFull:
      return SQLITE_FULL;
  }
  return io_error;
}

int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  const OpenFile& self = Self(file);
  return Code(self.disk->Read(*self.file, offset, static_cast<char*>(out), size),
              SQLITE_IOERR_READ);
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  const OpenFile& self = Self(file);
  const absl::string_view text(static_cast<const char*>(bytes), static_cast<size_t>(size));
  return Code(self.disk->Write(*self.file, offset, text), SQLITE_IOERR_WRITE);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const OpenFile& self = Self(file);
  return Code(self.disk->Truncate(*self.file, size), SQLITE_IOERR_TRUNCATE);
}

int Sync(sqlite3_file* file, int) {
  const OpenFile& self = Self(file);
  return Code(self.disk->Sync(*self.file), SQLITE_IOERR_FSYNC);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  const OpenFile& self = Self(file);
  if (self.disk->frozen()) return SQLITE_IOERR_FSTAT;
  *size = self.disk->Size(*self.file);
  return SQLITE_OK;
}

int Lock(sqlite3_file*, int) { return SQLITE_OK; }

int CheckReservedLock(sqlite3_file*, int* taken) {
  *taken = 0;
  return SQLITE_OK;
}

int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int SectorSize(sqlite3_file*) { return kSectorSize; }

// A cut write leaves the bytes around it alone.
int Characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

sqlite3_io_methods Methods() {
  sqlite3_io_methods methods = {};
  methods.iVersion = 1;
  methods.xClose = Close;
  methods.xRead = Read;
  methods.xWrite = Write;
  methods.xTruncate = Truncate;
  methods.xSync = Sync;
  methods.xFileSize = FileSize;
  methods.xLock = Lock;
  methods.xUnlock = Lock;
  methods.xCheckReservedLock = CheckReservedLock;
  methods.xFileControl = FileControl;
  methods.xSectorSize = SectorSize;
  methods.xDeviceCharacteristics = Characteristics;
  return methods;
}

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  static const sqlite3_io_methods methods = Methods();
  SIM_CHECK(name != nullptr) << "SQLite opens a temporary file in spite of temp_store = MEMORY";
  OpenFile& self = Self(file);
  self.base.pMethods = nullptr;
  const Path path = Parse(name);
  if (path.disk->frozen()) return SQLITE_CANTOPEN;
  if ((flags & SQLITE_OPEN_CREATE) == 0 && !path.disk->Exists(path.file)) return SQLITE_CANTOPEN;
  self.base.pMethods = &methods;
  self.disk = path.disk;
  self.file = &path.disk->Open(path.file);
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int) {
  const Path path = Parse(name);
  if (path.disk->frozen()) return SQLITE_IOERR_DELETE;
  if (!path.disk->Exists(path.file)) return SQLITE_IOERR_DELETE_NOENT;
  path.disk->Delete(path.file);
  return SQLITE_OK;
}

int Access(sqlite3_vfs*, const char* name, int, int* out) {
  const Path path = Parse(name);
  *out = path.disk->Exists(path.file);
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

// Not used while SQLite has a seed (SeedSqlite).
int Randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 0, static_cast<size_t>(size));
  return size;
}

int Sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

// 2024-01-01 00:00 UTC, always: a component asks its clock, not SQL. In
// milliseconds of the Julian calendar.
int CurrentTime(sqlite3_vfs*, sqlite3_int64* out) {
  *out = 212570827200000;
  return SQLITE_OK;
}

int LastError(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

void RegisterSqliteVfs() {
  static sqlite3_vfs vfs = {};
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = 256;
  vfs.zName = kSqliteVfs;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  vfs.xAccess = Access;
  vfs.xFullPathname = FullPathname;
  vfs.xRandomness = Randomness;
  vfs.xSleep = Sleep;
  vfs.xCurrentTimeInt64 = CurrentTime;
  vfs.xGetLastError = LastError;
  SIM_CHECK(sqlite3_vfs_register(&vfs, /*makeDflt=*/0) == SQLITE_OK) << "no VFS, no database";
}

std::string SqlitePath(Disk& disk, absl::string_view file) {
  return absl::StrCat(absl::Hex(reinterpret_cast<uintptr_t>(&disk)), "/", file);
}

}  // namespace sim
