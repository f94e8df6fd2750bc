"""Accounts, posts and rights; units are mostly read here, they change by events."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin

from .account_admin import AccountActions, DeletesOneByOne, GivenPasswordForm, NewAccountForm
from .models import (
    Grant,
    LegalDocument,
    Post,
    PostHolder,
    SteeringCommittee,
    Unit,
    UnitFlag,
    UnitParent,
    User,
)

# Pages of the library: secrets are no page of anybody, the rest is not used or a part of a person.
for unused in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(unused)


class NotOneself:
    """Who manages accounts gives nobody's rights to themselves; a superuser may."""

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (request.user.is_superuser or not self.is_own(request.user, obj))

    def is_own(self, user, obj):
        """Whether the row is the person, or hangs on a post of theirs."""
        if obj is None or isinstance(obj, User):
            return obj == user
        post = obj if isinstance(obj, Post) else obj.post
        return post.holders.filter(user=user).exists()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and not request.user.is_superuser:
            if db_field.name == "post":
                field.queryset = Post.objects.exclude(holders__user=request.user)
            if db_field.name == "user":
                field.queryset = User.objects.exclude(pk=request.user.pk)
        return field


class HeldPostInline(admin.TabularInline):
    model = PostHolder
    fk_name = "user"
    extra = 0
    autocomplete_fields = ["post"]


class CentralLinkForm(forms.ModelForm):
    """The person's identifier at the province's sign-in; which server, the settings say."""

    class Meta:
        model = SocialAccount
        fields = ["uid"]
        labels = {"uid": "mã định danh"}
        help_texts = {"uid": "Mã mà trang “Chưa nối với tài khoản nào” hiện cho người ấy."}

    def clean_uid(self):
        uid = self.cleaned_data["uid"].strip()
        same = SocialAccount.objects.filter(provider=settings.OIDC_ISSUER, uid=uid)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Mã định danh này đã nối với một tài khoản khác.")
        return uid

    def save(self, commit=True):
        self.instance.provider = settings.OIDC_ISSUER
        return super().save(commit)


class CentralLinkInline(admin.TabularInline):
    """Whoever may change the person gives and takes it; shown only where that sign-in is on."""

    model = SocialAccount
    form = CentralLinkForm
    extra = 0
    verbose_name = "định danh đăng nhập tập trung"
    verbose_name_plural = "đăng nhập tập trung"

    def get_queryset(self, request):
        return super().get_queryset(request).filter(provider=settings.OIDC_ISSUER)

    def has_view_permission(self, request, obj=None):
        return bool(settings.OIDC_ISSUER) and request.user.has_perm("organizations.change_user")

    has_add_permission = has_delete_permission = has_view_permission

    def has_change_permission(self, request, obj=None):
        return False


class HolderInline(NotOneself, admin.TabularInline):
    model = PostHolder
    extra = 0
    autocomplete_fields = ["user"]


class GrantInline(admin.TabularInline):
    model = Grant
    extra = 0
    autocomplete_fields = ["area_unit"]


@admin.register(User)
class UserAdmin(AccountActions, NotOneself, DjangoUserAdmin):
    change_password_form = GivenPasswordForm
    add_form = NewAccountForm
    list_display = ["username", "full_name", "is_active", "is_staff", "last_login"]
    search_fields = ["username", "full_name"]
    inlines = [HeldPostInline, CentralLinkInline]
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email")}),
        ("Hiệu lực", {"fields": ("is_active", "last_login", "date_joined")}),
        ("Quyền kỹ thuật", {"fields": ("is_staff", "is_superuser", "user_permissions")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "full_name", "usable_password", "password1", "password2")}),
    )
    readonly_fields = ["last_login", "date_joined"]

    def get_readonly_fields(self, request, obj=None):
        """Who is not a superuser makes nobody a superuser, staff, or a holder of permissions."""
        own = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return own
        return [*own, "is_staff", "is_superuser", "user_permissions"]

    def has_change_permission(self, request, obj=None):
        """A superuser's account is changed by a superuser only."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)


@admin.register(Post)
class PostAdmin(DeletesOneByOne, NotOneself, admin.ModelAdmin):
    list_display = ["code", "title", "unit", "committee_role"]
    list_select_related = ["unit"]
    search_fields = ["code", "title", "unit__name"]
    autocomplete_fields = ["unit"]
    inlines = [HolderInline, GrantInline]


@admin.register(PostHolder)
class PostHolderAdmin(DeletesOneByOne, NotOneself, admin.ModelAdmin):
    list_display = ["post", "user", "valid_from", "valid_to"]
    list_select_related = ["post__unit", "user"]
    search_fields = ["user__username", "user__full_name", "post__title"]
    autocomplete_fields = ["post", "user"]


@admin.register(Grant)
class GrantAdmin(DeletesOneByOne, NotOneself, admin.ModelAdmin):
    list_display = ["post", "role", "area_unit", "program_code", "valid_from", "valid_to"]
    list_filter = ["role", "program_code"]
    list_select_related = ["post__unit", "area_unit"]
    search_fields = ["post__title", "area_unit__name"]
    autocomplete_fields = ["post", "area_unit"]


class FlagInline(admin.TabularInline):
    model = UnitFlag
    extra = 0
    raw_id_fields = ["decision"]


class ParentInline(admin.TabularInline):
    model = UnitParent
    fk_name = "unit"
    extra = 0
    can_delete = False
    readonly_fields = ["parent", "valid_from", "valid_to"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "kind", "valid_from", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["code", "name", "search_key"]
    readonly_fields = ["code", "kind", "valid_from", "valid_to"]
    inlines = [FlagInline, ParentInline]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(SteeringCommittee)
class SteeringCommitteeAdmin(admin.ModelAdmin):
    list_display = ["name", "unit", "standing_agency", "valid_from", "valid_to"]
    list_select_related = ["unit", "standing_agency"]
    autocomplete_fields = ["unit", "standing_agency"]
    raw_id_fields = ["decision"]


@admin.register(LegalDocument)
class LegalDocumentAdmin(admin.ModelAdmin):
    list_display = ["number", "kind", "issuer", "issued_on", "is_normative"]
    list_filter = ["kind", "is_normative"]
    search_fields = ["number", "abstract", "issuer"]
