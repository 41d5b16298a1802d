// guildhall-translator: the dialects of one peer. Descriptors: 3 to the room, 4 to the shim.

#include "connector/role.h"
#include "connector/translator/translator.h"

namespace guildhall::connector {
namespace {

Result<void> run_translator(int argc, char** argv) {
  auto args = TRY(read_args(argc, argv));
  TRY(enter_box(args, sandbox::kTranslator));
  Loop loop;
  Translator translator(gateway::Descriptor(3), gateway::Descriptor(4), loop, system_clock());
  loop.run();
  return {};
}

}  // namespace
}  // namespace guildhall::connector

int main(int argc, char** argv) {
  namespace connector = guildhall::connector;
  return connector::role_status(connector::run_translator(argc, argv), "translator");
}
