"""What a route is: one address, who may open it, and the view that answers."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbcredit.domain.organisations import OrganisationKind
from nbcredit.runtime.work_site.refusals import NoSuchPage, WrongMethod
from nbcredit.runtime.work_site.responses import Response

# Takes the `Desk`; views of open routes take the `Visit`.
View = Callable[[Any], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address of the site.

    A page of a desk names in `call` the call that it stands upon: it is open to whom the matrix
    allows that call, and so is its entry in the menu. Without a call it is open to all members;
    `open_to_all` needs no session. A form that `takes_file` may be larger than others.
    """

    method: str
    path: str
    view: View
    call: str = ""
    open_to_all: bool = False
    form_checked: bool = True
    takes_file: bool = False


def page(path: str, view: View, *, call: str = "") -> Route:
    """Return a page of a desk."""
    return Route(method="GET", path=path, view=view, call=call)


def form(path: str, view: View, *, call: str = "", takes_file: bool = False) -> Route:
    """Return where a form of a desk is sent to."""
    return Route(method="POST", path=path, view=view, call=call, takes_file=takes_file)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu; with `kinds`, for members of such organisations alone."""

    title: str
    path: str
    kinds: Collection[OrganisationKind] = ()


@dataclass(frozen=True)
class RouteTable:
    """All routes, found by the path of a request."""

    routes: Sequence[Route]
    _patterns: list[tuple[re.Pattern[str], str]] = field(init=False, repr=False)
    _by_path: Mapping[str, dict[str, Route]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_path: dict[str, dict[str, Route]] = {}
        for route in self.routes:
            if route.method in by_path.setdefault(route.path, {}):
                raise ValueError(f"{route.method} {route.path} is there twice")
            by_path[route.path][route.method] = route
        # A path that is spelled out goes before one with parameters.
        ordered = sorted(by_path, key=lambda path: ("{" in path, path))
        object.__setattr__(self, "_by_path", by_path)
        object.__setattr__(self, "_patterns", [(_pattern(path), path) for path in ordered])

    def resolve(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route with the parameters of its path, or raise what is to be told."""
        for pattern, template in self._patterns:
            matched = pattern.fullmatch(path)
            if matched is None:
                continue
            methods = self._by_path[template]
            if method in methods:
                return methods[method], matched.groupdict()
            raise WrongMethod(tuple(sorted(methods)))
        raise NoSuchPage

    def at(self, method: str, path: str) -> Route | None:
        """Return the route with exactly that template."""
        return self._by_path.get(path, {}).get(method)


def _pattern(path: str) -> re.Pattern[str]:
    spelled = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
    return re.compile(spelled)
