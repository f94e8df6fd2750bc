"""The outbox: from notices to mails by state alone, each step safe to run twice (ADR 20).

    fan_out         each new notice → who of the unit hears of it by mail, and how
    gather_digests  each person's waiting notices → one mail a day at the hour they chose
    send_due        what is due → claimed, handed to the mail server, marked

Mail knows no transaction over two machines: between "the server took it" and "marked as sent" a
process may die, and the mail then goes again after the lease, with the same Message-ID.
"""

import logging
from collections import defaultdict
from datetime import datetime, time

from django.core import mail
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from organizations.models import Post, PostHolder, User
from organizations.models.units import valid_on

from .mail_text import mail_of, refused_for_good, why_failed
from .models import (
    USUAL_DIGEST,
    Channel,
    Delivery,
    DeliveryItem,
    MailPreference,
    Notice,
    Way,
)

log = logging.getLogger(__name__)
NOTICES_A_ROUND = 200
MAILS_A_ROUND = 50
POST_ENDED = "Người nhận không còn giữ chức danh ở đơn vị nhận thông báo; thư không gửi nữa."


def move_mail(now):
    """The three steps, once a minute."""
    fan_out(now)
    gather_digests(now)
    send_due(now)


@transaction.atomic
def fan_out(now):
    """Rows locked here are seen by no second run: it waits and then finds them done."""
    fresh = Notice.objects.select_for_update().filter(fanned_out_at=None).order_by("pk")
    notices = list(fresh[:NOTICES_A_ROUND])
    if not notices:
        return
    people = people_of({notice.unit_id for notice in notices}, timezone.localtime(now).date())
    for notice in notices:
        for user, preference in people[notice.unit_id]:
            address(notice, user, preference.way_of(notice.kind), now)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(fanned_out_at=now)


def address(notice, user, way, now):
    if way == Way.NONE:
        return
    delivery = None
    if way == Way.NOW:
        delivery = Delivery.objects.create(
            key=f"notice-{notice.pk}-{user.pk}",
            channel=Channel.MAIL,
            user=user,
            address=user.email,
            subject=one_line(notice.subject),
            next_try_at=now,
        )
    DeliveryItem.objects.create(notice=notice, user=user, delivery=delivery)


def people_of(units, day):
    """{unit: [(user, preference)]}: those of the unit who read there and have an address."""
    held = PostHolder.objects.filter(
        valid_on(day), user__is_active=True, user__email__gt=""
    ).values_list("user")
    first_posts = dict(held.annotate(first=Min("post")))
    homes = dict(
        Post.objects.filter(pk__in=first_posts.values(), unit__in=units).values_list("pk", "unit")
    )
    users = User.objects.in_bulk([user for user, post in first_posts.items() if post in homes])
    kept = {row.user_id: row for row in MailPreference.objects.filter(user__in=users)}
    people = defaultdict(list)
    for pk, user in sorted(users.items()):
        # Whoever opens no rows sees no notice in the portal either.
        if not user.reading_grants():
            continue
        preference = kept.get(pk) or MailPreference(user=user)
        people[homes[first_posts[pk]]].append((user, preference))
    return people


def still_heard(user, units, day):
    """Those of the units whose notices are still the person's: a post ends after a notice too."""
    people = people_of(units, day)
    return {unit for unit in units if any(person == user for person, _ in people[unit])}


def digest_subject(count, day):
    return f"{count} thông báo chưa đọc, ngày {day:%d/%m/%Y}"


def gather_digests(now):
    """A notice goes with the first digest after it was written, never with a second one."""
    waiting = DeliveryItem.objects.filter(delivery=None, dropped_at=None)
    people = User.objects.filter(pk__in=waiting.values("user"), is_active=True, email__gt="")
    day = timezone.localtime(now).date()
    for user in people.select_related("mail_preference").order_by("pk"):
        preference = getattr(user, "mail_preference", None)
        moment = moment_of(day, preference.digest_at if preference else USUAL_DIGEST)
        if now >= moment:
            gather(user, day, moment, now)


def moment_of(day, at: time):
    return datetime.combine(day, at, tzinfo=timezone.get_default_timezone())


@transaction.atomic
def gather(user, day, moment, now):
    """Locks the person's waiting notices; left out is what was read in the portal meanwhile, and
    what came to a unit where the person holds no post any more.
    """
    items = DeliveryItem.objects.select_for_update(of=("self",)).filter(
        user=user, delivery=None, dropped_at=None, notice__created_at__lt=moment
    )
    rows = list(items.select_related("notice").order_by("pk"))
    units = still_heard(user, {row.notice.unit_id for row in rows}, day)
    unread = [r.pk for r in rows if r.notice.read_at is None and r.notice.unit_id in units]
    DeliveryItem.objects.filter(pk__in={r.pk for r in rows} - set(unread)).update(dropped_at=now)
    if not unread:
        return
    delivery, is_new = Delivery.objects.get_or_create(
        key=f"digest-{user.pk}-{day:%Y%m%d}",
        defaults={
            "channel": Channel.DIGEST,
            "user": user,
            "address": user.email,
            "subject": digest_subject(len(unread), day),
            "next_try_at": now,
        },
    )
    # One mail a day: the hour may have been moved to later on the same day.
    if is_new:
        DeliveryItem.objects.filter(pk__in=unread).update(delivery=delivery)


def send_due(now):
    """A server that is away is asked once a round; the rest keeps its tries."""
    due = list(Delivery.objects.due(now).order_by("next_try_at", "pk")[:MAILS_A_ROUND])
    connection = mail.get_connection()
    try:
        for row in due:
            delivery = Delivery.objects.claim(row.pk, now)
            if delivery and not send_one(delivery, connection, now):
                break
    finally:
        connection.close()


def send_one(delivery, connection, now):
    """False when the mail server itself could not be reached."""
    if not delivery.user.is_active:
        delivery.mark_failed("Tài khoản người nhận đã ngừng hoạt động.", now, final=True)
        return True
    if not keep_theirs(delivery, now):
        delivery.mark_failed(POST_ENDED, now, final=True)
        return True
    try:
        mail_of(delivery, connection).send()
    except Exception as error:
        is_final = refused_for_good(error)
        delivery.mark_failed(why_failed(error), now, final=is_final)
        log.warning("mail %s not sent: %s", delivery.key, why_failed(error))
        return is_final
    delivery.mark_sent(now)
    return True


def keep_theirs(delivery, now):
    """A mail may wait for hours; of what it carries, only what is still its person's goes out."""
    items = list(delivery.items.filter(dropped_at=None).select_related("notice"))
    units = {item.notice.unit_id for item in items}
    heard = still_heard(delivery.user, units, timezone.localtime(now).date())
    gone = [item.pk for item in items if item.notice.unit_id not in heard]
    left = len(items) - len(gone)
    if gone:
        DeliveryItem.objects.filter(pk__in=gone).update(dropped_at=now)
    if gone and left and delivery.channel == Channel.DIGEST:
        written = timezone.localtime(delivery.created_at).date()
        delivery.subject = digest_subject(left, written)
        delivery.save(update_fields=["subject"])
    return left


def one_line(text):
    return " ".join(text.split())
