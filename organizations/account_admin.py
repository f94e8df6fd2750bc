"""What an account manager does to other people's accounts; every step is a security event."""

from allauth.socialaccount.models import SocialAccount
from axes.utils import reset as reset_attempts
from django.contrib import admin, messages
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm

from .models import ApiToken, EventKind, SecurityEvent
from .second_factor import SecondFactor


class GivenPasswordForm(AdminPasswordChangeForm):
    """A password that somebody else knows is good for one sign-in."""

    def save(self, commit=True):
        user = super().save(commit=False)
        user.must_change_password = True
        if commit:
            user.save()
        return user


class NewAccountForm(AdminUserCreationForm):
    def save(self, commit=True):
        user = super().save(commit=False)
        user.must_change_password = True
        if commit:
            user.save()
            self.save_m2m()
        return user


class DeletesOneByOne:
    """A bulk delete would pass by what the rows do when they go."""

    def delete_queryset(self, request, queryset):
        for row in queryset:
            row.delete()


class AccountActions:
    """Mixin of the admin page of people."""

    actions = ["end_sessions", "reset_factor", "unlock", "demand_password"]

    def manageable(self, request, queryset):
        """Whom the person may change at all; the others are left alone, and it is said."""
        chosen = [user for user in queryset if self.has_change_permission(request, user)]
        if len(chosen) < len(queryset):
            self.message_user(
                request, "Có tài khoản bạn không được sửa; đã bỏ qua.", messages.WARNING
            )
        return chosen

    def note(self, request, user, kind, **detail):
        SecurityEvent.objects.record(kind, request=request, user=user, actor=request.user, **detail)

    def note_and_revoke(self, request, user, kind):
        """For an account that may be in other hands: its tokens must not outlive the remedy."""
        revoked = ApiToken.objects.filter(user=user).revoke(request.user)
        self.note(request, user, kind, tokens_revoked=revoked)

    @admin.action(description="Kết thúc mọi phiên", permissions=["change"])
    def end_sessions(self, request, queryset):
        for user in self.manageable(request, queryset):
            user.end_sessions()
            self.note(request, user, EventKind.SESSIONS_ENDED)

    @admin.action(description="Đặt lại xác thực hai lớp", permissions=["change"])
    def reset_factor(self, request, queryset):
        for user in self.manageable(request, queryset):
            if SecondFactor(user).switch_off():
                user.end_sessions()
                self.note_and_revoke(request, user, EventKind.FACTOR_RESET)

    @admin.action(description="Mở khóa đăng nhập", permissions=["change"])
    def unlock(self, request, queryset):
        for user in self.manageable(request, queryset):
            reset_attempts(username=user.username)
            self.note(request, user, EventKind.UNLOCKED)

    @admin.action(description="Bắt đổi mật khẩu ở lần đăng nhập sau", permissions=["change"])
    def demand_password(self, request, queryset):
        for user in self.manageable(request, queryset):
            user.must_change_password = True
            user.save(update_fields=["must_change_password"])
            user.end_sessions()
            self.note_and_revoke(request, user, EventKind.SESSIONS_ENDED)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        rights = {"is_active", "is_staff", "is_superuser", "user_permissions"}
        if change and rights & set(form.changed_data):
            obj.end_sessions()
            self.note(request, obj, EventKind.SESSIONS_ENDED)

    def save_formset(self, request, form, formset, change):
        """Another way into the account is given or taken: as weighty as a new password."""
        super().save_formset(request, form, formset, change)
        if formset.model is not SocialAccount:
            return
        if formset.deleted_objects:
            form.instance.end_sessions()
        for link in formset.deleted_objects:
            self.note(request, form.instance, EventKind.CENTRAL_UNLINKED, subject=link.uid)
        for link in formset.new_objects:
            self.note(request, form.instance, EventKind.CENTRAL_LINKED, subject=link.uid)

    def log_change(self, request, obj, message):
        """Django's own page for setting a password leaves this mark alone."""
        if isinstance(message, list) and {"changed": {"fields": ["password"]}} in message:
            self.note_and_revoke(request, obj, EventKind.PASSWORD_SET)
        return super().log_change(request, obj, message)
