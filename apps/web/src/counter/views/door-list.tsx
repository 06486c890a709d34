import type { Door, DoorsView } from '@sidep/contracts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Tag } from '../../shared/ui/index.ts'
import { useCounter, useSiteZone } from '../context.ts'
import { doorMessages } from '../door-messages.ts'
import { messages } from '../messages.ts'
import { lastDoor } from '../session/last-door.ts'
import { outageTime } from '../words.ts'
import { DoorPicture } from './door-picture.tsx'
import { RetryTime } from './retry-time.tsx'
import type { DoorWay } from './use-sign-in.ts'

export type OfferedDoor = DoorsView['doors'][number]

/** What works comes first, and of those the one that did not just fail somebody here; otherwise as the server has them. */
export const inOrder = (
  doors: readonly OfferedDoor[],
  failed: Door | null,
): readonly OfferedDoor[] => {
  const rank = ({ door, state }: OfferedDoor): number =>
    (state === 'up' ? 0 : 2) + (door === failed ? 1 : 0)
  return doors.toSorted((a, b) => rank(a) - rank(b))
}

export interface DoorListProps {
  readonly doors: readonly OfferedDoor[]
  readonly way: DoorWay
  /** The door that has just failed somebody here, and when it is worth another try. */
  readonly failed: { readonly door: Door; readonly retryAt: Date | null } | null
}

/** The doors, equal, each with its picture, saying whether it works now; the phone's request is in the card of its door. */
export const DoorList = ({ doors, way, failed }: DoorListProps) => (
  <ul className="plain-list door-cards">
    {inOrder(doors, failed?.door ?? null).map((door) => (
      <li key={door.door} className="door-card">
        <DoorLink
          offered={door}
          way={way}
          retryAt={failed?.door === door.door ? failed.retryAt : null}
        />
        <PhoneOffer offered={door} />
      </li>
    ))}
  </ul>
)

const DoorLink = ({
  offered: { door, url, state, since },
  way,
  retryAt,
}: {
  readonly offered: OfferedDoor
  readonly way: DoorWay
  readonly retryAt: Date | null
}) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  return (
    <a className="door" href={way.href(url)} onClick={way.onClick(door, url)}>
      <DoorPicture door={door} />
      <span className="door-name">{t(door === 'ecps' ? 'doorEcps' : 'doorCard')}</span>
      <span className="muted">{t(door === 'ecps' ? 'doorEcpsHelp' : 'doorCardHelp')}</span>
      <span className="row">
        {state === 'up' ? (
          <Tag tone="good" icon="tick">
            {t('doorUp')}
          </Tag>
        ) : (
          <Tag tone="warn" icon="warning">
            {since === undefined
              ? t('doorDown')
              : t('doorDownSince', {
                  time: outageTime(new Date(since), localeOf[language], timeZone),
                })}
          </Tag>
        )}
        {lastDoor() === door && <span className="small muted">{t('doorLast')}</span>}
      </span>
      <RetryTime at={retryAt} />
    </a>
  )
}

/** The same door on the phone, where it has this way and works. */
export const PhoneOffer = ({ offered }: { readonly offered: OfferedDoor }) => {
  const t = useMessages(doorMessages)
  const counter = useCounter()
  if (offered.backchannelUrl === undefined || offered.state !== 'up') return null
  return (
    <Button wide onPress={counter.phone.open}>
      {t('phoneOffer')}
    </Button>
  )
}
