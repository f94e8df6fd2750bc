"""Notices to the person's unit; reading them, urging a unit."""

from django.utils import timezone
from rest_framework import serializers

from core.api import ReadOnlyViewSet, StrictSerializer
from core.clock import today
from jobs.api_writing import done, verb

from .models import Notice
from .urging import send_urge


class NoticeSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = Notice
        fields = ["id", "kind", "unit", "subject", "body", "url", "created_at", "read_at"]


class UrgeBody(StrictSerializer):
    topic = serializers.CharField(
        max_length=60, help_text="Ví dụ alert:12, lấy ở danh sách cảnh báo"
    )


class UrgeAnswer(serializers.Serializer):
    unit = serializers.CharField()
    subject = serializers.CharField()
    is_new = serializers.BooleanField(help_text="false: hôm nay đã đôn đốc về việc này")


class CountAnswer(serializers.Serializer):
    read = serializers.IntegerField(help_text="Số thông báo vừa được đánh dấu đã đọc")


class NoticeViewSet(ReadOnlyViewSet):
    title = "Thông báo gửi đến đơn vị của người gọi"
    scope = "notices"
    queryset = Notice.objects.select_related("unit")
    serializer_class = NoticeSerializer
    filterset_fields = {"kind": ["exact"], "read_at": ["isnull"]}
    order_fields = {"id": "pk", "created_at": "created_at"}
    ordering = "-id"

    def readable(self, rows):
        return rows.addressed_to(self.request.user)

    @verb("Đánh dấu một thông báo là đã đọc", answer=NoticeSerializer)
    def read(self, request, pk):
        notice = self.get_object()
        self.body()
        self.mark(self.get_queryset().filter(pk=notice.pk))
        return self.shown(notice)

    @verb("Đánh dấu mọi thông báo là đã đọc", answer=CountAnswer, detail=False)
    def read_all(self, request):
        self.body()
        return done(read=self.mark(self.get_queryset()))

    def mark(self, rows):
        unread = rows.filter(read_at=None)
        return unread.update(read_at=timezone.now(), read_by=self.request.user)

    @verb("Đôn đốc một đơn vị", body=UrgeBody, answer=UrgeAnswer, detail=False)
    def urge(self, request):
        """Mỗi việc mỗi ngày gửi một lần."""
        notice, is_new = send_urge(self.body()["topic"], request.user, today())
        return done(unit=notice.unit.code, subject=notice.subject, is_new=is_new)
