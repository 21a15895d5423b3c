// Book: the toy component with which the kernel tests itself.
//
// A table of keys and amounts behind two methods. The manner of a request (toy.proto)
// says how its handler ends, so that a test chooses between a refusal before any effect
// and every kind of failure after one.

#ifndef SIM_TESTING_TOY_H_
#define SIM_TESTING_TOY_H_

#include <cstdint>
#include <string>

#include "sim/world/env.h"

namespace sim::toy {
class PutRequest;
class PutReply;
class NoteRequest;
class NoteReply;
enum PutRequest_Manner : int;
}  // namespace sim::toy

namespace sim {

class DatabaseServer;

inline constexpr Method<toy::PutRequest, toy::PutReply> kPut{"toy.Put", Visibility::kPublic};
inline constexpr Method<toy::NoteRequest, toy::NoteReply> kNote{"toy.Note"};

// Commits a row for every request, unless its manner says otherwise.
class Book final : public Component {
 public:
  static constexpr char kSchema[] =
      "CREATE TABLE entry(key TEXT NOT NULL PRIMARY KEY, amount INTEGER NOT NULL) WITHOUT ROWID";

  explicit Book(Env& env) : env_(env), db_(env.database()) {}
  Task<absl::Status> Start() override;

 private:
  Task<absl::StatusOr<toy::PutReply>> Put(toy::PutRequest request);
  Task<absl::StatusOr<toy::NoteReply>> Note(toy::NoteRequest request);
  Task<> Nap();

  Env& env_;
  Database db_;
};

toy::PutRequest MakePut(const std::string& key, int64_t amount);
toy::PutRequest MakePut(const std::string& key, int64_t amount, toy::PutRequest_Manner manner);

// "k1=100 k2=5": what is committed in a book's database.
std::string Entries(DatabaseServer& database);

}  // namespace sim

#endif  // SIM_TESTING_TOY_H_
