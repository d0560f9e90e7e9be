from django.urls import path

from .approvals import views as approvals
from .assignments import views as assignments
from .classes import views as classes
from .policies import views as policies
from .policies.owners import views as owners
from .reviews import views as reviews
from .schemes import class_views, rule_views, views
from .simulation import views as simulation

app_name = "classification"

urlpatterns = [
    path("classes/", classes.classes, name="classes"),
    path("classes/run/", classes.run, name="run"),
    path("classes/assign/", assignments.assign, name="assign"),
    path("classes/by-hand/", assignments.assign_many, name="assign-many"),
    path("classes/approvals/", approvals.approvals, name="approvals"),
    path("classes/approvals/<int:customer_id>/", approvals.decide, name="decide"),
    path("customers/<int:customer_id>/classes/<slug:key>/", assignments.override, name="override"),
    path("customers/<int:customer_id>/classes/<slug:key>/end/", assignments.override_end, name="override-end"),
    path("classes/<slug:key>/", classes.classes, name="classes-of"),
    path("settings/schemes/", views.schemes, name="schemes"),
    path("settings/schemes/new/", views.create, name="create"),
    path("settings/schemes/new/<slug:pattern>/", views.create_from, name="create-from"),
    path("settings/schemes/<slug:key>/", views.edit, name="edit"),
    path("settings/schemes/<slug:key>/settings/", views.names, name="names"),
    path("settings/schemes/<slug:key>/steadiness/", approvals.steadiness, name="steadiness"),
    path("settings/schemes/<slug:key>/telling/", approvals.telling, name="telling"),
    path("settings/schemes/<slug:key>/preview/", views.preview, name="preview"),
    path("settings/schemes/<slug:key>/apply/", views.apply, name="apply"),
    path("settings/schemes/<slug:key>/discard/", views.discard, name="discard"),
    path("settings/schemes/<slug:key>/retire/", views.retire, name="retire"),
    path("settings/schemes/<slug:key>/restore/", views.restore, name="restore"),
    path("settings/schemes/<slug:key>/versions/", views.versions, name="versions"),
    path("settings/schemes/<slug:key>/simulations/", simulation.simulations, name="simulations"),
    path("settings/simulations/<int:simulation_id>/", simulation.simulation, name="simulation"),
    path("settings/simulations/<int:simulation_id>/progress/", simulation.progress, name="simulation-progress"),
    path("settings/simulations/<int:simulation_id>/cancel/", simulation.cancel, name="simulation-cancel"),
    path("settings/simulations/<int:simulation_id>/again/", simulation.again, name="simulation-again"),
    path("settings/schemes/<slug:key>/classes/add/", class_views.add, name="class-add"),
    path("settings/schemes/<slug:key>/classes/<int:class_id>/", class_views.change, name="class-change"),
    path("settings/schemes/<slug:key>/classes/<int:class_id>/retire/", class_views.retire, name="class-retire"),
    path("settings/schemes/<slug:key>/classes/<int:class_id>/move/", class_views.move, name="class-move"),
    path("settings/schemes/<slug:key>/rules/<str:class_key>/", rule_views.rule, name="rule"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:customer_id>/", reviews.review, name="review"),
    path("policies/", policies.policies, name="policies"),
    path("policies/conflicts/", policies.conflicts, name="policy-conflicts"),
    path("policies/owners/", owners.owners, name="owners"),
    path("policies/owners/give/", owners.give, name="owners-give"),
    path("policies/owners/<int:run_id>/", owners.run, name="owner-run"),
    path("policies/owners/<int:run_id>/undo/", owners.take_back, name="owner-run-undo"),
    path("policies/classes/", policies.choose_class, name="policies-choose"),
    path("policies/classes/<int:class_id>/", policies.of_class, name="policies-of"),
    path("policies/classes/<int:class_id>/<slug:kind>/", policies.edit, name="policy"),
    path("policies/classes/<int:class_id>/<slug:kind>/end/", policies.end, name="policy-end"),
    path("policies/order/<slug:key>/", policies.move, name="policy-move"),
]
