"""The accounts of the demo province, one for each role; they exist only in a seeded demo."""

from organizations.models import User

DEMO_PASSWORD = "Mau@2023portal"
DEMO_PREFIX = "mau."


def demo_accounts():
    """[{"username", "password", "title"}] of the seeded accounts, empty elsewhere."""
    users = User.objects.filter(username__startswith=DEMO_PREFIX, is_active=True).order_by("pk")
    return [
        {"username": user.username, "password": DEMO_PASSWORD, "title": user.full_name}
        for user in users
    ]
