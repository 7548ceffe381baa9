"""Addresses of Cooperation Frameworks."""

from __future__ import annotations

from django.urls import URLPattern, path

from migov.work.governance.unsdcf.views import judging, lists, page, parts, uptake

urlpatterns: list[URLPattern] = [
    path("unsdcfs/", lists.register_page, name="unsdcfs"),
    path("unsdcfs/new/", page.new, name="unsdcf-new"),
    path("unsdcfs/export.<str:fmt>", lists.register_export, name="unsdcfs-export"),
    path("unsdcfs/region/", lists.region_page, name="unsdcf-region"),
    path("unsdcfs/region.<str:fmt>", lists.region_document, name="unsdcf-region-document"),
    path("unsdcfs/suggestions/", lists.suggestions_page, name="unsdcf-suggestions"),
    path("unsdcfs/suggestions.<str:fmt>", lists.suggestions_export, name="unsdcf-suggestions-export"),
    path("unsdcfs/uptake/<int:judgement>/", uptake.note, name="unsdcf-uptake"),
    path("unsdcfs/<int:pk>/", page.page, name="unsdcf"),
    path("unsdcfs/<int:pk>/edit/", page.edit, name="unsdcf-edit"),
    path("unsdcfs/<int:pk>/conclusion/", page.conclude, name="unsdcf-conclude"),
    path("unsdcfs/<int:pk>/remove/", page.remove, name="unsdcf-remove"),
    path("unsdcfs/<int:pk>/brief.<str:fmt>", page.document, name="unsdcf-brief"),
    path("unsdcfs/<int:pk>/parts/", parts.structure, name="unsdcf-parts"),
    path("unsdcfs/<int:pk>/parts/new/", parts.write, name="unsdcf-part-new"),
    path("unsdcfs/<int:pk>/parts/do/", parts.deed, name="unsdcf-parts-do"),
    path("unsdcfs/<int:pk>/parts/read/", parts.read_all, name="unsdcf-parts-read"),
    path("unsdcfs/<int:pk>/parts/<int:part>/", parts.write, name="unsdcf-part"),
    path("unsdcfs/<int:pk>/read/", parts.read, name="unsdcf-read"),
    path("unsdcfs/<int:pk>/read/<str:token>/", parts.keep, name="unsdcf-keep"),
    path("unsdcfs/<int:pk>/judge/", judging.page, name="unsdcf-judge"),
    path("unsdcfs/<int:pk>/judge/next/", judging.next_left, name="unsdcf-judge-next"),
    path("unsdcfs/<int:pk>/judge/propose/", judging.propose, name="unsdcf-propose"),
    path("unsdcfs/<int:pk>/judge/<int:part>/", judging.one, name="unsdcf-judge-part"),
    path("unsdcfs/<int:pk>/judge/<int:part>/element/", judging.add_element, name="unsdcf-judge-element"),
]
