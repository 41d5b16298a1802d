// `/v1/…`: models for programs, in OpenAI's and Anthropic's words. Who asks shows a virtual key;
// sessions and the room's tokens are nothing here.
//
//   POST /v1/chat/completions   POST /v1/responses   POST /v1/embeddings   GET /v1/models
//   POST /v1/messages           POST /v1/messages/count_tokens
//
// Concurrency: any thread. Limits: kMaxModelBody.
#pragma once

#include "net/http.h"
#include "room/models/gateway.h"

namespace guildhall::room {

inline constexpr std::string_view kModelPrefix = "/v1/";

net::Admission admit_model(net::Method method, std::string_view path);
net::Reply serve_model(ModelGateway& gateway, net::Request& request);

}  // namespace guildhall::room
