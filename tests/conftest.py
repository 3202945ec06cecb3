"""What several folders of tests share: one browser."""

import pytest

from coursekit.lab.driver import chromium_options


@pytest.fixture(scope="session")
def chromium():
    """A running browser; skipped, with what to install, where there is none."""
    try:
        options = chromium_options()
    except FileNotFoundError as error:
        pytest.skip(f"browser tests: {error}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()
