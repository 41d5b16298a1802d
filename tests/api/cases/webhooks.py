"""Who is told of what is done in a project: made, listed, woken and taken away. That they are
told is seen by tests/gateway."""
from support.registry import case
from support.servers import run


@case()
def a_webhook_is_made_listed_resumed_and_taken_away(rig):
    run("room", "peer", "add", str(rig.folder), "--kind", "webhook", "--name", "hook-of-cases",
        "--url", "http://127.0.0.1:9/", "--allow", "127.0.0.1")
    project = rig.project()
    path = f"/projects/{project}/webhooks"
    unknown = rig.manager.call("POST", path, {"peer": "nobody", "events": ["delivery.ready"]})
    assert unknown.status == 422 and unknown.problem == "bad-webhook", unknown
    made = rig.manager.post(path, {"peer": "hook-of-cases", "events": ["delivery.ready"]})
    listed, = rig.manager.get(path)["items"]
    assert listed["id"] == made["webhook"]["id"] and "secret" not in listed, listed
    assert listed["events"] == ["delivery.ready"] and listed["state"] == "active", listed
    resumed = rig.manager.call("POST", f"/webhooks/{listed['id']}/resume")
    assert resumed.status == 204, resumed
    assert rig.expert1.call("DELETE", f"/webhooks/{listed['id']}").status == 403
    gone = rig.manager.call("DELETE", f"/webhooks/{listed['id']}")
    assert gone.status == 204, gone
    assert rig.manager.get(path)["items"] == []
    assert rig.manager.call("DELETE", f"/webhooks/{listed['id']}").status == 404
