"""Addresses of this part of the room."""

from __future__ import annotations

from django.urls import URLPattern, path

from migov.work.cooperation.meetings.views import calendar, commitments, entering, lists, meeting

urlpatterns: list[URLPattern] = [
    path("meetings/", lists.meetings, name="meetings"),
    path("meetings/export.<slug:fmt>", lists.export_meetings, name="meetings-export"),
    path("meetings/new/", entering.new, name="meeting-new"),
    path("meetings/<int:pk>/", meeting.page, name="meeting"),
    path("meetings/<int:pk>/edit/", entering.edit, name="meeting-edit"),
    path("meetings/<int:pk>/step/", meeting.step, name="meeting-step"),
    path("meetings/<int:pk>/row/", meeting.row, name="meeting-row"),
    path("meetings/<int:pk>/members/", meeting.members, name="meeting-members"),
    path("meetings/<int:pk>/agenda/", meeting.paste, name="meeting-agenda"),
    path("meetings/<int:pk>/meeting.ics", calendar.one_meeting, name="meeting-ics"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/subscribe/", calendar.subscribe, name="calendar-subscribe"),
    path("calendar/feed/<slug:token>.ics", calendar.feed, name="calendar-feed"),
    path("commitments/", lists.commitments, name="commitments"),
    path("commitments/export.<slug:fmt>", lists.export_commitments, name="commitments-export"),
    path("commitments/new/", commitments.new, name="commitment-new"),
    path("commitments/<int:pk>/", commitments.page, name="commitment"),
    path("commitments/<int:pk>/edit/", commitments.edit, name="commitment-edit"),
    path("commitments/<int:pk>/row/", commitments.row, name="commitment-row"),
]
