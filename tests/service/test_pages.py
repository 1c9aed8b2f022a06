"""A day at the desk in a real browser: log in, decide by keyboard, take back; and what a page must not do."""

import re
import shutil

import httpx2 as httpx
import pytest

import realfake
from realfake.service.access import Caller, Limiter
from realfake.service.pages import facts_of, share, when
from tests import desks

SCREENS = [(1440, "light"), (390, "dark")]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "Chromium is not installed; sh .ci/programs installs it"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield found
        found.close()


@pytest.fixture(autouse=True)
def many_logins(desk, monkeypatch):
    """Each test may log in, however many of them run in one minute."""
    monkeypatch.setattr(desk.access, "_logins", Limiter(1000))


@pytest.fixture
def page(browser, served):
    """A page of somebody who is logged in; any error on its console fails the test."""
    context = browser.new_context(base_url=served[1], viewport={"width": 1440, "height": 900})
    context.set_default_timeout(100_000)
    found, errors = context.new_page(), []
    found.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    found.on("pageerror", lambda error: errors.append(str(error)))
    found.goto("/login")
    found.fill("#name", "admin")
    found.fill("#password", desks.PASSWORD)
    found.keyboard.press("Enter")
    found.wait_for_url("**/review")
    yield found
    context.close()
    assert errors == []


@pytest.fixture(scope="module")
def queue(submit, desk):
    """20 images that await a decision, most suspicious first."""
    images = [
        desks.add_image(desk.database, name=f"slip{n:02}.png", score=5.0 - n / 100, sender="day") for n in range(20)
    ]
    return images, submit(500, sender="day")["id"]


def labels(client, images):
    return [client.get(f"/v1/images/{image}").json()["label"] for image in images]


def test_twenty_cases_are_decided_by_keyboard_and_one_is_taken_back(page, client, queue):
    images, _ = queue
    page.goto("/review?sender=day&show=alarms")
    page.keyboard.press("Enter")
    for number, image in enumerate(images):
        page.wait_for_url(f"**/review/{image}?*")
        page.wait_for_selector(f"h1:text('slip{number:02}.png')")
        page.keyboard.press("fgu"[number % 3])
        if number < 19:
            page.wait_for_selector(f"h1:text('slip{number + 1:02}.png')")
            page.wait_for_selector(f".undo:has-text('slip{number:02}.png')")
        if number == 4:
            page.keyboard.press("z")
            page.wait_for_selector("h1:text('slip04.png')")
            assert labels(client, [image]) == [None]
            page.keyboard.press("u")
            page.wait_for_selector("h1:text('slip05.png')")
    desks.until(lambda: labels(client, images[-1:]) != [None])
    expected = [("fake", "genuine", "unsure")[number % 3] for number in range(20)]
    expected[4] = "unsure"
    assert labels(client, images) == expected
    opinions = client.get(f"/v1/images/{images[4]}").json()["opinions"]
    assert [one["who"] for one in opinions] == ["admin"]


@pytest.mark.filterwarnings("ignore::realfake.forensics.errors.RealfakeWarning")
def test_what_was_decided_is_exported_learnt_from_and_switched_to_by_keyboard(page, desk, client):
    for number in range(24):
        told = {"phash": f"{number * 2654435761 % 2**64:016x}", "ela__q75__mean": number % 2 + number / 100}
        desks.add_image(desk.database, told, label=("genuine", "fake")[number % 2], sender=f"learn{number}")
    page.goto("/models")
    with page.expect_download() as saved:
        page.keyboard.press("e")
    table = realfake.read_table(saved.value.path())
    folder = desk.settings.models / "retrained"
    alarms = realfake.Alarms(max_fpr=0.3)
    realfake.train(table, "logistic", folder, families=["ela"], alarms=alarms, cv=realfake.CrossValidation(2))
    page.goto("/models")
    in_order(page, "make retrained the live model")
    page.wait_for_selector("tr:has(th:text-is('retrained')) td:text-is('live')")
    assert client.get("/v1/models").json()["in_use"][0]["name"] == "retrained"
    in_order(page, "make starter the live model")
    page.wait_for_selector("tr:has(th:text-is('starter')) td:text-is('live')")


