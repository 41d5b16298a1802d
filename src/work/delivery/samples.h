// For tests and the benchmark of this folder: one small task of each template, as docs/formats.md
// shows them.
//
// Concurrency: pure. Limits: none.
#pragma once

#include <string>
#include <string_view>

#include "work/delivery/delivery.h"

namespace guildhall::work {

inline DeliverySubmission sample_submission(std::string answers) {
  DeliverySubmission submission;
  submission.id = "sub_5fQ2";
  submission.member = "mem_9aLk";
  submission.vendor = "north";
  submission.submitted_at_ms = 1'774'348'740'000;
  submission.active_ms = 184'000;
  submission.answers = std::move(answers);
  submission.guidelines_version = 3;
  submission.template_version = 1;
  return submission;
}

inline DeliveryTask sample_task(std::string_view kind) {
  DeliveryTask task;
  task.task_id = "tsk_7Hc1";
  task.key = "q-17";
  task.template_kind = kind;
  auto fill = [&](const char* data, const char* answers) {
    task.data = data;
    task.submissions.push_back(sample_submission(answers));
  };
  if (kind == "preference") {
    fill(R"({"prompt":"Why is the sky blue?","responses":[{"text":"Rayleigh scattering.",)"
         R"("model":"m1"},{"text":"It mirrors the sea.","model":"m2"}]})",
         R"({"choice":"a","strength":2,"justification":"b is a myth"})");
    task.submissions[0].presentation = R"({"order":[1,0]})";
    task.submissions[0].review = DeliveryReview{"accept", "", "mem_Xy3p", 1'774'352'340'000};
  } else if (kind == "rubric") {
    fill(R"({"prompt":"Name a safe dose.","response":"Up to 4 g a day.","rubric":[{"id":"c1",)"
         R"("criterion":"States the maximum","points":2},{"id":"c2",)"
         R"("criterion":"Warns of liver disease","points":3,"gate":true}]})",
         R"({"criteria":{"c1":true,"c2":true}})");
  } else if (kind == "demonstration") {
    fill(R"({"prompt":[{"role":"system","content":"Be brief."},{"role":"user",)"
         R"("content":"Capital of Chad?"}]})",
         R"({"response":"N'Djamena."})");
  } else if (kind == "authoring") {
    fill(R"({"brief":"A hard question on contract law"})",
         R"({"prompt":"May a minor rescind?","ideal":"Usually yes.",)"
         R"("rubric":[{"criterion":"Names necessaries","points":5}],)"
         R"("sources":["Restatement § 14"]})");
  } else if (kind == "steps") {
    fill(R"({"prompt":"What is 2+3*4?","steps":["3*4 = 12","2+12 = 15","So 15."]})",
         R"({"ratings":[1,-1],"correction":"2+12 = 14"})");
  } else if (kind == "dialogue") {
    fill(R"({"goal":"Ask about the sky"})",
         R"({"talk":{"turns":[{"user":"dia_1","chosen":"dia_3","ratings":{"dia_2":3,"dia_3":6}}],)"
         R"("end":"dia_3"}})");
    task.submissions[0].dialogue =
        R"({"question":"talk","system":"Be brief.","models":["m2","m1"],"nodes":[)"
        R"({"node":"dia_1","parent":null,)"
        R"("kind":"user","state":"complete","at":"2026-03-24T10:36:00.000Z",)"
        R"("text":"Why is the sky blue?"},{"node":"dia_2","parent":"dia_1","kind":"reply",)"
        R"("state":"complete","at":"2026-03-24T10:36:00.000Z","text":"It mirrors the sea.",)"
        R"("slot":"A","model":"m2","parameters":{"max_tokens":256},"finish":"stop"},)"
        R"({"node":"dia_3","parent":"dia_1","kind":"reply","state":"complete",)"
        R"("at":"2026-03-24T10:36:00.000Z","text":"Rayleigh scattering.","slot":"B",)"
        R"("model":"m1","parameters":{"max_tokens":256},"finish":"stop"}]})";
  } else {
    fill(R"({"messages":[{"role":"user","content":"Weather in Oslo?"},{"role":"assistant",)"
         R"("content":null,"tool_calls":[{"id":"c9","type":"function",)"
         R"("function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}}]},{"role":"tool",)"
         R"("tool_call_id":"c9","content":"4 °C"},{"role":"assistant","content":"4 °C."},)"
         R"({"role":"user","content":"Thanks"}],"tools":[{"type":"function",)"
         R"("function":{"name":"weather","parameters":{"type":"object"}}}]})",
         R"({"steps":[1,1],"overall":"success","failures":[]})");
  }
  return task;
}

}  // namespace guildhall::work
