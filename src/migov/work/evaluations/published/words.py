"""Words of the published register and what they mean in migov: thematic areas, countries under other names, things that say nothing."""

from __future__ import annotations

# Thematic areas of the register → themes of expertise (codes of people.Theme); none where an area belongs to all of them.
THEMES: dict[str, tuple[str, ...]] = {
    "Assistance to vulnerable migrants": ("assistance",),
    "Border and identity solutions (border management, security, border assessment etc)": ("borders",),
    "Counter trafficking": ("protection",),
    "Donor(s) assessment": (),
    "Facilitated migration services (consular services, visas, self-payer support)": ("assistance",),
    "International Migration law": (),
    "Labour migration (ethical recruitment, labour market etc)": ("labour",),
    "Land, property and reparations (LPR)": ("emergency",),
    "Media and communications": (),
    "Migrant training and integration (including community cohesion)": ("labour",),
    "Migration and climate change": ("environment",),
    "Migration and Development - community development": ("labour",),
    "Migration and Development - diaspora": ("labour",),
    "Migration and Development - mainstreaming migration into development": ("labour",),
    "Migration and Development - remittances and financial empowerment": ("labour",),
    "Migration health (assessment, travel, health promotion, crisis-affected)": ("health",),
    "Migration health policy and partnerships": ("health",),
    "Migration policy - dialogue, consultations etc and Migration Management": (),
    "Migration research": ("data",),
    "Multiple thematic overview": (),
    "Organisational policy/strategy": (),
    "Partnerships": (),
    "Preparedness and Response - assistance to displaced populations": ("emergency",),
    "Preparedness and Response - Camp coordination camp management": ("emergency",),
    "Preparedness and Response - Disaster risk management": ("emergency",),
    "Preparedness and Response - Displacement Tracking matrix": ("data", "emergency"),
    "Preparedness and Response - Emergency preparedness": ("emergency",),
    "Preparedness and Response - Emergency response (including shelter, NFIs, WASH)": ("emergency",),
    "Resettlement and Movement Management (RMM)": ("assistance",),
    "Return and AVRR": ("assistance",),
    "Transition Recovery - community stabilisation": ("emergency",),
    "Transition Recovery - disarmament demobilisation and reintegration": ("emergency",),
    "Transition Recovery - disaster risk reduction": ("emergency", "environment"),
    "Transition Recovery - durable solutions": ("emergency",),
    "Transition Recovery - early recovery": ("emergency",),
    "Transition Recovery - election assistance and out of country voting": ("emergency",),
    "Transition Recovery - peacebuilding and peace preservation": ("emergency",),
    "Transition Recovery - preventing violent extremism": ("emergency",),
}

# Names of countries and areas that the register writes otherwise → ISO 3166-1 alpha-3.
OTHER_NAMES: dict[str, str] = {
    "bolivia (the plurinational state of)": "BOL",
    "dominca": "DMA",
    "kingdom of tonga": "TON",
    "kosovo": "XKX",
    "kosovo (unscr 1244)": "XKX",
    "moldova": "MDA",
    "solomon island": "SLB",
    "the bahamas": "BHS",
    "the republic of moldova": "MDA",
    "turkey": "TUR",
    "united states of america (the)": "USA",
    "unsc resolution -administered kosovo": "XKX",
    "unsc resolution 1244-administered kosovo": "XKX",
}
# In the column of countries, but no country.
NO_COUNTRY = frozenset({"worldwide", "global", "regional", "n/a", "not applicable", "not specified", "multiple"})
# In the column of donors, but no donor.
NO_DONOR = frozenset({"not specified", "not available", "not applicable", "multiple", "n/a", "none"})
# Names that hold a comma, so that the comma does not part them.
WITH_COMMAS = ("African, Caribbean and Pacific Groups of States Observatory on Migration",)
NONE = frozenset({"none", "n/a", "not applicable"})
