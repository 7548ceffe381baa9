"""Addresses of policy support: requests, texts, reviews with what they leave behind, and instruments."""

from django.urls import path

from migov.work.policy import home
from migov.work.policy.instruments import urls as instruments
from migov.work.policy.products import urls as products
from migov.work.policy.requests import urls as requests
from migov.work.policy.review import urls as review
from migov.work.policy.texts import urls as texts

app_name = "policy"
urlpatterns = [
    path("", home.page, name="home"),
    *requests.urlpatterns,
    *texts.urlpatterns,
    *review.urlpatterns,
    *products.urlpatterns,
    *instruments.urlpatterns,
]
