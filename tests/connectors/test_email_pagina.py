"""HTML of mails: what may be shown, and as text."""

from __future__ import annotations

import pytest

from connectors.email.pagina import limpa, texto


@pytest.mark.parametrize(
    ("pagina", "nunca"),
    [
        ("<script>alert(1)</script>oi", "alert"),
        ("<style>@import url(http://x)</style>oi", "import"),
        ("<img src='http://rastreia/1.gif'>oi", "rastreia"),
        ("<img src='//rastreia/1.gif'>oi", "rastreia"),
        ("<img src='data:image/svg+xml,<svg onload=alert(1)>'>oi", "data:"),
        ("<img srcset='http://rastreia/1.gif 1x'>oi", "rastreia"),
        ("<p style='background:url(http://rastreia)'>oi</p>", "rastreia"),
        ("<table background='http://rastreia'><tr><td>oi</td></tr></table>", "rastreia"),
        ("<body background='http://rastreia'>oi", "rastreia"),
        ("<a href='javascript:alert(1)'>oi</a>", "alert"),
        ("<a href=' jav&#x09;ascript:alert(1)'>oi</a>", "alert"),
        ("<p onclick='alert(1)'>oi</p>", "alert"),
        ("<form action='http://x'><input name=senha>oi</form>", "senha"),
        ("<iframe src='http://x'></iframe>oi", "http"),
        ("<svg><script>alert(1)</script></svg>oi", "alert"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></mtext></math>oi", "alert"),
        ("<!--[if mso]><script>alert(1)</script><![endif]-->oi", "alert"),
        ("<base href='http://x'>oi", "http"),
        ("<link rel=stylesheet href='http://x'>oi", "http"),
        ("<meta http-equiv=refresh content='0;url=http://x'>oi", "http"),
        ("<video src='http://x' poster='http://x'></video>oi", "http"),
        ("<title>titulo</title>oi", "titulo"),
    ],
)
def test_what_acts_or_calls_home_is_gone(pagina: str, nunca: str) -> None:
    limpada = limpa(pagina)
    assert nunca not in limpada
    assert "oi" in texto(limpada)


def test_what_came_with_the_mail_is_kept() -> None:
    assert 'src="cid:logo@x"' in limpa('<img src="cid:logo@x" alt="Logo">')
    assert 'href="https://exemplo.com/a?b=1&amp;c"' in limpa('<a href="https://exemplo.com/a?b=1&c">x</a>')


@pytest.mark.parametrize(
    ("pagina", "esperado"),
    [
        ("<p>um</p><p>dois</p>", "um\n\ndois"),
        ("um<br>dois<br><br>três", "um\ndois\n\ntrês"),
        ("<div>um</div><div>dois</div>", "um\ndois"),
        ("<div>um<div>dois</div></div>três", "um\ndois\ntrês"),
        ("<ul><li>um</li><li>dois</li></ul>", "- um\n- dois"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a  b\nc  d"),
        ("um\n   dois&nbsp;&nbsp;três", "um dois três"),
        ("&lt;b&gt; &amp; &eacute; &#128512;", "<b> & é 😀"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<a href='https://x.y/z'>clique</a>", "clique <https://x.y/z>"),
        ("<a href='https://x.y/z'>https://x.y/z</a>", "https://x.y/z"),
        ("<a href='mailto:a@b.c'>a@b.c</a>", "a@b.c"),
        ("<img src='http://x' alt='Logo'>oi", "[Logo]oi"),
        (
            "<p>oi</p><blockquote><p>antes</p><blockquote>mais antes</blockquote></blockquote>",
            "oi\n\n> antes\n>\n> > mais antes",
        ),
        ("<b>um</b><i>dois</i>", "umdois"),
        ("", ""),
        ("<p>", ""),
    ],
)
def test_a_page_as_text(pagina: str, esperado: str) -> None:
    assert texto(limpa(pagina)) == esperado


@pytest.mark.parametrize(
    "pedaco",
    ["<div>", "<b>", "<p>", "<a ", "<!--", "<table>", "<td>", "<style>", "<title", "&lt;", "<blockquote>", "<pre>\n",
     "</p>", "<a href=x>", "<font><p>", "<svg><p>", "<math>", "<select>", "<li>", "<x", "]]>", "<![CDATA[", "<?", "&#"],
)  # fmt: skip
def test_a_page_of_one_thing_a_hundred_thousand_times_takes_little_time(pedaco: str) -> None:
    assert len(texto(limpa(pedaco * 100_000))) < 5_000_000


def test_what_is_too_deep_is_still_read() -> None:
    assert texto(limpa("<div>" * 5_000 + "a &lt; b" + "</div>" * 5_000)).strip() == "a < b"
