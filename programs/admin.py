from django.contrib import admin

from .models import Component, Program, ProgramOwner


class OwnerInline(admin.TabularInline):
    model = ProgramOwner
    extra = 0
    autocomplete_fields = ["unit"]
    raw_id_fields = ["decision"]


@admin.register(Program)
class ProgramAdmin(admin.ModelAdmin):
    list_display = ["code", "short_name", "kind", "generation", "valid_from", "valid_to"]
    list_filter = ["kind", "generation"]
    search_fields = ["code", "name"]
    raw_id_fields = ["legal_basis"]
    inlines = [OwnerInline]


@admin.register(Component)
class ComponentAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "kind", "program", "parent"]
    list_filter = ["program", "kind"]
    search_fields = ["code", "name"]
    raw_id_fields = ["parent"]
    list_select_related = ["program", "parent"]
