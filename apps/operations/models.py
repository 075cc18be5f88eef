"""Signs of life: who was last seen when, by the database's clock."""

from django.db import connection, models


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def beat(self, name: str) -> None:
        """Whoever bears this name is alive now."""
        self._write(name, None)

    def note(self, name: str, value: int) -> None:
        """Something has come this far; its moment moves on only with the value."""
        self._write(name, value)

    def ages(self) -> dict[str, int]:
        """The seconds since each was last seen, or last moved on."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, greatest(0, extract(epoch FROM clock_timestamp() - at))::int FROM operations_heartbeat"
            )
            return dict(cursor.fetchall())

    @staticmethod
    def _write(name: str, value: int | None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO operations_heartbeat AS kept (name, at, value) VALUES (%s, clock_timestamp(), %s)
                ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, at = CASE
                    WHEN kept.value = EXCLUDED.value THEN kept.at ELSE EXCLUDED.at END
                """,
                [name, value],
            )


class Heartbeat(models.Model):
    """The last sign of one process, or the last progress of one piece of long work (``value``). Technical.

    Names: ``beat``, ``tick`` (a worker did what the schedule sent), ``worker:<host>:<process>``, ``month:<id>`` and
    ``backup``.
    """

    name = models.CharField("名称", max_length=120, primary_key=True)
    at = models.DateTimeField("时间")
    value = models.BigIntegerField("进度", null=True)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = "心跳"

    def __str__(self) -> str:
        return self.name
