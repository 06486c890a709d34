#!/usr/bin/python3
"""Before Patroni starts, on each host: nobody may take the lead by a promise that this start breaks.

Patroni 3.0 that starts where its PostgreSQL leads already (it was killed, or restarted) takes
synchronous_standby_names out of the configuration, and puts it back only when another standby is
chosen. Until then commits wait for nobody, while /sync in etcd still names a standby that may take
the lead: what was acknowledged meanwhile is lost if the leader then dies. A drill found it
(sidep drill faults --seed 12, docs/operating/failover.md).

So /sync is told first that no standby is in step with this leader. Nobody else may lead then, and
Patroni, which finds it so, chooses a standby anew: it sets the name, waits for it, and says so.

usage: before-patroni.py patroni.yml    with the environment of Patroni itself
"""

import sys
import time

from patroni.config import Config
from patroni.dcs import get_dcs


TRIES = 20


def main() -> int:
    config = Config(sys.argv[1])
    # Waits for etcd, as Patroni would.
    dcs = get_dcs(config)
    name = config["name"]
    for _ in range(TRIES):
        sync = dcs.get_cluster().sync
        # Where another leads by now, it is no business of this host.
        if sync.leader != name or not sync.members:
            return 0
        # Compared and set: somebody who takes the lead at this moment may come first. Then it is looked at again.
        if dcs.write_sync_state(name, None, index=sync.index):
            print(f"{', '.join(sync.members)}: in step with {name} again once Patroni says so")
            return 0
        time.sleep(0.2)
    print("/sync is changed again and again", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
