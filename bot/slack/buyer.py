"""``/buyer``: put a buyer and their box on the list, and look at the list."""

from collections.abc import Mapping

from slack_bolt import App

from bot.deps import Deps
from bot.slack import commands
from bot.slack.asking import Asked
from bot.slack.commands import Root, Verb
from bot.views import buyer as view
from bot.views.blocks import Rendered
from domain import geo, money, oneline, options, property_types, provinces
from domain.errors import DomainError
from domain.model import Language, Role
from domain.property_types import PropertyType
from domain.provinces import Province
from flows import add_buyer
from storage import buyers

LIST_LIMIT = 20

EXAMPLE = "/buyer add Sam Roy phone=416-555-0123 province=ON market=Toronto type=house min=200k max=600k"

KEYS = ("baths", "beds", "email", "lang", "market", "max", "min", "phone", "province", "type")

_ALIASES = {"provinces": "province", "prov": "province", "markets": "market", "types": "type", "language": "lang"}


def register(app: App, deps: Deps) -> None:
    """Attach the command."""
    commands.attach(app, deps, ROOT)


def _add(deps: Deps, asked: Asked, words: str) -> Rendered:
    name, raw = options.split(words)
    given = _known(raw)
    if not name or "phone" not in given:
        raise DomainError("buyer_incomplete", f"A buyer needs a name and a phone number: {EXAMPLE}")
    homes = _provinces(given)
    request = add_buyer.BuyerRequest(
        key=asked.key,
        actor=asked.member(),
        name=name,
        phone=given["phone"],
        provinces=homes,
        markets=_markets(given, homes),
        property_types=_types(given),
        min_price_cents=_price(given, "min", 0, otherwise=0),
        max_price_cents=_price(given, "max", money.CENTS_PER_DOLLAR, otherwise=money.AMOUNT_MAX_CENTS),
        min_beds=_rooms(given, "beds"),
        min_baths=_rooms(given, "baths"),
        language=_language(given),
        email=oneline.parse_email(given["email"]) if "email" in given else None,
    )
    buyer = add_buyer.add(deps.db, deps.team, request, deps.clock())
    if buyer is None:
        raise DomainError("repeated", "This was handled already. Nothing new was done.")
    return view.added(buyer)


def _list(deps: Deps, _asked: Asked, _words: str) -> Rendered:
    with deps.db.read() as tx:
        return view.listing(buyers.newest(tx, LIST_LIMIT))


def _bare(_deps: Deps, _asked: Asked, _words: str) -> Rendered:
    raise DomainError("no_verb", f"Add a buyer or list them: {EXAMPLE} · /buyer list · /buyer help")


def _known(raw: Mapping[str, str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for key, value in raw.items():
        proper = _ALIASES.get(key, key)
        if proper not in KEYS:
            raise options.unknown(key, KEYS)
        if not value or proper in given:
            raise DomainError("option", f"'{proper}=' needs one value, once.", field=proper)
        given[proper] = value
    return given


def _several(given: Mapping[str, str], key: str) -> list[str]:
    return [part.strip() for part in given.get(key, "").split(",") if part.strip()]


def _provinces(given: Mapping[str, str]) -> frozenset[Province]:
    found = {word: provinces.parse(word) for word in _several(given, "province")}
    for word, province in found.items():
        if province is None:
            codes = ", ".join(Province)
            raise DomainError("province", f"Unknown province '{options.echo(word)}'. Use: {codes}.", field="province")
    return frozenset(province for province in found.values() if province is not None)


def _markets(given: Mapping[str, str], homes: frozenset[Province]) -> frozenset[str]:
    return frozenset(_market(word, homes) for word in _several(given, "market"))


def _market(word: str, homes: frozenset[Province]) -> str:
    """Return the market a town lies in, by the same table that places leads, so that the two can meet."""
    places = [geo.locate(f"{word}, {province}") for province in sorted(homes)] or [geo.locate(word)]
    for place in places:
        if place.market != geo.ALL_MARKETS:
            return place.market
    raise DomainError(
        "market", f"No market called '{options.echo(word)}'. Use a city such as Toronto, or leave it out."
    )


def _types(given: Mapping[str, str]) -> frozenset[str]:
    found = {word: property_types.parse(word) for word in _several(given, "type")}
    for word, kind in found.items():
        if kind is None:
            raise options.unknown(word, list(PropertyType), field="type")
    return frozenset(kind.value for kind in found.values() if kind is not None)


def _price(given: Mapping[str, str], key: str, minimum_cents: int, *, otherwise: int) -> int:
    if key not in given:
        return otherwise
    maximum = money.AMOUNT_MAX_CENTS
    return money.parse_cents(given[key], field=key, minimum_cents=minimum_cents, maximum_cents=maximum)


def _rooms(given: Mapping[str, str], key: str) -> int:
    digits = given.get(key, "0").removesuffix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(oneline.MAX_ROOMS))):
        raise DomainError("rooms_unreadable", f"{key}= must be a whole number 0–{oneline.MAX_ROOMS}.", field=key)
    return min(int(digits), oneline.MAX_ROOMS)


def _language(given: Mapping[str, str]) -> Language:
    word = given.get("lang", Language.EN.value).lower()[:2]
    if word not in set(Language):
        raise options.unknown(given["lang"], list(Language), field="lang")
    return Language(word)


ROOT = Root(
    name="buyer",
    verbs={"add": Verb(_add, changes=True), "list": Verb(_list, Role.VIEWER)},
    bare=Verb(_bare, Role.VIEWER),
)
