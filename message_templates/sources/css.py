"""CSS written into the tags of an HTML template, once, when it is loaded, and not into each mail.

Jinja's tags are set aside behind comments and tokens that an HTML parser leaves where they are, `css_inline`
works on the skeleton, and the tags come back.
"""

import re

import css_inline

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_TAG = re.compile(r"(\{%.*?%\}|\{\{.*?\}\})", re.DOTALL)
_TOKEN = re.compile(r"<!--relance:(\d+)-->|⟦relance:(\d+)⟧")


def inlined(source: str, css: str) -> str:
    """Return an HTML template with `css` in the style of each tag; what `<style>` holds itself stays."""
    pieces = _TAG.split(_COMMENT.sub("", source))
    bare, tags = "", pieces[1::2]
    for number, text in enumerate(pieces[::2]):
        bare += text
        if number < len(tags):
            # Between tags a comment stays where it is, even in a table; a word does elsewhere.
            within = bare.rfind("<") > bare.rfind(">") or tags[number].startswith("{{")
            bare += f"⟦relance:{number}⟧" if within else f"<!--relance:{number}-->"
    if "<html" in bare:
        done = css_inline.CSSInliner(inline_style_tags=False, keep_style_tags=True, extra_css=css).inline(
            bare
        )
    else:
        done = css_inline.CSSInliner().inline_fragment(bare, css)
    return _TOKEN.sub(lambda match: tags[int(match[1] or match[2])], done)
