from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuggestionsConfig(AppConfig):
    name = "migov.services.suggestions"
    label = "suggestions"

    def ready(self) -> None:
        from migov.foundation.shell import navigation
        from migov.services.alignment import panel as alignment_panel
        from migov.services.jobs import registry
        from migov.services.suggestions import actions, backlog, learning, panel, work

        navigation.register(
            _("Matcher"), "suggestions:backlog", 95, permission="matching.see", count=backlog.waiting_count
        )
        alignment_panel.register_part(panel.matcher_box)
        registry.register(work.KIND, work.read_backlog, atomic=False, page=work.page_of)
        registry.register(
            work.ONE, work.read_one, atomic=False, refusals=(actions.NothingToRead,), page=work.page_of_one
        )
        # Not atomic: learning takes its time and writes once, at its end, in a transaction of its own.
        registry.register(
            learning.KIND,
            learning.run_training,
            atomic=False,
            refusals=(learning.CannotLearn,),
            page=learning.page_of,
        )
