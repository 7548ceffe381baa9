"""The public addresses of what is published as IATI."""

from django.urls import path

from migov.exchange.iati import publish_pages

urlpatterns = [
    path("activities.xml", publish_pages.public_file, {"what": "activities"}, name="iati-activities"),
    path("organisation.xml", publish_pages.public_file, {"what": "organisation"}, name="iati-organisation"),
]
