from django.urls import path

from migov.insight.contributions import views

app_name = "contributions"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:framework>/", views.framework, name="framework"),
    path("<slug:framework>/element/<str:code>/", views.element, name="element"),
    path("<slug:framework>/rows/", views.rows, name="rows"),
    path("<slug:framework>/chart/<slug:name>.<slug:fmt>", views.chart, name="chart"),
    path("<slug:framework>/download/<slug:fmt>/", views.download, name="download"),
]
