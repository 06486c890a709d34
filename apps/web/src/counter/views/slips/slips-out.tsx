import { useState } from 'react'
import { Type } from 'typebox'
import { localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button, Checkbox, Disclosure, LinkButton, Tag, Working } from '../../../shared/ui/index.ts'
import { useNowHere, useSiteZone, useSlips } from '../../context.ts'
import { hashOf } from '../../place.ts'
import { takeAct } from '../../session/pending-act.ts'
import { groupsOf, type SlipGroup, type SlipsState } from '../../slips/slips.ts'
import { ErrorNotice } from '../error-notice.tsx'
import { CancelSlips, reasons } from './cancel-slips.tsx'
import { slipMessages } from './slip-messages.ts'

const Pending = Type.Object({
  serials: Type.Union([Type.Array(Type.String()), Type.Literal('all')]),
  reason: Type.Enum([...reasons]),
})

/** What is printed and not typed yet, by print; any of it can be cancelled. */
export const SlipsOut = ({ state }: { readonly state: SlipsState }) => {
  const t = useMessages(slipMessages)
  const slips = useSlips()
  const now = useNowHere(60_000)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [pending] = useState(() => takeAct('cancel-slips', Pending))
  // Back from a fresh sign-in: the question is asked again.
  const [asking, setAsking] = useState<readonly string[] | 'all' | null>(pending?.serials ?? null)
  const [cancelled, setCancelled] = useState<number | null>(null)
  const { out, error, siteId } = state
  const groups = groupsOf(out ?? [], now)
  // Those typed or cancelled meanwhile are not out any more, ticked or not.
  const isOut = new Set(out?.map(({ serial }) => serial))
  const serials = [...chosen].filter((serial) => isOut.has(serial))

  const choose = (changed: readonly string[], isChosen: boolean): void =>
    setChosen((before) => {
      const after = new Set(before)
      for (const serial of changed) isChosen ? after.add(serial) : after.delete(serial)
      return after
    })

  return (
    <section className="panel" aria-labelledby="out-title">
      <h2 id="out-title">{t('outTitle')}</h2>
      {error && (
        <>
          <ErrorNotice error={error} title={t('outFailed')} />
          {siteId !== null && <Button onPress={() => void slips.open(siteId)}>{t('again')}</Button>}
        </>
      )}
      {out === null && !error && <Working>{t('outReading')}</Working>}
      {out !== null && (
        <p role="status">
          {out.length === 0 ? t('outNone') : t('outCount', { count: out.length })}
        </p>
      )}
      {state.isTruncated && <p className="small muted">{t('outTruncated')}</p>}
      {out !== null && out.length > 0 && (
        <>
          <div>
            <LinkButton href={hashOf['catch-up']} icon="pencil">
              {t('toCatchUp')}
            </LinkButton>
          </div>
          <ul className="plain-list">
            {groups.map((group) => (
              <Group key={group.issuedAt} group={group} chosen={chosen} onChoose={choose} />
            ))}
          </ul>
          <div className="actions">
            {serials.length > 0 && (
              <Button variant="danger" onPress={() => setAsking(serials)}>
                {t('cancelChosen', { count: serials.length })}
              </Button>
            )}
            <Button onPress={() => setAsking('all')}>{t('cancelAll')}</Button>
          </div>
        </>
      )}
      {cancelled !== null && (
        <p role="status" className="said">
          {t('cancelled', { count: cancelled })}
        </p>
      )}
      <CancelSlips
        serials={asking}
        {...(pending === null ? {} : { reasonBefore: pending.reason })}
        onClose={() => setAsking(null)}
        onCancelled={(count) => {
          setAsking(null)
          setChosen(new Set())
          setCancelled(count)
        }}
      />
    </section>
  )
}

const fiveDigits = (number: number): string => String(number).padStart(5, '0')

const rangeOf = ({ slips }: SlipGroup): string => {
  const numbers = slips.map(({ number }) => number)
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)]
  return first === last ? fiveDigits(first) : `${fiveDigits(first)}–${fiveDigits(last)}`
}

const Group = ({
  group,
  chosen,
  onChoose,
}: {
  readonly group: SlipGroup
  readonly chosen: ReadonlySet<string>
  readonly onChoose: (serials: readonly string[], isChosen: boolean) => void
}) => {
  const t = useMessages(slipMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const locale = localeOf[language]
  const serials = group.slips.map(({ serial }) => serial)
  const day = (time: string): string => new Date(time).toLocaleDateString(locale, { timeZone })
  const printed = new Date(group.issuedAt).toLocaleString(locale, {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone,
  })
  return (
    <li className="slip-group">
      <Disclosure title={t('group', { numbers: rangeOf(group) })}>
        <div className="slip-choices">
          <Checkbox
            isSelected={serials.every((serial) => chosen.has(serial))}
            onChange={(isChosen) => onChoose(serials, isChosen)}
          >
            {t('chooseAll')}
          </Checkbox>
          {group.slips.map(({ serial, printed: text }) => (
            <Checkbox
              key={serial}
              isSelected={chosen.has(serial)}
              onChange={(isChosen) => onChoose([serial], isChosen)}
            >
              <span className="number">{text}</span>
            </Checkbox>
          ))}
        </div>
      </Disclosure>
      <p className="small muted">
        {t('groupPrinted', { date: printed })} ·{' '}
        {t(group.isExpired ? 'groupExpired' : 'groupValid', { date: day(group.expiresAt) })}
      </p>
      <Tag {...(group.isExpired ? { tone: 'warn' as const, icon: 'clock' as const } : {})}>
        {t('groupLeft', { count: group.slips.length })}
      </Tag>
    </li>
  )
}
