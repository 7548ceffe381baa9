"""Addresses of evaluations."""

from django.urls import path

from migov.work.evaluations.views import actions, lists, page, parts, responding

app_name = "evaluations"
urlpatterns = [
    path("", lists.evaluations, name="list"),
    path("export.<slug:fmt>", lists.export, name="export"),
    path("plan/", actions.plan, name="plan"),
    path("follow-up/", actions.actions, name="actions"),
    path("follow-up/export.<slug:fmt>", actions.actions_export, name="actions-export"),
    path("import/", lists.imports, name="imports"),
    path("import/<int:pk>/", lists.one_import, name="import"),
    path("import/<int:pk>/unclear.csv", lists.remarks, name="remarks"),
    path("new/", page.new, name="new"),
    path("<int:pk>/", page.page, name="page"),
    path("<int:pk>/edit/", page.edit, name="edit"),
    path("<int:pk>/step/", page.step, name="step"),
    path("<int:pk>/criteria/", parts.criteria, name="criteria"),
    path("<int:pk>/findings/", parts.findings, name="findings"),
    path("<int:pk>/response/", responding.response, name="response"),
    path("<int:pk>/response/issue/", responding.issue, name="issue"),
    path("<int:pk>/response.<slug:fmt>", responding.document, name="document"),
    path("<int:pk>/follow-up/", responding.followup, name="followup"),
    path("<int:pk>/quality/", parts.quality, name="quality"),
    path("<int:pk>/documents/", page.documents, name="documents"),
    path("<int:pk>/alignments/", page.alignments, name="alignments"),
    path("<int:pk>/history/", page.history, name="history"),
]
