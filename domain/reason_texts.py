"""The words for every answer of the gate, in English and French, keyed by the codes in ``domain.verdicts``.

Rules and numbers live elsewhere; how the blanks are filled is ``domain.reasons.sentence``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.model import Channel, Language

# Placeholders: {place} province, {channels} texts/calls/e-mails, {when} next lawful minute in local time with its
# clock, {rule} name of the rule, {detail} what the rule adds, such as the switch that pauses or the holiday.
REASONS: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        Language.EN: {
            "gate_error": "Held: a fact was missing or a rule failed ({detail}), so nothing was sent",
            "paused": "Held: sending is paused for {detail}",
            "ladder_not_running": "Held: the ladder of this lead is not running",
            "clock_untrusted": "Held: the time-zone tables of this machine are wrong; run heimdall doctor",
            "expired": "Not sent: its time had passed",
            "no_consent": "Not sent: no consent on record for {channels}",
            "consent_needs_yes": "Not sent: their inquiry has been answered; anything further needs their YES",
            "consent_used": "Not sent: the one message this ground allows has been sent; get their YES first",
            "consent_ended": "Not sent: the consent on record has run out or was withdrawn",
            "consent_does_not_fit": "Not sent: the consent on record does not cover this kind of message",
            "no_opt_out_to_confirm": "Not sent: no STOP of the last 15 minutes to confirm",
            "no_start_to_answer": "Not sent: no START of the last 15 minutes to answer, or another order stands",
            "suppressed": "Not sent: {detail}",
            "stop_unread": "Held: they may have asked us to stop; somebody must read their text in the thread",
            "national_list": "Not called: on the National Do Not Call List, and nothing on record exempts this call",
            "national_list_stale": "Held: the National Do Not Call List is more than 31 days old; import it again",
            "national_list_unchecked": "Held: this number was not looked up in the National Do Not Call List",
            "channel_off": "Not sent: this team does not use {channels}",
            "place_unknown": "No province, so no legal window: nothing sent",
            "legal_holiday": "{place} {channels} rest on a statutory holiday{detail} and open {when}",
            "legal_window": "{place} {channels} open {when}: {rule}",
            "called_recently": "Held: called within 30 days, and {place} allows one call in 30 days; next look {when}",
            "team_closed_day": "{place} {channels} rest today by team policy and open {when}",
            "team_window": "{place} {channels} open {when}: {rule}",
            "day_cap": "Held: this person has had the day's limit of messages; next look {when}",
            "month_cap": "Held: this person has had the limit of messages for 30 days; next look {when}",
            "same_body": "Not sent: the same text went to them within 24 hours",
            "team_cap": "Held: the team has sent its limit for an hour; next look {when}",
            "in_flight": "Held: another text to this number is still on its way",
            "window_closing": "Held: less than a minute is left; {place} {channels} open {when}",
        },
        Language.FR: {
            "gate_error": "Retenu\u00a0: une donnée manquait ou une règle a échoué ({detail}), rien n’est parti",
            "paused": "Retenu\u00a0: les envois sont suspendus pour {detail}",
            "ladder_not_running": "Retenu\u00a0: la séquence de cette piste est à l’arrêt",
            "clock_untrusted": "Retenu\u00a0: les fuseaux horaires de cette machine sont faux; lancez heimdall doctor",
            "expired": "Non envoyé\u00a0: le délai était passé",
            "no_consent": "Non envoyé\u00a0: aucun consentement noté pour les {channels}",
            "consent_needs_yes": "Non envoyé\u00a0: la demande a reçu sa réponse; la suite exige un OUI",
            "consent_used": "Non envoyé\u00a0: le seul message permis est parti; il faut d’abord un OUI",
            "consent_ended": "Non envoyé\u00a0: le consentement noté est échu ou retiré",
            "consent_does_not_fit": "Non envoyé\u00a0: le consentement noté ne couvre pas ce genre de message",
            "no_opt_out_to_confirm": "Non envoyé\u00a0: aucun ARRÊT des 15 dernières minutes à confirmer",
            "no_start_to_answer": "Non envoyé\u00a0: aucun START des 15 dernières minutes, ou un autre ordre tient",
            "suppressed": "Non envoyé\u00a0: {detail}",
            "stop_unread": "Retenu\u00a0: la personne demande peut-être l’arrêt; quelqu’un doit lire son texto",
            "national_list": "Pas d’appel\u00a0: numéro sur la Liste nationale de numéros de télécommunication exclus",
            "national_list_stale": "Retenu\u00a0: la Liste nationale a plus de 31 jours; importez-la de nouveau",
            "national_list_unchecked": "Retenu\u00a0: ce numéro n’a pas été cherché dans la Liste nationale",
            "channel_off": "Non envoyé\u00a0: cette équipe n’utilise pas les {channels}",
            "place_unknown": "Aucune province, donc aucune plage légale\u00a0: rien n’est envoyé",
            "legal_holiday": "{place}\u00a0: {channels} au repos un jour férié{detail}, ouverture {when}",
            "legal_window": "{place}\u00a0: {channels}, ouverture {when} ({rule})",
            "called_recently": "Retenu\u00a0: appel fait depuis moins de 30 jours ({place}), à revoir {when}",
            "team_closed_day": "{place}\u00a0: {channels} au repos aujourd’hui (équipe), ouverture {when}",
            "team_window": "{place}\u00a0: {channels}, ouverture {when} ({rule})",
            "day_cap": "Retenu\u00a0: limite du jour atteinte pour cette personne, à revoir {when}",
            "month_cap": "Retenu\u00a0: limite de 30 jours atteinte pour cette personne, à revoir {when}",
            "same_body": "Non envoyé\u00a0: le même texte est parti il y a moins de 24 heures",
            "team_cap": "Retenu\u00a0: limite horaire de l’équipe atteinte, à revoir {when}",
            "in_flight": "Retenu\u00a0: un autre texto à ce numéro est encore en route",
            "window_closing": "Retenu\u00a0: il reste moins d’une minute; {place}, {channels}, ouverture {when}",
        },
    }
)

DAYS: Final[Mapping[Language, tuple[str, ...]]] = MappingProxyType(
    {
        Language.EN: (
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
            "today",
            "tomorrow",
        ),
        Language.FR: ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "aujourd’hui", "demain"),
    }
)
"""Names of the days of the week, Monday first, then of today and tomorrow."""

NEVER: Final[Mapping[Language, str]] = MappingProxyType(
    {Language.EN: "at no time within 31 days", Language.FR: "à aucun moment d’ici 31 jours"}
)
"""Stands for the next lawful minute where none is in sight; 31 is ``domain.windows.HORIZON_DAYS``."""

LIVE_CALL: Final = "Live call: no consent needed under CASL"
ANSWER_TO_STOP: Final = "Answer to their STOP"
ANSWER_TO_START: Final = "Answer to their START: asks for a YES"

GROUNDS: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        Language.EN: {},
        Language.FR: {
            LIVE_CALL: "Appel de vive voix\u00a0: aucun consentement exigé par la LCAP",
            ANSWER_TO_STOP: "Réponse à leur ARRÊT",
            ANSWER_TO_START: "Réponse à leur START\u00a0: demande un OUI",
        },
    }
)
"""Grounds that are no recorded consent, by their English name."""

ALLOWED: Final[Mapping[Language, str]] = MappingProxyType(
    {Language.EN: "May leave until {when}. {detail}", Language.FR: "Peut partir jusqu’à {when}. {detail}"}
)

CHANNELS: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        Language.EN: {Channel.SMS: "texts", Channel.CALL: "calls", Channel.EMAIL: "e-mails"},
        Language.FR: {Channel.SMS: "textos", Channel.CALL: "appels", Channel.EMAIL: "courriels"},
    }
)

DETAILS: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        Language.EN: {
            "all": "everybody",
            "ladder": "ladders",
            "stop": "they asked to stop",
            "internal_do_not_call": "they asked not to be called",
            "carrier_block": "their carrier blocks our texts",
            "wrong_number": "it is a wrong number",
            "national_do_not_call": "the number is on the National Do Not Call List",
        },
        Language.FR: {
            "all": "tout le monde",
            "ladder": "les séquences",
            "stop": "la personne a demandé l’arrêt",
            "internal_do_not_call": "la personne ne veut pas d’appels",
            "carrier_block": "son fournisseur bloque nos textos",
            "wrong_number": "mauvais numéro",
            "national_do_not_call": "numéro sur la Liste nationale",
        },
    }
)

RULES: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        Language.EN: {
            "utr.hours": "call hours of the CRTC",
            "bc.hours": "call hours of British Columbia",
            "company.hours": "company hours, the same as for calls",
            "team.hours": "this team's own hours",
        },
        Language.FR: {
            "utr.hours": "heures d’appel du CRTC",
            "bc.hours": "heures d’appel de la Colombie-Britannique",
            "company.hours": "heures de l’entreprise, les mêmes que pour les appels",
            "team.hours": "heures de l’équipe",
        },
    }
)

NOTES: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        Language.EN: {
            "company_hours": "no law sets hours for this channel, the company keeps the call hours",
            "no_national_list": "no National Do Not Call List has been imported, so the number was not looked up",
            "exempt_from_national_list": "on the National Do Not Call List, but this ground exempts the call",
            "several_clocks": "the place may keep several clocks, and all are inside the hours",
            "place_in_doubt": "the evidence about the place disagrees",
        },
        Language.FR: {
            "company_hours": "aucune loi ne fixe d’heures pour ce canal, l’entreprise garde celles des appels",
            "no_national_list": "aucune Liste nationale n’a été importée, le numéro n’a donc pas été cherché",
            "exempt_from_national_list": "sur la Liste nationale, mais ce motif exempte l’appel",
            "several_clocks": "l’endroit peut suivre plusieurs heures, toutes sont dans la plage",
            "place_in_doubt": "les indices sur l’endroit se contredisent",
        },
    }
)
