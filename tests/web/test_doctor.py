from __future__ import annotations

from local_video_server.library.figures import State
from local_video_server.web.presenting import hour
from tests.homes import Home


def test_the_admin_asks_the_doctor_to_look_again_and_sees_what_was_found(home: Home) -> None:
    home.application.checkup.look_again(60)
    answer = home.client.post("/admin/doctor")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin#doctor")
    machine = home.application.wsgi.extensions["house"].machine
    found = {one.name: one for one in machine.findings()}
    assert found["folders"].state is State.GOOD
    assert found["database"].sentence == "The database was looked through and is whole."
    assert "FFmpeg" in dict(machine.versions())
    looked_at = home.application.checkup.looked_at()
    assert looked_at
    assert f">{hour(looked_at)}</time>." in home.client.get("/admin").get_data(as_text=True)


def test_a_guest_may_not_ask_the_doctor(home: Home) -> None:
    assert home.guest().post("/admin/doctor").status_code == 403
