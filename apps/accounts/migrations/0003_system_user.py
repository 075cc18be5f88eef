"""The office system itself: who acts when no person does (scheduled work, loading areas). It cannot log in."""

from django.db import migrations

SQL = """
    INSERT INTO audit_record ("on", user_id, verb, subject_type, subject_label, reason, payload)
    VALUES ('2021-11-01', 1, 'CREATE_USER', 'accounts.user', '系统', '建库', '{}');
    SELECT set_config('jiaohe.act', currval(pg_get_serial_sequence('audit_record', 'id'))::text, true);
    INSERT INTO accounts_user (id, username, name, password, is_active) VALUES (1, 'system', '系统', '!', false);
    SELECT setval(pg_get_serial_sequence('accounts_user', 'id'), 1);
    SELECT set_config('jiaohe.act', '', true);
"""


class Migration(migrations.Migration):
    dependencies = (("accounts", "0002_initial"), ("audit", "0001_initial"))

    operations = (migrations.RunSQL(SQL, migrations.RunSQL.noop),)
