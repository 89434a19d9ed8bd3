"""The words we send and say, in both languages, as templates over a short list of fields.

Words only; filling and checking them is in ``domain.templates``. Texts keep to the plain SMS alphabet: no ê, ç or curly
quotes, and ARRET without its accent, because one such letter doubles the price of a text.

Sources for what must be in them: CASL (S.C. 2010 c. 23) s. 6(2), 10(1), 11; SOR/2012-36 s. 2-4 (name, mailing address
and a way to answer, purpose, and that consent can be withdrawn); Telecommunications Act s. 41.7(3) for calls.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.model import Language

_HI_EN = "{% if name %}Hi {{ name }}, {% else %}Hello, {% endif %}"
_HI_FR = "Bonjour{% if name %} {{ name }}{% endif %}, "
_STOP_EN = " Reply STOP to opt out. {{ identity_url }}"
_STOP_FR = " ARRET pour ne plus recevoir de textos. {{ identity_url }}"

_SCRIPT_END_EN = (
    "\nIf they ask who we are: {{ business_name }}, {{ mailing_address }}, {{ phone }}."
    "\nIf they ask not to be called: say it is done, then press Do not call. We don't call again."
)
_SCRIPT_END_FR = (
    "\nSi on demande qui nous sommes : {{ business_name }}, {{ mailing_address }}, {{ phone }}."
    "\nSi on demande de ne plus appeler : dites que c'est fait, puis appuyez sur Ne plus appeler."
)

_ENGLISH = {
    "first_text": _HI_EN + "{{ business_name }} here, about buying {{ address }}. May we text you about it? Reply YES. "
    "You can withdraw any time: reply STOP. {{ mailing_address }}, {{ identity_url }}",
    "second_text": _HI_EN + "{{ business_name }} again, about {{ address }}. If you'd like an offer, reply YES or call "
    "{{ phone }}." + _STOP_EN,
    "third_text": _HI_EN + "this is our last text about {{ address }}. If you think of selling, reply YES or call "
    "{{ business_name }} at {{ phone }}." + _STOP_EN,
    "offer": _HI_EN + "{{ business_name }} here. Our offer for {{ address }} is {{ amount }}, subject to a signed "
    "contract. Reply here or call {{ phone }}." + _STOP_EN,
    "buyer_deal": "{{ business_name }}: {{ property_type }} in {{ place }} at {{ amount }}. We assign our contract, we "
    "don't own the property. Reply YES for details, NO to pass." + _STOP_EN,
    "opt_out_confirmation": "{{ business_name }}: you're opted out. We won't text or call you again. "
    "Questions? {{ phone }}",
    "consent_question": "{{ business_name }}: thanks for writing START. May we text you again about buying "
    "{{ address }}? Reply YES. You can withdraw any time: reply STOP. {{ mailing_address }}, {{ identity_url }}",
    "help_reply": "{{ business_name }} buys homes. {{ phone }}, {{ identity_url }}. Reply STOP to opt out.",
    "first_call": "Hello{% if name %}, is this {{ name }}{% endif %}? This is {{ agent }}, calling for "
    "{{ business_name }} about buying {{ address }}. Is this a good time?"
    "\nAsk: are you thinking of selling, what would need work, when, and what do you have in mind for a price?"
    + _SCRIPT_END_EN,
    "second_call": "Hello{% if name %}, is this {{ name }}{% endif %}? {{ agent }} again, calling for "
    "{{ business_name }} about buying {{ address }}. Is now better?"
    "\nAsk: has anything changed, and would an offer in writing help?" + _SCRIPT_END_EN,
    "third_call": "Hello{% if name %}, is this {{ name }}{% endif %}? {{ agent }}, calling for {{ business_name }} "
    "about buying {{ address }}. This is our last call unless you want us to stay in touch."
    "\nAsk: may we call again in some months? Write the answer in the note." + _SCRIPT_END_EN,
}

_FRENCH = {
    "first_text": _HI_FR + "ici {{ business_name }}, pour l'achat de votre maison ({{ address }}). Pouvons-nous "
    "vous en parler par texto? Répondez OUI. Retrait en tout temps : ARRET. {{ mailing_address }}, "
    "{{ identity_url }}",
    "second_text": _HI_FR
    + "c'est encore {{ business_name }}, au sujet de votre maison ({{ address }}). Pour une offre, "
    "répondez OUI ou appelez au {{ phone }}." + _STOP_FR,
    "third_text": _HI_FR
    + "dernier texto au sujet de votre maison ({{ address }}). Si vous pensez à vendre, répondez OUI "
    "ou appelez {{ business_name }} au {{ phone }}." + _STOP_FR,
    "offer": _HI_FR
    + "ici {{ business_name }}. Notre offre pour votre maison ({{ address }}) est de {{ amount }}, sous "
    "réserve d'un contrat signé. Répondez ici ou appelez au {{ phone }}." + _STOP_FR,
    "buyer_deal": "{{ business_name }} : {{ property_type }}, {{ place }}, {{ amount }}. Nous cédons notre contrat "
    "et ne sommes pas propriétaires. OUI pour les détails, NON pour passer." + _STOP_FR,
    "opt_out_confirmation": "{{ business_name }} : c'est noté. Nous ne vous enverrons plus de textos et ne vous "
    "appellerons plus. Questions? {{ phone }}",
    "consent_question": "{{ business_name }} : merci de votre message. Pouvons-nous vous texter de nouveau pour "
    "l'achat de votre maison ({{ address }})? Répondez OUI. Retrait en tout temps : ARRET. {{ mailing_address }}, "
    "{{ identity_url }}",
    "help_reply": "{{ business_name }} achète des maisons. {{ phone }}, {{ identity_url }}. Répondez ARRET pour ne "
    "plus recevoir de textos.",
    "first_call": "Bonjour{% if name %}, je parle bien à {{ name }}{% endif %}? Ici {{ agent }}, de la part de "
    "{{ business_name }}, au sujet de l'achat de votre maison ({{ address }}). Est-ce un bon moment?"
    "\nDemandez : pensez-vous à vendre, quels travaux, quand, et quel prix avez-vous en vue?" + _SCRIPT_END_FR,
    "second_call": "Bonjour{% if name %}, je parle bien à {{ name }}{% endif %}? Ici encore {{ agent }}, de la part de "
    "{{ business_name }}, au sujet de l'achat de votre maison ({{ address }}). Est-ce un meilleur moment?"
    "\nDemandez : y a-t-il du nouveau, et une offre écrite vous aiderait-elle?" + _SCRIPT_END_FR,
    "third_call": "Bonjour{% if name %}, je parle bien à {{ name }}{% endif %}? Ici {{ agent }}, de la part de "
    "{{ business_name }}, au sujet de l'achat de votre maison ({{ address }}). C'est notre dernier appel, sauf si vous "
    "voulez garder le contact."
    "\nDemandez : pouvons-nous rappeler dans quelques mois? Notez la réponse." + _SCRIPT_END_FR,
}

TEXTS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {Language.EN: MappingProxyType(_ENGLISH), Language.FR: MappingProxyType(_FRENCH)}
)
"""Templates by language and key; both languages have the same keys."""
