from django.contrib import admin

from .models import DocumentFile, IssuedDocument, LayoutProfile


@admin.register(LayoutProfile)
class LayoutProfileAdmin(admin.ModelAdmin):
    list_display = ["agency_name", "unit", "symbol", "place"]
    search_fields = ["agency_name", "unit__name"]
    raw_id_fields = ["unit"]


class DocumentFileInline(admin.TabularInline):
    model = DocumentFile
    extra = 0
    can_delete = False
    readonly_fields = ["format", "file"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(IssuedDocument)
class IssuedDocumentAdmin(admin.ModelAdmin):
    """Read only: what has been issued does not change."""

    list_display = ["title", "kind", "number", "issued_on", "unit", "created_at"]
    list_filter = ["kind"]
    inlines = [DocumentFileInline]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
