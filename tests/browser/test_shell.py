"""The page skeleton in a browser: signing in, the keyboard, colours, small screens, error pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import OpenPage, chromium
from tests.browser.servers import PASSWORD, Site, environment, free_port, prepare, serving
from tests.browser.watching import (
    WATCHED,
    assert_accessible,
    assert_no_foreign_requests,
    assert_no_horizontal_scroll,
    sign_in,
)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The shell without rooms, with the named cast."""
    chromium()
    env = environment(tmp_path_factory.mktemp("shell"), DJANGO_SETTINGS_MODULE="tests.foundation.shell.settings")
    prepare(["-m", "tests.foundation.shell.prepare"], env)
    port = free_port()
    gunicorn = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4", "migov.site.wsgi:application"]
    with serving(gunicorn, env, port) as site:
        yield site


@pytest.fixture
def stranger(open_page: OpenPage, shell: Site) -> Page:
    """A window in which nobody has signed in."""
    return open_page(shell)


@pytest.fixture
def page(open_page: OpenPage, shell: Site) -> Page:
    """A window in which Emil has signed in."""
    page = open_page(shell)
    sign_in(page, "emil", shell)
    return page


def attempt(page: Page, username: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_signing_in_leads_to_the_page_that_was_asked_for(stranger: Page) -> None:
    stranger.goto("/components/")
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
    assert_accessible(stranger)
    stranger.get_by_label("User name").fill("emil")
    stranger.get_by_label("Password", exact=True).fill(PASSWORD)
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("trafficking")
    assert stranger.url.endswith("/components/")


def test_what_was_typed_when_the_session_ended_stands_in_the_form_again(page: Page) -> None:
    page.goto("/components/")
    reason = page.get_by_label("Reason")
    reason.fill("Two paragraphs of it")
    page.get_by_role("radio", name="Significant").check()
    page.get_by_label("Share in percent").fill("40")
    page.get_by_label("I have read the scope note").check()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("User name").fill("emil")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("What you typed stands in the form again")
    expect(reason).to_have_value("Two paragraphs of it")
    expect(page.get_by_role("radio", name="Significant")).to_be_checked()
    page.reload()  # told once, and kept by nobody
    expect(page.locator("#messages")).not_to_contain_text("What you typed")
    expect(reason).to_have_value("")


def test_a_request_from_a_page_whose_session_ended_says_so_and_leaves_the_page(page: Page) -> None:
    page.goto("/components/")
    page.get_by_label("Reason").fill("Two paragraphs of it")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("#messages")).to_contain_text("You are signed out")
    expect(page.locator("#messages").get_by_role("link", name="Sign in")).to_have_attribute("target", "_blank")
    expect(page.get_by_label("Reason")).to_have_value("Two paragraphs of it")
    WATCHED[page].errors = [error for error in WATCHED[page].errors if "401" not in error]


def test_signing_out_closes_the_door(open_page: OpenPage, shell: Site) -> None:
    page = open_page(shell)
    attempt(page, "jan", PASSWORD)
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/components/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_demonstration_lists_its_accounts(stranger: Page) -> None:
    stranger.goto("/accounts/login/")
    expect(stranger.get_by_role("row", name="emil M&E officer")).to_be_visible()
    expect(stranger.get_by_text(PASSWORD)).to_be_visible()


def test_a_wrong_password_is_said_and_the_name_is_kept(stranger: Page) -> None:
    attempt(stranger, "galina", "wrong")
    expect(stranger.get_by_role("alert")).to_contain_text("not correct")
    expect(stranger.get_by_label("User name")).to_have_value("galina")
    assert_accessible(stranger)


def test_guessing_is_locked_out_and_says_for_how_long(stranger: Page) -> None:
    for _ in range(3):
        attempt(stranger, "hana", "guess")
    expect(stranger.get_by_role("heading", name="Sign-in is locked for a while")).to_be_visible()
    expect(stranger.get_by_text("Wait 15 minutes")).to_be_visible()
    attempt(stranger, "hana", PASSWORD)
    expect(stranger.get_by_role("heading", name="Sign-in is locked for a while")).to_be_visible()
    assert_accessible(stranger)


def test_nobody_signs_up_by_themselves(stranger: Page) -> None:
    stranger.goto("/accounts/signup/")
    expect(stranger.get_by_role("heading", name="No sign-up here")).to_be_visible()


def test_every_component_is_accessible_in_light_and_dark(open_page: OpenPage, shell: Site) -> None:
    for scheme in ("light", "dark"):
        page = open_page(shell, color_scheme=scheme)
        sign_in(page, "emil", shell)
        page.goto("/components/")
        assert_accessible(page)
        assert_no_foreign_requests(page)


def test_nothing_sticks_out_on_a_phone(open_page: OpenPage, shell: Site) -> None:
    for width in (390, 360):
        page = open_page(shell, width=width, height=780, color_scheme="dark")
        sign_in(page, "emil", shell)
        for path in (
            "/components/",
            "/search/?q=trafficking",
            "/accounts/2fa/",
            "/accounts/password/change/",
            "/nothing-here",
        ):
            page.goto(path)
            assert_no_horizontal_scroll(page, width)
        page.goto("/components/")
        assert_accessible(page)


