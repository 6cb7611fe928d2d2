"""The files of the browser components: each has an address, which changes with any of them."""

from hashlib import blake2b
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

COMPONENTS = Path(__file__).parent / "components"
KINDS = {".js": "text/javascript", ".css": "text/css"}

LOADER = """
const mounted = new WeakMap();

export default function (component) {
  const url = new URL(component.data.code, document.baseURI);
  const known = mounted.get(component.parentElement) ?? {};
  mounted.set(component.parentElement, known);
  known.left = false;
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


def component_url(name: str) -> str:
    """Address of a component's main module; another one after every change of a file.

    All components lie below one version, so that they may import from each other.
    """
    return f"/module/{_version()}/{name}/main.js"


async def module(request: Request) -> Response:
    """A file of a component. Only what lies in a component's folder has an address."""
    path = _files().get((request.path_params["folder"], request.path_params["file"]))
    if path is None:
        return PlainTextResponse("There is no such file.\n", 404)
    return Response(
        path.read_bytes(),
        media_type=KINDS[path.suffix],
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _files() -> dict[tuple[str, str], Path]:
    """By folder and name what the components are made of."""
    paths = sorted(COMPONENTS.glob("*/*"))
    return {(path.parent.name, path.name): path for path in paths if path.suffix in KINDS}


def _version() -> str:
    digest = blake2b(digest_size=8)
    for path in _files().values():
        digest.update(path.read_bytes())
    return digest.hexdigest()


ROUTES = [Route("/module/{version}/{folder}/{file}", module)]
