"""Addresses of cooperation."""

from django.urls import path

from migov.work.cooperation import home
from migov.work.cooperation.inputs import urls as inputs
from migov.work.cooperation.mechanisms import urls as mechanisms
from migov.work.cooperation.meetings import urls as meetings

app_name = "cooperation"
urlpatterns = [
    path("", home.page, name="home"),
    *mechanisms.urlpatterns,
    *meetings.urlpatterns,
    *inputs.urlpatterns,
]
