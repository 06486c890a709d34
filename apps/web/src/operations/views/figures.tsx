import type { CapacityView, OperationsFigures } from '@sidep/contracts'
import type { ReactNode } from 'react'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { ActButton } from '../acts/acts.tsx'
import { operationsMessages } from '../operations-messages.ts'
import { useComponentName } from './component-name.ts'

interface Row {
  readonly name: string
  /** Null: not known. */
  readonly value: number | null
  readonly words?: string
}

/** Names and figures, one a line; what is not known says so. */
const Panel = ({
  id,
  title,
  rows,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly rows: readonly Row[]
  readonly children?: ReactNode
}) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  return (
    <section className="panel stack" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <dl className="figures">
        {rows.map(({ name, value, words }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value === null ? (
                <span className="muted">{t('unknown')}</span>
              ) : (
                <strong>{value.toLocaleString(localeOf[language])}</strong>
              )}
              {words !== undefined && <span className="small muted">{words}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {children}
    </section>
  )
}

interface OfFigures {
  readonly figures: OperationsFigures | null
}

export const PapersPanel = ({ figures }: OfFigures) => {
  const t = useMessages(operationsMessages)
  const { booklets, provisional, slips } = figures ?? {}
  return (
    <Panel
      id="papers"
      title={t('papersTitle')}
      rows={[
        {
          name: t('bookletsInForce'),
          value: booklets?.inForce ?? null,
          ...(booklets && { words: t('bookletsWords', booklets) }),
        },
        {
          name: t('provisionalReceived'),
          value: provisional?.received ?? null,
          ...(provisional && { words: t('provisionalWords', provisional) }),
        },
        { name: t('provisionalGaps'), value: provisional?.gaps ?? null },
        {
          name: t('slipsOut'),
          value: slips?.out ?? null,
          ...(slips && { words: t('slipsWords', slips) }),
        },
        { name: t('countersHeard'), value: figures?.counters.heard ?? null },
        {
          name: t('countersBack'),
          value: figures?.counters.back ?? null,
          ...(figures && { words: t('countersWords', figures.counters) }),
        },
      ]}
    />
  )
}

export const MessagesPanel = ({ figures }: OfFigures) => {
  const t = useMessages(operationsMessages)
  const nameOf = useComponentName()
  const { messages, feeds = [] } = figures ?? {}
  return (
    <Panel
      id="messages"
      title={t('messagesTitle')}
      rows={[
        { name: t('sent'), value: messages?.sent ?? null },
        { name: t('delivered'), value: messages?.delivered ?? null },
        { name: t('bounced'), value: messages?.bounced ?? null },
        { name: t('late'), value: messages?.late ?? null },
        ...feeds.map(({ name, lagSeconds, ...feed }) => ({
          name: t(`feed_${name}`),
          value: lagSeconds,
          words: t(feed.isPaused ? 'feedPausedWords' : 'feedWords', feed),
        })),
      ]}
    >
      <div className="actions">
        {feeds.map(({ name: feed, isPaused }) => (
          <ActButton
            key={feed}
            kind="feed"
            given={{ feed, to: isPaused ? 'running' : 'paused' }}
            label={t(isPaused ? 'feedGoOn' : 'feedRest', { feed: nameOf(`feed-${feed}`) })}
          />
        ))}
      </div>
    </Panel>
  )
}

export const CapacityPanel = ({
  capacity,
  figures,
}: OfFigures & { readonly capacity: CapacityView }) => {
  const t = useMessages(operationsMessages)
  const { room } = capacity
  const pace = room === null ? 0 : Math.round(room.signInsPerSecond)
  return (
    <Panel
      id="capacity"
      title={t('capacityTitle')}
      rows={[
        {
          name: t('inFlight'),
          value: capacity.inFlight,
          words: t('ofLimit', { limit: capacity.limit }),
        },
        { name: t('waitingRequests'), value: capacity.waiting },
        {
          name: t('room'),
          value: room?.people ?? null,
          ...(room !== null && {
            words: room.isOpen ? t('roomOpen', { people: room.people, pace }) : t('roomClosed'),
          }),
        },
        { name: t('suspended'), value: figures?.suspended ?? null },
      ]}
    />
  )
}