def in_order(page, name):
    """Reach a button by the tabulator alone, and press it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached")


def test_a_letter_that_is_written_into_a_field_decides_nothing(page, client, queue):
    page.goto(f"/review/{queue[1]}")
    page.fill("#why", "")
    page.type("#why", "fgu")
    assert page.input_value("#why") == "fgu" and labels(client, [queue[1]]) == [None]
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url(lambda address: queue[1] not in address)


def test_boxes_and_pixels_are_switched_and_the_picture_is_shown(page, queue):
    page.goto(f"/review/{queue[1]}")
    page.wait_for_load_state("networkidle")
    stage, boxes = page.locator(".stage"), page.locator(".boxes")
    assert boxes.is_visible() and page.locator(".boxes rect").count() >= 1
    before = stage.locator("svg").bounding_box()["width"]
    page.keyboard.press("b")
    page.keyboard.press("p")
    assert not boxes.is_visible()
    assert stage.locator("svg").bounding_box()["width"] > before
    assert page.locator(".crops .crop").count() >= 1
    shown = page.request.get(f"/review/{queue[1]}/picture.png")
    assert shown.headers["content-type"] == "image/png"


def test_an_altered_copy_blinks_with_its_original(page, copied):
    _, copy = copied
    page.goto(f"/review/{copy['id']}")
    page.wait_for_load_state("networkidle")
    earlier = page.locator(".original")
    assert not earlier.is_visible() and page.locator(".boxes rect.changed").count() == 1
    page.keyboard.press("c")
    assert page.locator(".stage.blink").count() == 1 and earlier.is_visible()
    assert page.locator(".pairs .crop").count() == 2
    assert page.request.get(page.locator(".original image").get_attribute("href")).ok


@pytest.mark.parametrize("width, scheme", SCREENS)
def test_nobody_is_shut_out_by_how_pages_are_made(page, queue, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    for place in ("/review?show=all", f"/review/{queue[1]}", "/statistics", "/models", "/audit"):
        page.goto(place)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page)
        assert found.violations_count == 0, (place, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{place} is wider than the screen"


@pytest.mark.parametrize("width, scheme", SCREENS)
def test_nobody_is_shut_out_at_the_door(browser, served, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(base_url=served[1], viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto("/login")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_without_script_forms_work_all_the_same(browser, served, client, desk):
    image = desks.add_image(desk.database, name="plain.png", sender="no script")
    context = browser.new_context(base_url=served[1], java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    page.fill("#name", "admin")
    page.fill("#password", desks.PASSWORD)
    page.click("button")
    page.goto(f"/review/{image}?sender=no+script")
    page.click("button.genuine")
    page.wait_for_url("**/review?*")
    assert labels(client, [image]) == ["genuine"]
    context.close()


@pytest.fixture
def person(served):
    """A client that is logged in as a person."""
    with httpx.Client(base_url=served[1], timeout=desks.PATIENCE) as found:
        answer = found.post("/login", data={"name": "admin", "password": desks.PASSWORD})
        assert answer.status_code == 303
        yield found


def test_whoever_is_not_logged_in_is_sent_to_the_door(served):
    for place in ("/", "/review", "/statistics", "/audit", f"/review/{'0' * 32}/picture.png"):
        answer = httpx.get(served[1] + place)
        assert answer.status_code in (303, 307) and answer.headers["location"] in ("/login", "/review")
    wrong = httpx.post(f"{served[1]}/login", data={"name": "admin", "password": "<b>wrong"})
    assert wrong.status_code == 401 and "the name or the password is wrong" in wrong.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(served):
    answer = httpx.post(f"{served[1]}/login", data={"name": "admin", "password": desks.PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie


def test_a_form_without_the_token_of_the_session_changes_nothing(person, client, desk):
    image = desks.add_image(desk.database)
    for form in ({"label": "fake"}, {"label": "fake", "csrf": "0" * 64}):
        assert person.post(f"/review/{image}/label", data=form).status_code == 403
    assert labels(client, [image]) == [None]
    token = re.search(r'name="csrf" value="(\w+)"', person.get(f"/review/{image}").text).group(1)
    assert person.post(f"/review/{image}/label", data={"label": "fake", "csrf": token}).status_code == 303
    assert labels(client, [image]) == ["fake"]


def test_what_a_client_says_is_text_and_never_markup(person, desk):
    image = desks.add_image(
        desk.database, name="<script>alert(1)</script>.png", sender='"><img src=x onerror=alert(1)>'
    )
    for place in (f"/review/{image}", "/review?show=all&order=newest"):
        shown = person.get(place).text
        assert "<script>alert" not in shown and "<img src=x" not in shown
        assert "&lt;script&gt;alert" in shown


def test_only_reviewers_see_the_pages(served, desk):
    key = desk.access.make_key("till", frozenset({"submit"}), "test")
    answer = httpx.get(f"{served[1]}/review", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 403 and "needs the scope" in answer.text


@pytest.mark.parametrize("name", ["desk.css", "desk.js", "htmx.min.js"])
def test_the_files_of_the_page_come_from_the_desk_itself(served, name):
    answer = httpx.get(f"{served[1]}/static/{name}")
    assert answer.status_code == 200 and "http://" not in answer.text.replace("http://www.w3.org", "")
    assert httpx.get(f"{served[1]}/static/../desk.py").status_code == 404


@pytest.mark.parametrize(
    "value, expected",
    [(None, ""), (float("nan"), "–"), (1.0, "100 %"), (0.123, "12 %"), (0.0123, "1.2 %"), (0.001, "0.10 %")],
)
def test_shares_are_shown_with_the_digits_that_count(value, expected):
    assert share(value) == expected


def test_times_and_facts_are_shown_for_a_reader(database):
    from realfake.service import listing

    assert when(None) == "" and when(0.0) == "1970-01-01 00:00"
    told = listing.found(database, desks.add_image(database, expected_amount=1234.5, submitted=0.0))
    facts = dict(facts_of(told | {"threshold": 0.6}))
    assert facts["Expected amount"] == "1,234.50" and facts["Came in"] == "1970-01-01 00:00" and "Sender" not in facts
    assert Caller("x", frozenset()).csrf == ""
