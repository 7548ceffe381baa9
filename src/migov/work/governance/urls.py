"""Addresses of governance."""

from django.urls import path

from migov.work.governance import home
from migov.work.governance.assess import urls as assess
from migov.work.governance.gcm import urls as gcm
from migov.work.governance.plans import urls as plans
from migov.work.governance.roadmaps import urls as roadmaps
from migov.work.governance.unsdcf import urls as unsdcf

app_name = "governance"
urlpatterns = [
    path("", home.page, name="home"),
    *assess.urlpatterns,
    *roadmaps.urlpatterns,
    *gcm.urlpatterns,
    *unsdcf.urlpatterns,
    *plans.urlpatterns,
]
