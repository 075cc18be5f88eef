# One image for web, worker, beat and migrations. Without arguments it serves the pages.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=jiaohe_aid.settings.prod

# pg_dump and pg_restore of the server's version, for backup and restore.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/jiaohe_aid
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY manage.py .
COPY jiaohe_aid jiaohe_aid
COPY apps apps
COPY templates templates
COPY static static

# Static files need settings but no secrets: the workstation's settings with production's storage.
RUN DJANGO_SETTINGS_MODULE=jiaohe_aid.settings.build python manage.py collectstatic --no-input \
    && useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin jiaohe \
    && install -d -o jiaohe -m 0700 /var/lib/jiaohe /var/lib/jiaohe/documents

USER jiaohe
EXPOSE 8000
CMD ["gunicorn", "jiaohe_aid.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--config", "python:jiaohe_aid.serving"]
