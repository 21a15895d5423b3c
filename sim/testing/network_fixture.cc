#include "sim/testing/network_fixture.h"

#include <memory>

#include "sim/net/message.h"
#include "sim/testing/toy.pb.h"

namespace sim {

PacketPtr NetworkTest::Request(absl::string_view method, absl::string_view key,
                               Visibility visibility) {
  auto packet = std::make_unique<Packet>(network_.Intern(method, visibility), key);
  packet->from = a_;
  packet->to = b_;
  packet->call = ++calls_;
  toy::PutRequest body;
  body.set_key(std::string(key));
  packet->body = MakeMessage(std::move(body));
  return packet;
}

}  // namespace sim
