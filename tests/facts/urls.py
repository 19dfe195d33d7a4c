"""The pages of the site: one that is sent in parts."""

from django.urls import path

from tests.facts.test_streaming import events

urlpatterns = [path("events/", events)]
