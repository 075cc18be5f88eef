"""Addresses of the take-over."""

from django.urls import path

from apps.takeover.views import parallel, registers

urlpatterns = [
    path("takeover/", registers.RegisterList.as_view(), name="register-list"),
    path("takeover/template/", registers.RegisterTemplate.as_view(), name="register-template"),
    path("takeover/new/", registers.RegisterNew.as_view(), name="register-new"),
    path("takeover/<uuid:uuid>/", registers.RegisterPage.as_view(), name="register-detail"),
    path("takeover/<uuid:uuid>/progress/", registers.RegisterProgress.as_view(), name="register-progress"),
    path("takeover/<uuid:uuid>/faults/", registers.RegisterFaults.as_view(), name="register-faults"),
    path("takeover/<uuid:uuid>/approve/", registers.RegisterApprove.as_view(), name="register-approve"),
    path("takeover/<uuid:uuid>/reject/", registers.RegisterReject.as_view(), name="register-reject"),
    path("parallel/template/", parallel.RollTemplate.as_view(), name="roll-template"),
    path("parallel/new/", parallel.ParallelNew.as_view(), name="parallel-new"),
    path("parallel/<uuid:uuid>/", parallel.ParallelPage.as_view(), name="parallel-detail"),
    path("parallel/<uuid:uuid>/progress/", parallel.ParallelProgress.as_view(), name="parallel-progress"),
    path("parallel/<uuid:uuid>/export/", parallel.ParallelExport.as_view(), name="parallel-export"),
]
