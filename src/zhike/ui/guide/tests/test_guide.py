"""The guide inside the product: every chapter in both languages, no link or picture that leads nowhere."""

import re
from pathlib import Path

import pytest
from django.test import Client

from zhike.ui.guide.chapters import find_explanation, folder, list_chapters
from zhike.ui.guide.markdown import render_markdown

LANGUAGES = ("zh-hans", "en")
ADDRESS = re.compile(r'(?:href|src)="([^"]*)"')


def render(text: str) -> str:
    return str(render_markdown(f"# Title\n\n{text}", address_of=lambda target: target, folder=Path("/nowhere")).body)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_opens_and_what_it_points_to_is_there(client: Client, language: str) -> None:
    broken = []
    for chapter in list_chapters(language):
        page = client.get(chapter.url, headers={"Accept-Language": language})
        assert page.status_code == 200
        assert f'<h1 class="zk-title">{chapter.title}</h1>' in page.text
        local = {one for one in ADDRESS.findall(str(chapter.body)) if one.startswith("/")}
        broken += [one for one in local if client.get(one.partition("#")[0]).status_code != 200]
        assert not re.search(r'(href|src)=""', str(chapter.body))
    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_chapters_come_as_people_learn_and_each_is_written_in_both_languages(language: str) -> None:
    chapters = list_chapters(language)
    learnt = ["README", "customers", "imports", "classes", "rules", "policies", "fields"]
    assert [one.key for one in chapters][: len(learnt)] == learnt
    assert {one.language for one in chapters} == {"zh-Hans" if language == "zh-hans" else "en"}
    assert [one for one in chapters if not one.title] == []
    english = {path.stem for path in folder().glob("*.md") if ".zh-CN" not in path.name}
    assert {path.stem.removesuffix(".zh-CN") for path in folder().glob("*.zh-CN.md")} == english


@pytest.mark.parametrize(
    ("path", "chapter"),
    [
        ("/", "/ui/guide/"),
        ("/customers/17/", "/ui/guide/customers/"),
        ("/settings/schemes/rfm/", "/ui/guide/classes/"),
        ("/settings/schemes/rfm/rules/large/", "/ui/guide/rules/"),
        ("/imports/new/", "/ui/guide/imports/"),
        ("/nowhere/", "/ui/guide/"),
    ],
)
def test_the_help_of_a_page_is_the_chapter_that_explains_it(path: str, chapter: str) -> None:
    assert find_explanation(path) == chapter


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["nothing/", "pictures/..%2FREADME.md", "pictures/workbench.webp", "pictures/nothing.en.webp", "README.md/"]
)
def test_what_is_no_chapter_and_no_picture_is_not_there(client: Client, path: str) -> None:
    assert client.get(f"/ui/guide/{path}").status_code == 404


def test_html_in_the_text_stays_text_and_no_script_address_becomes_a_link() -> None:
    html = render('<script>alert(1)</script>\n\nA <b onclick="x()">b</b> and [a link](javascript:alert(1)).')
    assert "<script" not in html
    assert "<b " not in html
    assert "javascript:" not in re.findall(r'href="([^"]*)"', html)


def test_lines_of_chinese_join_without_a_space_and_a_line_of_links_below_the_title_is_left_out() -> None:
    assert render("[中文](a.md) · [More](b.md)\n\n第一行。\n第二行\nand more") == "<p>第一行。第二行\nand more</p>\n"
