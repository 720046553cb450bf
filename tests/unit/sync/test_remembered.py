from __future__ import annotations

from monitor.sync.remembered import Texts


def test_a_text_remembers_its_latest_forms_and_forgets_the_oldest() -> None:
    texts = Texts()
    for number in range(200):
        texts.remember("t1", f"form{number}")
    assert "form199" in texts.forms
    assert "form0" not in texts.forms
    assert len(texts.forms) <= 64


def test_a_form_that_is_another_items_by_now_stays_that_items() -> None:
    texts = Texts()
    texts.remember("t1", "ok")
    texts.remember("t2", "ok")
    texts.forget("t1")
    assert texts.forms == {"ok": "t2"}


def test_what_waits_for_an_explanation_is_bounded() -> None:
    texts = Texts()
    for number in range(2_500):
        texts.suspect(f"t{number}", 10.0, "body/p")
    assert len(texts.tentative) == 2_000
    assert "t2499" in texts.tentative


def test_a_text_beside_one_that_says_the_same_is_known_by_its_number() -> None:
    texts = Texts()
    texts.remember("t1", "ok")
    texts.remember("t2", "ok#2")
    assert [texts.again(one) for one in ("t1", "t2", "t3")] == [False, True, False]
