// Mail to a person, through the room's relay: the first peer of the kind `mail` (connector/mail.h).
// Who asks for it waits, and is told whether the relay took it; nothing is kept to be tried again.
// It carries no content: the only mail there is brings somebody a link.
//
// Concurrency: any thread; blocks for kMailWaitMs at most. Limits: kMaxMailBytes.
#pragma once

#include <string_view>

#include "room/models/gateway.h"

namespace guildhall::room {

// Errors, all of them unavailable: "no-mail-relay"; "mail-refused" by the relay, with its status;
// "mail-failed", with how the attempt ended; those of ModelLine::send.
Result<void> send_mail(ModelGateway& models, std::string_view to, std::string_view subject,
                       std::string_view text);

// A sign-in link.
Result<void> mail_link(ModelGateway& models, std::string_view to, std::string_view link);

}  // namespace guildhall::room
