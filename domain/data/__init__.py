"""Tables that ship with the domain: built ones and hand-kept ones. Sources and licences: NOTICE.md."""
