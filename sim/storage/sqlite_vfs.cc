#include "sim/storage/sqlite_vfs.h"

#include <sqlite3.h>

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"

namespace sim {

// What SQLite allocates for an open file: the database, or its journal.
struct MountedFile {
  sqlite3_file base;
  Disk* disk;
  Disk::File* file;
  Mount* mount;
  const char* suffix;  // of its name, in SQLite's copy of the path
  MountedFile* next;   // of its mount
  static int Open(const char* path, MountedFile* self, int flags);
  static int Delete(const char* path);
  static bool Exists(const char* path);
  static void Point(MountedFile& self);
  static void Close(MountedFile& self);
};

namespace {

// "<address of the mount in hexadecimal>/<suffix>"
struct Path {
  Mount* mount;
  const char* suffix;  // "", "-journal"
};

Path Parse(const char* path) {
  uintptr_t address = 0;
  for (; *path != '/'; ++path) {
    address = address * 16 + static_cast<uintptr_t>(*path <= '9' ? *path - '0' : *path - 'a' + 10);
  }
  // SQLite appends to a name, and there must be one.
  return {reinterpret_cast<Mount*>(address), path + 2};
}

MountedFile& Self(sqlite3_file* file) { return *reinterpret_cast<MountedFile*>(file); }

int Close(sqlite3_file* file) {
  MountedFile::Close(Self(file));
  return SQLITE_OK;
}

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
  const MountedFile& self = Self(file);
  return Code(self.disk->Read(*self.file, offset, static_cast<char*>(out), size),
              SQLITE_IOERR_READ);
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  const MountedFile& self = Self(file);
  const absl::string_view text(static_cast<const char*>(bytes), static_cast<size_t>(size));
  return Code(self.disk->Write(*self.file, offset, text), SQLITE_IOERR_WRITE);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const MountedFile& self = Self(file);
  return Code(self.disk->Truncate(*self.file, size), SQLITE_IOERR_TRUNCATE);
}

int Sync(sqlite3_file* file, int) {
  const MountedFile& self = Self(file);
  return Code(self.disk->Sync(*self.file), SQLITE_IOERR_FSYNC);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  const MountedFile& self = Self(file);
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
  MountedFile& self = Self(file);
  self.base.pMethods = nullptr;
  const int code = MountedFile::Open(name, &self, flags);
  if (code != SQLITE_OK) return code;
  self.base.pMethods = &methods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int) { return MountedFile::Delete(name); }

int Access(sqlite3_vfs*, const char* name, int, int* out) {
  *out = MountedFile::Exists(name);
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
  vfs.szOsFile = sizeof(MountedFile);
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

int MountedFile::Open(const char* path, MountedFile* self, int flags) {
  const Path parsed = Parse(path);
  Mount& mount = *parsed.mount;
  if (mount.disk_->frozen()) return SQLITE_CANTOPEN;
  if ((flags & SQLITE_OPEN_CREATE) == 0 && !Exists(path)) return SQLITE_CANTOPEN;
  self->mount = &mount;
  self->suffix = parsed.suffix;
  Point(*self);
  self->next = std::exchange(mount.open_, self);
  return SQLITE_OK;
}

void MountedFile::Point(MountedFile& self) {
  self.disk = self.mount->disk_;
  self.file = &self.disk->Open(absl::StrCat(self.mount->file_, self.suffix));
}

void MountedFile::Close(MountedFile& self) {
  MountedFile** link = &self.mount->open_;
  while (*link != &self) link = &(*link)->next;
  *link = self.next;
}

int MountedFile::Delete(const char* path) {
  const Path parsed = Parse(path);
  Disk& disk = *parsed.mount->disk_;
  if (disk.frozen()) return SQLITE_IOERR_DELETE;
  if (!Exists(path)) return SQLITE_IOERR_DELETE_NOENT;
  disk.Delete(absl::StrCat(parsed.mount->file_, parsed.suffix));
  return SQLITE_OK;
}

bool MountedFile::Exists(const char* path) {
  const Path parsed = Parse(path);
  return parsed.mount->disk_->Exists(absl::StrCat(parsed.mount->file_, parsed.suffix));
}

Mount::Mount(Disk& disk, absl::string_view file) : disk_(&disk), file_(file) {}

void Mount::Move(Disk& disk, absl::string_view file) {
  disk_ = &disk;
  file_ = std::string(file);
  for (MountedFile* open = open_; open != nullptr; open = open->next) MountedFile::Point(*open);
}

std::string Mount::path() const {
  return absl::StrCat(absl::Hex(reinterpret_cast<uintptr_t>(this)), "/f");
}

}  // namespace sim
