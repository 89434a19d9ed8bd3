"""What people see in Slack, drawn from domain values by pure functions; nothing here reads, writes or knows the time.

A card or answer is a ``blocks.Rendered`` (text and blocks); a modal or Home is a view as a dict, for ``views.open`` and
``views.publish``. Post a Rendered with ``text`` and ``blocks``, with ``mrkdwn=False`` where the method takes it, never
with ``link_names``.

Cards, one for each kind in the list of cards:
    lead.card(LeadSheet), call.card(CallSheet), reply.card(ReplySheet), approval.card(ApprovalSheet),
    doubt.card(DoubtSheet), dead.message(DeadMessageSheet), dead.rung(DeadRungSheet), policy.card(PolicySheet),
    briefing.card(BriefingSheet) and briefing.without_chart(rendered), notice.card(text), notice.alert(reason, since)
Answers to a command or click:
    lead.opened(lead, verdict, hints=()), lead.listing(leads, title, action=None),
    deal.briefed(deal, lead, offer, approval, matched), deal.what_if(offer), deal.pick(leads),
    policy.proposed(policy), policy.shown(scope, rules, waiting, at), policy.listing(policies),
    policy.history(scope, versions), buyer.listing(buyers, title), buyer.added(buyer), status.card(StatusSheet),
    help.root(name), help.COMMANDS
Views:
    lead.modal(prefill, errors=None, metadata=None), lead.reveal(lead), deal.modal(lead, deal, errors=None),
    approval.counter_modal(approval, ceiling_cents), notice.modal(title, sentence),
    policy_form.modal(scope, known), home.view(status, mine=(), waiting=(), policies={})
Modals: ``callback_id`` is lead.new, deal.new, policy.edit or approval.counter; every field's ``block_id`` is its name,
its ``action_id`` is ``value``. ``private_metadata``: what the caller gave (lead.new), the lead's id (deal.new), and
``<approval_id>:<revision>`` (approval.counter).
Buttons: the ``action_id`` names what happens, the ``value`` what it happens to; see each card.
"""
