"""Passwords of the roles that log in: made once, kept beside the other secrets, set at every start.

No role here owns anything or bypasses row security; what each may do stands in migrations/0001.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from pillarbox.db.role_names import LOGIN_ROLES


def set_passwords(admin_conninfo: str, passwords: Mapping[str, str]) -> None:
    """Give every role that logs in its password; the server stores a SCRAM verifier, and the text is never logged."""
    with psycopg.connect(admin_conninfo, autocommit=True) as connection:
        connection.execute("set log_statement = 'none'")
        for role in LOGIN_ROLES:
            verifier = connection.pgconn.encrypt_password(passwords[role].encode(), role.encode(), b"scram-sha-256")
            connection.execute(
                sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(verifier.decode()))
            )


def conninfo_for(admin_conninfo: str, role: str, password: str) -> str:
    """Return the same server and database for another role, pinning what a session must not choose for itself."""
    return make_conninfo(
        admin_conninfo, user=role, password=password, application_name=role, options="-c row_security=on"
    )
