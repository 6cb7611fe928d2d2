"""The files of the browser components: each has an address, which changes with any of them."""

import re
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from posixpath import normpath

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

COMPONENTS = Path(__file__).parent / "components"
KINDS = {".js": "text/javascript", ".css": "text/css"}

LOADER = """
const mounted = new WeakMap();
const asked = new Set();

// Modules are found one import after the other; this way all are on their way at once.
function fetchEarly(urls) {
  for (const url of urls.filter((one) => !asked.has(one))) {
    asked.add(url);
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = url;
    document.head.append(link);
  }
}

export default function (component) {
  const { main, parts } = component.data.code;
  const url = new URL(main, document.baseURI);
  const known = mounted.get(component.parentElement) ?? {};
  mounted.set(component.parentElement, known);
  known.left = false;
  if (!known.module) fetchEarly(parts.map((part) => new URL(part, url).href));
  known.module ??= import(url);
  known.module.then((module) => {
    if (!known.left) known.leave = module.mount(component);
  });
  return () => {
    known.left = true;
    known.leave?.();
    mounted.delete(component.parentElement);
  };
}
"""
"""What Streamlit is given of a component: it takes one text, and the modules are files."""


IMPORTED = re.compile(r'\bfrom "(\.[^"]+)"')


def component_code(name: str) -> dict[str, object]:
    """What LOADER reads as data.code: the address of main.js, and from there its modules."""
    url = component_url(name)
    return {"main": url, "parts": _imported(f"{name}/main.js", url)}


def module_urls(name: str) -> list[str]:
    """The addresses of all modules of a component, main.js first."""
    url = component_url(name)
    return [url, *(normpath(f"{url}/../{part}") for part in _imported(f"{name}/main.js", url))]


@lru_cache(maxsize=8)
def _imported(main: str, version: str) -> list[str]:
    """Every module that one imports, itself or through others, as named from its folder."""
    found, new = {main}, {main}
    while new:
        names = {
            normpath(f"{one}/../{named}")
            for one in new
            for named in IMPORTED.findall((COMPONENTS / one).read_text(encoding="utf-8"))
        }
        new = names - found
        found |= new
    return sorted(f"../{one}" for one in found - {main})


def component_url(name: str) -> str:
    """Address of a component's main module; another one after every change of a file.

    All components lie below one version, so that they may import from each other.
    """
    return f"/module/{_version()}/{name}/main.js"


async def module(request: Request) -> Response:
    """A file of a component. Only what lies in a component's folder has an address."""
    path = COMPONENTS / request.path_params["folder"] / request.path_params["file"]
    if path.resolve().parent.parent != COMPONENTS.resolve() or not _is_part(path):
        return PlainTextResponse("There is no such file.\n", 404)
    return Response(
        path.read_bytes(),
        media_type=KINDS[path.suffix],
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _is_part(path: Path) -> bool:
    return path.suffix in KINDS and path.is_file()


def _version() -> str:
    digest = blake2b(digest_size=8)
    for path in filter(_is_part, sorted(COMPONENTS.glob("*/*"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


ROUTES = [Route("/module/{version}/{folder}/{file}", module)]
