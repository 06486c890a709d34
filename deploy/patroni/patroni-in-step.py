#!/usr/bin/python3
"""Patroni, which keeps the standby in step when it starts where its PostgreSQL leads already.

Debian 12's Patroni (3.0.2) that was killed or restarted beside a PostgreSQL that leads writes
postgresql.conf anew without synchronous_standby_names, and puts it back only when another standby is
chosen. Until then commits wait for nobody, while /sync in etcd still names a standby that may take the
lead: what was acknowledged meanwhile is lost if the leader then dies. A drill found it (sidep drill
faults --seed 12, docs/operating/failover.md).

So the name that PostgreSQL has is read before that file is written, and stays in it. At no moment do
commits wait for anybody but whom /sync names. Later versions do so by themselves (Patroni's pull request
2876); with one of them this changes nothing. Where PostgreSQL does not say what it has, Patroni does
not start, and PostgreSQL goes on as it was.

usage: patroni-in-step.py patroni.yml    as patroni itself
"""

import sys

from patroni.__main__ import main
from patroni.postgresql.config import ConfigHandler

NAMES = "synchronous_standby_names"


def keep_who_is_in_step(handler: ConfigHandler) -> None:
    """Takes over what PostgreSQL has, as if this Patroni had set it."""
    running = handler._postgresql
    if running.state != "running" or not running.is_leader():
        return
    if not handler._config.get("synchronous_mode"):
        return
    (names,) = running.query(f"SELECT pg_catalog.current_setting('{NAMES}')").fetchone()
    if names:
        handler._synchronous_standby_names = names
        handler._server_parameters[NAMES] = names


def patch() -> None:
    write = ConfigHandler.write_postgresql_conf

    def write_first(handler, configuration=None):
        # Only the first time: from then on Patroni knows what it set.
        ConfigHandler.write_postgresql_conf = write
        if configuration is None:
            keep_who_is_in_step(handler)
        return write(handler, configuration)

    ConfigHandler.write_postgresql_conf = write_first


if __name__ == "__main__":
    if not hasattr(ConfigHandler, "load_current_server_parameters"):
        patch()
    sys.exit(main())
