import type { Delivery } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { type IconName, Tag, type Tone } from '../../shared/ui/index.ts'
import { deliveryMessages } from '../messages/delivery-messages.ts'

const looks = {
  pending: { icon: 'clock' },
  'handed-over': { icon: 'send' },
  delivered: { tone: 'info', icon: 'tick' },
  refused: { tone: 'warn', icon: 'warning' },
} as const satisfies Record<Delivery['state'], { tone?: Tone; icon: IconName }>

/** What became of each message to the person, in words; nothing where none was sent. */
export const Deliveries = ({ of = [] }: { readonly of: readonly Delivery[] | undefined }) => {
  const t = useMessages(deliveryMessages)
  return of.map(({ channel, state, reason }) => (
    <Tag key={channel} {...looks[state]}>
      {state === 'refused'
        ? t(`${channel}_refused`, { reason: t(`${channel}_${reason ?? 'other'}`) })
        : t(`${channel}_${state}`)}
    </Tag>
  ))
}

/** Said where the person is still in front of the counter: what to do when no message will arrive. */
export const DeliveryHelp = ({ of = [] }: { readonly of: readonly Delivery[] | undefined }) => {
  const t = useMessages(deliveryMessages)
  const isLost = of.length > 0 && of.every(({ state }) => state === 'refused')
  return isLost ? <p className="small">{t('refusedHelp')}</p> : null
}
