from django.urls import path

from zhike.customers.activity import views as activity
from zhike.customers.contacts import views as contacts
from zhike.customers.custom_fields import views as custom_fields
from zhike.customers.export import views as export
from zhike.customers.following import views as following
from zhike.customers.forms import views as forms
from zhike.customers.listing import views as listing
from zhike.customers.notices import views as notices
from zhike.customers.page360 import views as page360
from zhike.customers.profile import views as profile
from zhike.customers.saved_views import views as saved_views
from zhike.customers.search import views as search

app_name = "customers"
urlpatterns = [
    path("search/", search.search_page, name="search"),
    path("customers/", listing.customer_list, name="list"),
    path("customers/filters/", listing.filter_form, name="filters"),
    path("customers/views/", saved_views.tabs, name="tabs"),
    path("customers/views/save/", saved_views.save, name="save-view"),
    path("customers/views/<int:view_id>/", saved_views.change, name="change-view"),
    path("customers/views/<int:view_id>/remove/", saved_views.remove, name="remove-view"),
    path("customers/views/<int:view_id>/restore/", saved_views.restore, name="restore-view"),
    path("customers/columns/", saved_views.columns, name="columns"),
    path("customers/bulk/", listing.bulk, name="bulk"),
    path("customers/export/", export.export_page, name="export"),
    path("customers/new/", profile.new_customer, name="new"),
    path("customers/<int:customer_id>/", page360.customer_page, name="customer"),
    path("customers/<int:customer_id>/timeline/", activity.timeline, name="timeline"),
    path("customers/<int:customer_id>/notes/", activity.write_note, name="note"),
    path("customers/<int:customer_id>/fields/<slug:field>/", profile.edit_field, name="field"),
    path("customers/<int:customer_id>/custom/<slug:key>/", custom_fields.edit_value, name="custom-value"),
    path("customers/<int:customer_id>/custom/<slug:key>/reveal/", custom_fields.reveal, name="reveal-custom"),
    path("customers/<int:customer_id>/form/", forms.fill_form, name="fill-form"),
    path("customers/<int:customer_id>/missing/", forms.fill_missing, name="missing"),
    path("settings/fields/", custom_fields.fields, name="fields"),
    path("settings/fields/new/", custom_fields.new_field, name="new-field"),
    path("settings/fields/<slug:key>/", custom_fields.field, name="field-settings"),
    path("settings/fields/<slug:key>/move/", custom_fields.move, name="move-field"),
    path("settings/fields/<slug:key>/archive/", custom_fields.archive, name="archive-field"),
    path("settings/forms/", forms.forms, name="forms"),
    path("settings/forms/<slug:scheme>/<slug:class_key>/", forms.edit_form, name="form"),
    path("settings/forms/<slug:scheme>/<slug:class_key>/remove/", forms.remove_form, name="remove-form"),
    path("customers/<int:customer_id>/follow/", following.follow, name="follow"),
    path("customers/<int:customer_id>/unfollow/", following.unfollow, name="unfollow"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read-notices"),
    path("notices/unread/<int:mark>/", notices.unread, name="unread-notices"),
    path("notices/<int:notice_id>/open/", notices.open_notice, name="open-notice"),
    path("customers/<int:customer_id>/archive/", profile.archive, name="archive"),
    path("customers/<int:customer_id>/restore/", profile.restore, name="restore"),
    path("customers/<int:customer_id>/contacts/", contacts.add_contact, name="add-contact"),
    path("customers/<int:customer_id>/contacts/<int:point_id>/reveal/", contacts.reveal, name="reveal"),
    path("customers/<int:customer_id>/contacts/<int:point_id>/prefer/", contacts.prefer, name="prefer"),
    path("customers/<int:customer_id>/contacts/<int:point_id>/remove/", contacts.remove, name="remove-contact"),
    path("customers/<int:customer_id>/address/", contacts.edit_address, name="address"),
]