def test_the_menu_opens_with_a_button_on_a_phone(open_page: OpenPage, shell: Site) -> None:
    page = open_page(shell, width=390, height=780)
    sign_in(page, "emil", shell)
    page.goto("/components/")
    menu, button = page.get_by_role("navigation", name="Main"), page.get_by_role("button", name="Menu")
    expect(menu).to_be_hidden()
    button.click()
    expect(menu).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_without_scripts_the_menu_is_open_on_a_phone(open_page: OpenPage, shell: Site) -> None:
    page = open_page(shell, width=390, height=780, java_script_enabled=False)
    sign_in(page, "emil", shell)
    page.goto("/components/")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()


def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/components/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_slash_goes_to_the_search_box_but_not_while_typing(page: Page) -> None:
    page.goto("/components/")
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Search")
    expect(box).to_be_focused()
    page.keyboard.type("a/b")
    expect(box).to_have_value("a/b")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search: a/b")


def test_one_key_decides_on_the_focused_suggestion_only(page: Page) -> None:
    page.goto("/components/")
    page.evaluate(
        "document.querySelectorAll('[data-key]').forEach((b) => b.addEventListener('click', () => { window.decided = b.dataset.key; }))"
    )
    page.keyboard.press("c")
    assert page.evaluate("window.decided") is None
    page.locator(".suggestion").first.focus()
    page.keyboard.press("s")
    assert page.evaluate("window.decided") == "s"
    page.keyboard.press("j")
    expect(page.locator(".suggestion").nth(1)).to_be_focused()


def test_shortcuts_can_be_switched_off_for_good(page: Page) -> None:
    page.goto("/components/")
    page.locator(".user-menu summary").click()
    page.get_by_label("One-key shortcuts").uncheck()
    page.reload()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).not_to_be_focused()


def test_a_chosen_theme_is_remembered(page: Page) -> None:
    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page.goto("/components/")
    light = ground()
    page.locator(".user-menu summary").click()
    page.get_by_label("Dark").check()
    assert ground() != light
    dark = ground()
    page.reload()
    assert ground() == dark
    page.locator(".user-menu summary").click()
    page.get_by_label("As the device").check()
    assert ground() == light


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/components/")
    page.get_by_text("Download report").click()
    expect(page.get_by_role("link", name="DOCX")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="DOCX")).to_be_hidden()
    expect(page.get_by_text("Download report")).to_be_focused()


def test_choosing_a_filter_applies_it_and_leaves_no_empty_ones_in_the_address(page: Page) -> None:
    page.goto("/components/")
    page.get_by_label("Period").select_option("2022")
    page.wait_for_url("**/components/?period=2022")


def test_leaving_with_unsaved_work_asks_first(page: Page) -> None:
    page.goto("/components/")
    page.get_by_label("Reason").fill("two hours of work")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="migov").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Reason")).to_have_value("two hours of work")


def test_a_link_to_the_page_can_be_copied(open_page: OpenPage, shell: Site) -> None:
    page = open_page(shell, permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, "emil", shell)
    page.goto("/components/?period=2022")
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_selector(".copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{shell.url}/components/?period=2022"


def test_a_question_comes_before_something_is_stopped(page: Page) -> None:
    page.goto("/components/")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    page.get_by_role("button", name="Stop").click()
    assert page.url.endswith("/components/")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_url("**/search/**")
    assert asked == ["Stop this import? Nothing will be changed."] * 2


def test_a_part_of_the_page_that_fails_says_so_and_keeps_the_rest(page: Page) -> None:
    page.goto("/components/")
    WATCHED[page].documents |= {page.url.replace("components", "broken"), page.url.replace("components", "refused")}
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("alert")).to_contain_text("The server did not answer.")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("alert")).to_contain_text("This was refused.")
    page.wait_for_timeout(100)
    WATCHED[page].errors = [error for error in WATCHED[page].errors if "Response Status Error Code" not in error]


def test_a_wide_table_scrolls_with_the_keyboard(open_page: OpenPage, shell: Site) -> None:
    page = open_page(shell, width=390, height=780)
    sign_in(page, "emil", shell)
    page.goto("/components/")
    table = page.get_by_role("region", name="Projects")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.wrap[role=region]') !== null")
    expect(table).to_be_focused()


def test_error_pages_say_what_to_do(page: Page) -> None:
    for path, status, words in (
        ("/nothing-here", 404, "There is no such page"),
        ("/refused/", 403, "Only the M&E officer verifies values."),
        ("/broken/", 500, "Something broke on our side"),
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status
        expect(page.get_by_text(words)).to_be_visible()
        expect(page.get_by_role("link", name="To the start page")).to_be_visible()
        assert_accessible(page)


def test_a_second_step_can_be_set_up(open_page: OpenPage, shell: Site) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    page = open_page(shell)
    attempt(page, "kim", PASSWORD)
    page.locator(".user-menu summary").click()
    page.get_by_role("link", name="Two-step sign-in").click()
    assert_accessible(page)
    page.get_by_role("link", name="Set up").click()
    if page.get_by_role("heading", name="Is it still you?").is_visible():
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
    assert_accessible(page)
    secret = page.get_by_label("Or type this secret into the app").input_value()

    def code() -> str:
        return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))

    page.locator("#id_code").fill(code())
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes li").first.inner_text()
    assert_accessible(page)
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    attempt(page, "kim", PASSWORD)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert_accessible(page)
    page.locator("#id_code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("trafficking")
